from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .ar_facts_sql import PAID_SQL

#: Roles to which the decision about an invoice is explained.
EXPLAIN_TO = (
    "ar_collections.group_user",
    "ar_collections.group_reader",
    "account.group_account_readonly",
    "account.group_account_invoice",
)


class AccountMove(models.Model):
    _inherit = "account.move"

    ar_item_ids = fields.One2many("ar.item", "move_id", readonly=True)
    ar_timeline_ids = fields.One2many("ar.event.link", "move_id", readonly=True)
    ar_dispute_ids = fields.One2many("ar.dispute", "move_id")

    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        posted._ar_mark("posted")
        return posted

    def button_draft(self):
        result = super().button_draft()
        self._ar_mark("draft")
        return result

    def button_cancel(self):
        result = super().button_cancel()
        self._ar_mark("cancelled")
        return result

    def write(self, vals):
        before = (
            self.partner_id.commercial_partner_id.ids if "partner_id" in vals else []
        )
        result = super().write(vals)
        if before:
            self.env["ar.dirty"]._ar_mark(before, "partner")
            self._ar_mark("partner")
        return result

    def unlink(self):
        # The pointer of an item has no foreign key, so it goes by hand; what was
        # said about the invoice stays on the timeline of the account.
        items = self.env["ar.item"].sudo().search([("move_id", "in", self.ids)])
        self._ar_mark("deleted")
        result = super().unlink()
        items.unlink()
        return result

    def _ar_mark(self, reason):
        """Ask for a refresh of the customers of these entries."""
        partners = (
            self.partner_id.commercial_partner_id
            | self.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
            ).partner_id.commercial_partner_id
        )
        self.env["ar.dirty"]._ar_mark(partners.ids, reason)

    def _ar_residuals(self):
        """What is open on these entries, from posted counterparts only.

        :return: ``{move id: cents in the currency of the entry}``, posted entries
            only, negative for a credit
        """
        posted = self.sudo().filtered(lambda m: m.state == "posted")
        residuals = dict.fromkeys(posted.ids, 0)
        partners = posted.line_ids.partner_id.commercial_partner_id
        for line in self.env["ar.facts"]._ar_lines(partners.ids):
            if line["move_id"] in residuals:
                residuals[line["move_id"]] += line["residual"]
        return residuals

    def _ar_paid(self, as_of=None):
        """What these entries have received, credit notes left out.

        :param as_of: count only what was matched by that date
        :return: ``{move id: cents in the currency of the entry}``
        """
        if not self:
            return {}
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                PAID_SQL,
                moves=self.ids,
                until=SQL("AND p.max_date <= %s", as_of) if as_of else SQL(""),
            )
        )
        return dict(self.env.cr.fetchall())

    def _ar_residual(self):
        """Open amount of one entry in its currency, as a rounded float."""
        self.ensure_one()
        cents = self._ar_residuals().get(self.id, 0)
        return self.currency_id.round(cents / 10**self.currency_id.decimal_places)

    def _ar_customer(self):
        """Who owes this entry: its receivable lines say so.

        The partner of the entry, and its stored commercial partner, may tell
        another company once a contact has moved.
        """
        self.ensure_one()
        lines = self.sudo().line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        partner = lines.partner_id[:1] or self.sudo().partner_id
        return partner.commercial_partner_id

    def _ar_debtor(self):
        """The account of this entry, created when there is none yet."""
        return self.env["ar.debtor"]._ar_of_moves(self)

    def ar_explain(self):
        """Why this invoice is, or is not, chased: read live.

        :return: what :meth:`ar.debtor.explain` says, with ``items`` of this
            invoice only
        :raise AccessError: for customers, and colleagues outside finance
        """
        self.ensure_one()
        self.check_access("read")
        user = self.env.user
        if not self.env.su and not any(user.has_group(group) for group in EXPLAIN_TO):
            raise AccessError(
                self.env._("Why an invoice is chased is told to the finance team only.")
            )
        company = self.company_id._ar_collecting_company()
        partner = self._ar_customer()
        debtor = self.env["ar.debtor"].sudo()._ar_find(company.id, partner.id)
        if not debtor:
            return {"verdict": False, "reasons": [], "items": []}
        told = debtor._ar_explain(debtor.company_id._ar_today())
        told["items"] = [i for i in told["items"] if i["move_id"] == self.id]
        return told
