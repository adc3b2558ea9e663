import re

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..engine.case_states import CaseOutcome, CaseState

#: Where a request comes from, as people read it.
ORIGIN_OF = {"page": "portal", "company_link": "portal", "mail": "mail"}
#: What is taken from who asks, as it is.
GIVEN = (
    "requester_id",
    "requester_email",
    "urgency",
    "request_customer",
    "request_numbers",
    "source",
    "source_key",
)


class ArCaseRequest(models.Model):
    """A colleague asks for a recovery case; a collector accepts or refuses."""

    _inherit = "ar.case"

    @api.model
    def _ar_request(self, vals_list):
        """Keep requests for recovery; the same (company, source, key) is one.

        :param vals_list: dictionaries with any of ``source`` (``page``,
            ``company_link``, ``mail``, ``button``), ``source_key``, ``company_id``,
            ``requester_id``, ``requester_email``, ``reason``, ``urgency`` (``low``,
            ``normal``, ``high``), ``move_ids``, ``debtor_id``, ``partner_id``,
            ``request_customer`` and ``request_numbers`` (as the requester wrote
            them), ``attachment_ids``
        :return: the requests, new or known, in the order given
        """
        if isinstance(vals_list, dict):
            vals_list = [vals_list]
        found = self.browse()
        for vals in vals_list:
            known = self._ar_known_request(vals)
            found += known or self._ar_request_one(vals)
        return found

    @api.model
    def _ar_known_request(self, vals):
        if not vals.get("source_key"):
            return self.browse()
        company = self.env["res.company"].sudo().browse(vals.get("company_id"))
        company = company or self.env.company
        # A request of a branch is kept by the company that collects for it.
        debtor = self.env["ar.debtor"].sudo().browse(vals.get("debtor_id"))
        companies = company | company._ar_collecting_company() | debtor.company_id
        known = self.sudo().search(
            [
                ("company_id", "in", companies.ids),
                ("source", "=", vals.get("source")),
                ("source_key", "=", vals["source_key"]),
            ],
            limit=1,
        )
        return self.browse(known.id)

    @api.model
    def _ar_request_one(self, vals):
        files = self.env["ir.attachment"].browse(vals.get("attachment_ids"))
        # They become the request's: only who may change them gives them.
        files.check_access("write")
        company = self.env["res.company"].sudo().browse(vals.get("company_id"))
        company = company or self.env.company
        moves = self.env["account.move"].sudo().browse(vals.get("move_ids"))
        moves |= self._ar_numbers(vals.get("request_numbers"), company)
        debtor = self.env["ar.debtor"].sudo().browse(vals.get("debtor_id"))
        partner = self.env["res.partner"].sudo().browse(vals.get("partner_id"))
        partner = partner.commercial_partner_id
        if not debtor and partner:
            debtor = debtor._ar_find(company._ar_collecting_company().id, partner.id)
        if not debtor and not partner and moves:
            debtor = debtor._ar_of_moves(moves)
            debtor = debtor if len(debtor) == 1 else debtor.browse()
        case = self.sudo().create(
            {
                **{name: vals[name] for name in GIVEN if vals.get(name)},
                "company_id": (debtor.company_id or company).id,
                "debtor_id": debtor.id,
                "partner_id": (debtor.partner_id or partner).id,
                "request_move_ids": [Command.set(moves.ids)],
                "request_reason": vals.get("reason"),
                "requested_at": fields.Datetime.now(),
                "origin": ORIGIN_OF.get(vals.get("source"), "request"),
                "user_id": debtor._ar_responsible().id if debtor else False,
            }
        )
        files.sudo().write({"res_model": self._name, "res_id": case.id})
        case._ar_record("case_requested", {"why": case.request_reason or ""})
        return self.browse(case.id)

    @api.model
    def _ar_numbers(self, text, company):
        """Posted customer invoices whose numbers stand in this text."""
        words = {word.strip() for word in re.split(r"[\s,;]+", text or "") if word}
        if not words:
            return self.env["account.move"]
        return (
            self.env["account.move"]
            .sudo()
            .search(
                [
                    ("name", "in", list(words)),
                    ("company_id", "child_of", company.root_id.id),
                    ("state", "=", "posted"),
                    ("move_type", "in", ("out_invoice", "out_receipt")),
                ]
            )
        )

    def action_accept(self):
        """Open the case that was asked for.

        :raise UserError: when the customer is not known yet, or nothing is open
        """
        self.check_access("write")
        for case in self:
            case._ar_check_requested()
            if not case.debtor_id and not case.partner_id:
                raise UserError(
                    self.env._("Choose the customer before you accept the request.")
                )
            case = case.sudo()
            items, debtor = case._ar_items_of(
                {
                    "debtor_id": case.debtor_id.id,
                    "partner_id": case.partner_id.id,
                    "company_id": case.company_id.id,
                    "move_ids": case.request_move_ids.ids,
                }
            )
            case._ar_check_free(items, debtor)
            case.write(
                {
                    "debtor_id": debtor.id,
                    "partner_id": debtor.partner_id.id,
                    "company_id": debtor.company_id.id,
                    "user_id": case.user_id.id or debtor._ar_responsible().id,
                    "reason": (case.request_reason or "").split("\n")[0][:200],
                }
            )
            case.with_env(self.env)._ar_begin(items, kind="case_accepted")

    def action_refuse(self, reason):
        """Refuse a request; the requester is told why.

        :param str reason: for the requester
        :raise UserError: without a reason, or when it is no request any more
        """
        self.check_access("write")
        if not (reason or "").strip():
            raise UserError(self.env._("Tell the requester why."))
        for case in self:
            case._ar_check_requested()
            answer = {"request_answer": reason}
            case._ar_close(CaseOutcome.REFUSED, reason, values=answer)

    def action_duplicate(self, other):
        """This request asks for what another case does already.

        :param other: the other ``ar.case``, or its id
        """
        self.check_access("write")
        other = self.browse(other) if isinstance(other, int) else other
        other.check_access("read")
        for case in self:
            case._ar_check_requested()
            if case == other:
                raise UserError(self.env._("Choose another case."))
            why = self.env._("Duplicate of %(case)s", case=other.name)
            values = {"duplicate_of_id": other.id, "request_answer": why}
            case._ar_close(CaseOutcome.DUPLICATE, why, values=values)

    def _ar_check_requested(self):
        if self.state != CaseState.REQUESTED.value:
            raise UserError(
                self.env._("%(case)s is no longer a request.", case=self.name)
            )
