from collections import defaultdict

from odoo import api, fields, models
from odoo.tools.image import image_data_uri

from ..engine.account_page import PageItem, totals
from ..engine.amounts import allocate

#: What the page and the statement tell of an entry, read for all at once.
MOVE_FIELDS = ["name", "invoice_date", "ref", "move_type", "currency_id"]
MOVE_FIELDS += ["amount_total"]


class ArDebtor(models.Model):
    _inherit = "ar.debtor"

    ar_portal_link_ids = fields.One2many(
        "ar.portal.link", "debtor_id", "Links to the customer page", readonly=True
    )
    ar_portal_proof_count = fields.Integer(
        "Proofs to review", compute="_compute_ar_portal_proof_count"
    )

    def _compute_ar_portal_proof_count(self):
        counts = dict(
            self.env["ar.payment.notice"]._read_group(
                [
                    ("debtor_id", "in", self.ids),
                    ("source", "=", "proof"),
                    ("state", "=", "to_review"),
                ],
                ["debtor_id"],
                ["__count"],
            )
        )
        for debtor in self:
            debtor.ar_portal_proof_count = counts.get(debtor, 0)

    def _ar_has_action_page(self, recipient):
        enabled = any(debtor._ar_portal_open() for debtor in self)
        return bool(recipient and enabled) or super()._ar_has_action_page(recipient)

    def _ar_action_url(self, recipient):
        """A fresh link for this recipient.

        Only hashes are kept, so each mail has its own; older ones expire.
        """
        url = super()._ar_action_url(recipient)
        if not recipient or not self._ar_portal_open():
            return url
        case = self.env["ar.case"].browse(self.env.context.get("ar_portal_case"))
        if case and case.sudo()._ar_portal_shown(self):
            return case._ar_action_url(recipient)
        return self.env["ar.portal.link"]._ar_issue(self, recipient)

    def action_ar_portal_links(self):
        """List of the links to this account's page."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_portal.ar_portal_link_action"
        )
        return {**action, "domain": [("debtor_id", "=", self.id)]}

    def action_ar_portal_proofs(self):
        """List of the proofs sent by this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_portal.ar_payment_proof_action"
        )
        return {**action, "domain": [("debtor_id", "=", self.id)], "context": {}}

    def _ar_portal_items(self, move=None):
        """Open instalments and credits as of now, read from the ledger itself.

        The same loader as the decisions, so the page never contradicts a reminder.
        A fixed number of queries whatever the number of items; nothing is written.

        :param move: keep to this invoice, or these; the context of a case's invoices
            names the instalments that it covers
        :return: dictionaries sorted by due date with ``page`` (a :class:`PageItem`,
            its id that of ``ar.item``, or 0 when the entry is too young to have
            one), ``move``, ``number``, ``currency``, ``amount``, ``days``, ``status``
        """
        self.ensure_one()
        facts = self.env["ar.facts"].sudo()._ar_load(self.sudo())[self.id]
        shown = [i for i in facts.items if i.in_scope]
        if move:
            only = move.env.context.get("ar_portal_items")
            shown = [
                item
                for item in shown
                if item.move_id in move.ids and (only is None or item.id in only)
            ]
        moves = self.env["account.move"].sudo().browse({i.move_id for i in shown})
        moves.fetch(MOVE_FIELDS)
        currencies = self._ar_portal_currencies({i.currency for i in shown})
        proved = self._ar_portal_proved(shown, currencies)
        today = facts.as_of
        return [
            self._ar_portal_item(item, currencies[item.currency], proved, today)
            for item in sorted(shown, key=lambda i: (i.due_date, i.number, i.id))
        ]

    def _ar_portal_item(self, item, currency, proved, today):
        """What the page says of one item of the facts."""
        key = (item.move_id, item.id)
        page = PageItem(
            item.id,
            currency.id,
            item.due_date,
            item.residual,
            item.disputed,
            proved.get(key, 0),
            item.announced,
        )
        return {
            "page": page,
            "move": self.env["account.move"].sudo().browse(item.move_id),
            "item": self.env["ar.item"].sudo().browse(item.id),
            "number": item.number,
            "currency": currency,
            "amount": item.residual / 10**currency.decimal_places,
            "days": page.days_late(today),
            "status": page.status(today).value,
        }

    @api.model
    def _ar_portal_currencies(self, names):
        currencies = self.env["res.currency"].sudo().with_context(active_test=False)
        return {c.name: c for c in currencies.search([("name", "in", list(names))])}

    @api.model
    def _ar_portal_proved(self, items, currencies):
        """Parts covered by proofs nobody judged yet: ``{(move, item): units}``."""
        by_move = defaultdict(list)
        for item in items:
            if item.residual > 0:
                by_move[item.move_id].append(item)
        lines = (
            self.env["ar.payment.notice.line"]
            .sudo()
            .search(
                [
                    ("move_id", "in", list(by_move)),
                    ("notice_id.source", "=", "proof"),
                    ("notice_id.state", "=", "to_review"),
                ]
            )
        )
        covers = defaultdict(int)
        for line in lines:
            candidates = by_move[line.move_id.id]
            if line.item_id:
                named = [i for i in candidates if i.id == line.item_id.id]
                candidates = named or candidates
            free = [
                ((i.move_id, i.id), i.residual - covers[i.move_id, i.id])
                for i in candidates
                if i.residual > covers[i.move_id, i.id]
            ]
            places = currencies[candidates[0].currency].decimal_places
            for key, part in allocate(round(line.amount * 10**places), free):
                covers[key] += part
        return covers

    @api.model
    def _ar_portal_totals(self, items):
        """Totals of the page, with the currency as a record and amounts in units.

        :param items: as returned by :meth:`_ar_portal_items`
        """
        today = self.company_id._ar_today()
        answer = []
        for total in totals([item["page"] for item in items], today):
            currency = self.env["res.currency"].browse(total.currency)
            scale = 10**currency.decimal_places
            answer.append(
                {
                    "currency": currency,
                    "due": total.due / scale,
                    "overdue": total.overdue / scale,
                    "overdue_count": total.overdue_count,
                    "held": total.held / scale,
                    "not_due": total.not_due / scale,
                    "credits": total.credits / scale,
                    "count": total.count,
                }
            )
        return answer

    def _ar_portal_proofs(self, limit=20):
        """Proofs this customer sent, latest first, as superuser."""
        self.ensure_one()
        return (
            self.env["ar.payment.proof"]
            .sudo()
            .search([("debtor_id", "=", self.id)], limit=limit)
        )

    def _ar_portal_contact(self):
        """Who the customer can call: the collector, else the company.

        :return: dictionary with ``name``, ``email``, ``phone``, ``photo`` (data URI
            or False) and ``initials``
        """
        self.ensure_one()
        company, user = self.company_id.sudo(), self.collector_id.sudo()
        partner = user.partner_id if user else company.partner_id
        photo = user.image_128 if user else False
        words = (partner.name or "").split()
        return {
            "name": partner.name,
            "email": partner.email or company.email,
            "phone": partner.phone or company.phone,
            "photo": image_data_uri(photo) if photo else False,
            "initials": "".join(word[0] for word in words[:2]).upper(),
        }

    def _ar_portal_invoice(self, move_id, only=None):
        """A posted invoice or credit note of this account, as superuser, or nothing.

        The receivable lines tell whose it is, as for the items on the page: the
        invoice's own commercial partner is not kept up when a contact moves.

        :param int move_id: as asked for in the address, so not to be trusted
        :param only: the one invoice that the visitor may see, if limited
        """
        self.ensure_one()
        mapped = self.env["res.company"]._ar_collecting_map()
        return (
            self.env["account.move"]
            .sudo()
            .search(
                [
                    ("id", "=", move_id),
                    ("id", "in", only.ids if only else [move_id]),
                    ("state", "=", "posted"),
                    ("move_type", "in", ("out_invoice", "out_refund", "out_receipt")),
                    (
                        "line_ids",
                        "any",
                        [
                            ("account_type", "=", "asset_receivable"),
                            (
                                "partner_id.commercial_partner_id",
                                "=",
                                self.partner_id.id,
                            ),
                        ],
                    ),
                    (
                        "company_id",
                        "in",
                        [
                            k
                            for k, owner in mapped.items()
                            if owner == self.company_id.id
                        ],
                    ),
                ]
            )
        )
