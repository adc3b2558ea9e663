from odoo import api, fields, models


class ArCaseWriteOff(models.TransientModel):
    """Write what a case did not bring in off, in the books."""

    _name = "ar.case.write.off"
    _description = "Write a recovery case off"

    case_id = fields.Many2one(
        "ar.case", "Recovery case", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="case_id.company_id")
    currency_id = fields.Many2one(related="case_id.currency_id")
    amount = fields.Monetary("To write off", related="case_id.amount_total")
    by = fields.Selection(
        [("entry", "An entry"), ("credit_note", "A credit note per invoice")],
        "Booked as",
        default="entry",
        required=True,
    )
    account_id = fields.Many2one(
        "account.account",
        "Account of the loss",
        required=True,
        compute="_compute_booking",
        store=True,
        readonly=False,
    )
    journal_id = fields.Many2one(
        "account.journal",
        required=True,
        compute="_compute_booking",
        store=True,
        readonly=False,
        domain="[('company_id', 'parent_of', company_id),"
        " ('type', '=', 'general' if by == 'entry' else 'sale')]",
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    why = fields.Text(required=True, help="Told on the timeline with your name.")

    @api.depends("case_id", "by")
    def _compute_booking(self):
        for wizard in self:
            company = wizard.case_id.company_id.sudo()
            wizard.account_id = wizard.account_id or company.ar_write_off_account_id
            kind = "general" if wizard.by == "entry" else "sale"
            journal = company.ar_write_off_journal_id
            if wizard.by != "entry" or not journal:
                domain = [("company_id", "=", company.id), ("type", "=", kind)]
                journal = self.env["account.journal"].search(domain, limit=1)
            wizard.journal_id = journal

    def action_write_off(self):
        """Book it and close the case.

        :raise AccessError: for who may not book
        """
        self.ensure_one()
        self.case_id.check_access("write")
        self.case_id._ar_write_off(
            self.account_id, self.journal_id, self.date, self.why, self.by
        )
