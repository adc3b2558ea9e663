import hashlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.epc import epc_payload, quote

#: How far back changes of a promise count.
CHANGES_DAYS = 90
#: What a page can offer, each a setting of the company and of the customer.
FEATURES = ("proof", "promise", "problem", "plan", "documents")
#: Of one customer, whatever the company's setting.
OWN = [("yes", "Offered"), ("no", "Not offered")]
#: What the customer reads of an announced payment, and of a dispute.
PROMISE_STATES = {
    "to_review": "received",
    "active": "noted",
    "kept": "kept",
    "partly": "partly",
    "broken": "broken",
    "refused": "refused",
    "withdrawn": "replaced",
}
PROBLEM_STATES = {
    "customer_right": "accepted",
    "corrected": "accepted",
    "settled": "accepted",
    "customer_wrong": "refused",
    "paid": "closed",
}


class ArDebtorAnswer(models.Model):
    """What a customer can answer on his page, besides a proof of payment."""

    _inherit = "ar.debtor"

    ar_portal_closed = fields.Boolean(
        "No customer page",
        tracking=True,
        help="This customer gets no link, and links already sent open nothing.",
    )
    ar_portal_proof_own = fields.Selection(OWN, "“I have already paid”")
    ar_portal_promise_own = fields.Selection(OWN, "“I will pay on…”")
    ar_portal_problem_own = fields.Selection(OWN, "“There is a problem”")
    ar_portal_plan_own = fields.Selection(OWN, "Acceptance of plans")
    ar_portal_documents_own = fields.Selection(OWN, "Invoices and statements")

    def _ar_portal_open(self):
        """Whether this account has a page."""
        self.ensure_one()
        return self.company_id.sudo().ar_portal_enabled and not self.ar_portal_closed

    def _ar_portal_offers(self):
        """Names of the answers that this account's page offers, and ``documents``.

        What is set on the customer counts, else what is set on the company.
        """
        self.ensure_one()
        account, company = self.sudo(), self.company_id.sudo()

        def offered(name):
            own = account[f"ar_portal_{name}_own"]
            return own == "yes" if own else company[f"ar_portal_{name}"]

        return {name for name in FEATURES if offered(name)}

    # I will pay on…

    def _ar_portal_promise(self, items, day, message, sender):
        """Record that the customer will pay these items on this day.

        It replaces what he promised for them before; the same words sent twice are
        one promise.

        :param items: as returned by :meth:`_ar_portal_items`, of one currency
        :param date day: when
        :param dict sender: ``partner``, ``email``
        :return: the payment notice
        :raise UserError: when he changed it too often, or nothing is left to promise
        """
        self.ensure_one()
        parts = [
            (item, item["page"].residual - item["page"].disputed) for item in items
        ]
        parts = [(item, cents) for item, cents in parts if cents > 0]
        if not parts:
            raise UserError(
                self.env._("These invoices are under review: nothing is to be paid.")
            )
        ids = {item["page"].id for item, _cents in parts}
        earlier = self._ar_portal_promises(ids)
        actor = sender["email"] or sender["partner"].display_name
        for notice in earlier.filtered(lambda n: n.state == "active"):
            same = set(notice.line_ids.item_id.ids) == ids
            if same and notice.expected_date == day:
                return notice
        self._ar_portal_check_changes(earlier)
        earlier.filtered(lambda n: n.state == "active")._ar_withdraw(actor)
        announced = self._ar_portal_announcement(parts, day, len(earlier))
        announced |= {"note": message, "actor": actor}
        return self.env["ar.payment.notice"].sudo()._ar_announce([announced])

    def _ar_portal_announcement(self, parts, day, count):
        """What the hub is told of a promise.

        :param parts: ``[(item, minor units promised)]``, of one currency
        :param int count: promises about these items before this one
        """
        scale = 10 ** parts[0][0]["currency"].decimal_places
        ids = [item["page"].id for item, _cents in parts]
        return {
            "debtor_id": self.id,
            "source": "promise",
            "source_key": f"portal:{self.id}:{min(ids)}:{len(ids)}:{day}:{count}",
            "expected_date": day,
            "lines": [
                {
                    "move_id": item["move"].id,
                    "item_id": item["page"].id,
                    "amount": cents / scale,
                }
                for item, cents in parts
            ],
        }

    def _ar_portal_promises(self, item_ids=None):
        """Promises made on the page in the last months, as superuser.

        :param item_ids: only those about one of these items
        """
        since = fields.Datetime.now() - timedelta(days=CHANGES_DAYS)
        domain = [
            ("debtor_id", "=", self.id),
            ("source", "=", "promise"),
            ("source_key", "=like", "portal:%"),
            ("create_date", ">=", since),
        ]
        if item_ids is not None:
            domain.append(("line_ids.item_id", "in", list(item_ids)))
        return self.env["ar.payment.notice"].sudo().search(domain, order="id desc")

    def _ar_portal_check_changes(self, earlier):
        limit = self.company_id.sudo().ar_portal_promise_changes
        if len(earlier) > limit:
            raise UserError(
                self.env._(
                    "You have already named another day for these invoices. Please "
                    "call us."
                )
            )

    # There is a problem.

    def _ar_portal_reasons(self):
        """Reasons that the page offers, in the language of the environment."""
        return (
            self.env["ar.dispute.reason"]
            .sudo()
            .search(
                [
                    ("ar_portal_offered", "=", True),
                    ("company_id", "in", (False, self.company_id.id)),
                ],
                order="sequence, id",
            )
        )

    def _ar_portal_problem(self, items, problem, files, sender):
        """Open a dispute on each of these items.

        :param items: as returned by :meth:`_ar_portal_items`
        :param dict problem: ``reason`` (record), ``amount`` (Decimal or None for
            all of it), ``message``
        :param files: ``[(shown name, Checked)]``, each already checked
        :param dict sender: ``partner``, ``email``
        :return: the disputes
        :raise UserError: when this account has too much waiting
        """
        self.ensure_one()
        self._ar_portal_check_weight(files)
        actor = sender["email"] or sender["partner"].display_name
        disputes = (
            self.env["ar.dispute"]
            .sudo()
            ._ar_raise(
                [
                    {
                        "move_id": item["move"].id,
                        "item_id": item["page"].id,
                        "source": "portal",
                        "source_key": self._ar_portal_key(item, problem, files),
                        "reason_id": problem["reason"].id,
                        "description": f"{problem['message']}\n\n{actor}",
                        **(
                            {"amount": float(problem["amount"])}
                            if problem["amount"]
                            else {}
                        ),
                    }
                    for item in items
                ]
            )
        )
        for dispute in disputes:
            dispute._ar_portal_keep(files, sender["partner"])
        return disputes

    def _ar_portal_key(self, item, problem, files):
        """The same words and files about the same item always give the same key."""
        parts = [
            str(item["page"].id),
            problem["reason"].code,
            str(problem["amount"] or ""),
            " ".join(problem["message"].split()).lower(),
            *sorted(checked.digest for _name, checked in files),
        ]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def _ar_portal_check_weight(self, files):
        """Refuse files that there is no room for beside those of open disputes."""
        disputes = (
            self.env["ar.dispute"]
            .sudo()
            .search(
                [
                    ("debtor_id", "=", self.id),
                    ("source", "=", "portal"),
                    ("state", "=", "open"),
                ]
            )
        )
        waiting = (
            self.env["ir.attachment"]
            .sudo()
            ._read_group(
                [("res_model", "=", "ar.dispute"), ("res_id", "in", disputes.ids)],
                aggregates=["file_size:sum"],
            )[0][0]
        )
        self.env["ar.payment.proof"]._ar_check_room(waiting, files)

    # What became of it.

    def _ar_portal_answers(self, limit=20):
        """What this customer told us on his page, latest first.

        :return: dictionaries with ``kind`` (proof, promise, problem), ``name``,
            ``at``, ``amount``, ``currency``, ``numbers``, ``state``, ``day``,
            ``title`` and ``words`` (what we answered)
        """
        self.ensure_one()
        told = [self._ar_portal_told_proof(p) for p in self._ar_portal_proofs(limit)]
        told += [self._ar_portal_told_promise(n) for n in self._ar_portal_promises()]
        disputes = (
            self.env["ar.dispute"]
            .sudo()
            .search(
                [("debtor_id", "=", self.id), ("source", "=", "portal")],
                order="id desc",
                limit=limit,
            )
        )
        told += [self._ar_portal_told_problem(d) for d in disputes]
        return sorted(told, key=lambda one: one["at"], reverse=True)[:limit]

    @api.model
    def _ar_portal_told_proof(self, proof):
        return {
            "kind": "proof",
            "name": proof.name,
            "at": proof.sent_at,
            "amount": proof.amount,
            "currency": proof.currency_id,
            "numbers": ", ".join(proof.line_ids.move_id.mapped("name")),
            "state": proof.state,
            "day": proof.paid_on,
            "title": "",
            "words": proof.refusal_reason if proof.state == "refused" else "",
        }

    @api.model
    def _ar_portal_told_promise(self, notice):
        return {
            "kind": "promise",
            "name": notice.name,
            "at": notice.create_date,
            "amount": notice.amount,
            "currency": notice.currency_id,
            "numbers": ", ".join(notice.line_ids.move_id.mapped("name")),
            "state": PROMISE_STATES.get(notice.state, "noted"),
            "day": notice.expected_date,
            "title": "",
            "words": "",
        }

    @api.model
    def _ar_portal_told_problem(self, dispute):
        state = "under_review"
        if dispute.state == "withdrawn":
            state = "withdrawn"
        elif dispute.state == "resolved":
            state = PROBLEM_STATES.get(dispute.resolution, "closed")
        return {
            "kind": "problem",
            "name": dispute.name,
            "at": dispute.opened_at or dispute.create_date,
            "amount": dispute.amount_asked or dispute.amount,
            "currency": dispute.currency_id,
            "numbers": dispute.move_id.name,
            "state": state,
            "day": False,
            "title": dispute.reason_id.name,
            "words": dispute._ar_portal_words(),
        }

    # How to pay.

    def _ar_portal_bank(self, items):
        """Where to pay, from the open invoices: the one account that they name.

        :param items: as returned by :meth:`_ar_portal_items`
        :return: ``{"holder", "number", "bic", "text", "amount", "currency",
            "payload"}``
            or None when the invoices name none, or several
        """
        self.ensure_one()
        owed = [i for i in items if i["page"].residual > 0]
        Reminder = self.env["ar.reminder"].sudo()
        bank = Reminder.new({"company_id": self.company_id.id})._ar_bank(
            {"lines": [{"move_id": item["move"].id} for item in owed]}
        )
        if not bank:
            return None
        today = self.company_id._ar_today()
        free = [i for i in owed if i["page"].free() > 0]
        late = [i for i in free if i["page"].days_late(today) > 0] or free
        late = [i for i in late if i["currency"] == late[0]["currency"]]
        currency = late[0]["currency"] if late else owed[0]["currency"]
        cents = sum(i["page"].free() for i in late)
        holder = bank.acc_holder_name or bank.partner_id.name
        text = quote([i["number"] for i in late])
        payload = None
        if self.company_id.sudo().ar_portal_qr and currency.name == "EUR":
            bic = bank.bank_id.bic or ""
            payload = epc_payload(holder, bank.acc_number, cents, text, bic)
        return {
            "holder": holder,
            "number": bank.acc_number,
            "bic": bank.bank_id.bic or "",
            "text": text,
            "amount": cents / 10**currency.decimal_places,
            "currency": currency,
            "payload": payload,
        }
