from odoo import fields, models


class ArCaseLine(models.Model):
    """An instalment in a recovery case: what it was at the opening, and is now."""

    _name = "ar.case.line"
    _description = "Invoice in a recovery case"
    _order = "due_date, id"
    _rec_name = "number"

    case_id = fields.Many2one(
        "ar.case", "Recovery case", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="case_id.company_id")
    item_id = fields.Many2one(
        "ar.item", "Instalment", ondelete="set null", index="btree_not_null"
    )
    move_id = fields.Many2one(
        "account.move", "Invoice", ondelete="set null", index="btree_not_null"
    )
    number = fields.Char(readonly=True)
    due_date = fields.Date(readonly=True)
    currency_id = fields.Many2one(
        "res.currency", "Currency of the invoice", required=True, readonly=True
    )
    amount_opened = fields.Monetary("At the opening", readonly=True)
    amount_open = fields.Monetary("Open", readonly=True)
    company_currency_id = fields.Many2one(related="case_id.currency_id")
    company_opened = fields.Monetary(
        "At the opening (company currency)",
        readonly=True,
        currency_field="company_currency_id",
    )
    company_open = fields.Monetary(
        "Open (company currency)", readonly=True, currency_field="company_currency_id"
    )
    active = fields.Boolean(default=True, help="Empty: taken out of the case.")
    out_reason = fields.Char("Why taken out", readonly=True)
    opened_on = fields.Date("In the case since", readonly=True)
    holds = fields.Boolean(
        "Has left the ladder",
        readonly=True,
        default=True,
        help="While the case is open.",
    )

    _one_case = models.UniqueIndex(
        "(item_id) WHERE holds AND item_id IS NOT NULL",
        "This invoice is in an open recovery case already.",
    )

    def write(self, vals):
        # The past is told from what changed: this decides who is chased.
        names = {"holds"} & vals.keys()
        with self.env["ar.change"].sudo()._ar_watch(self, names):
            return super().write(vals)
