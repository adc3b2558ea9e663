from odoo import Command, api, fields, models


class ArCaseDecide(models.TransientModel):
    """What needs a word of a person: stage, end, refusal, invoice or letter out."""

    _name = "ar.case.decide"
    _description = "Decide about a recovery case"

    case_id = fields.Many2one(
        "ar.case", "Recovery case", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="case_id.company_id")
    mode = fields.Selection(
        [
            ("stage", "Change stage"),
            ("settle", "Close as settled"),
            ("cancel", "Close: opened by mistake"),
            ("third_party", "Hand to a third party"),
            ("refuse", "Refuse the request"),
            ("duplicate", "It is a duplicate"),
            ("take_out", "Take invoices out"),
            ("put_back", "Put invoices back"),
            ("letter", "Cancel a letter"),
        ],
        required=True,
        default="stage",
    )
    stage_id = fields.Many2one(
        "ar.case.stage",
        domain="[('company_id', 'in', [False, company_id]), ('state', '!=', 'closed')]",
    )
    other_id = fields.Many2one(
        "ar.case", "Duplicate of", domain="[('id', '!=', case_id)]"
    )
    line_ids = fields.Many2many(
        "ar.case.line", string="Invoices", context={"active_test": False}
    )
    reminder_id = fields.Many2one(
        "ar.reminder", "Letter", domain="[('case_id', '=', case_id)]"
    )
    third_party_id = fields.Many2one("res.partner", "Handed to")
    day = fields.Date("On", default=fields.Date.context_today)
    reference = fields.Char("Their reference")
    why = fields.Text(help="Told on the timeline with your name.")

    @api.model
    def default_get(self, fields_list):
        """The invoices that can leave the case, or come back to it."""
        values = super().default_get(fields_list)
        case = self.env["ar.case"].browse(values.get("case_id"))
        if values.get("mode") == "take_out" and len(case.line_ids) == 1:
            values["line_ids"] = [Command.set(case.line_ids.ids)]
        return values

    def action_decide(self):
        """Do it, in the name of the user.

        :raise UserError: without what it needs
        """
        self.ensure_one()
        case = self.case_id
        case.check_access("write")
        return getattr(self, f"_ar_do_{self.mode}")(case)

    def _ar_do_stage(self, case):
        case._ar_go(self.stage_id, self.why)

    def _ar_do_settle(self, case):
        case._ar_close("settled", self.why)

    def _ar_do_cancel(self, case):
        case._ar_close("cancelled", self.why)

    def _ar_do_third_party(self, case):
        case._ar_hand_over(self.third_party_id, self.day, self.reference, self.why)

    def _ar_do_refuse(self, case):
        case.action_refuse(self.why)

    def _ar_do_duplicate(self, case):
        case.action_duplicate(self.other_id)

    def _ar_do_take_out(self, case):
        for line in self.line_ids:
            case._ar_take_out(line, self.why)

    def _ar_do_put_back(self, case):
        for line in self.line_ids:
            case._ar_put_back(line)

    def _ar_do_letter(self, case):
        case._ar_withdraw_letter(self.reminder_id, self.why)
