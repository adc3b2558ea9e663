from odoo import api, fields, models
from odoo.exceptions import UserError


class ArEvidenceCase(models.TransientModel):
    """The evidence file of a recovery case, with its documents."""

    _inherit = "ar.evidence.wizard"

    case_id = fields.Many2one(
        "ar.case", "Recovery case", readonly=True, ondelete="cascade"
    )

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "ar.case":
            ids = self.env.context.get("active_ids") or []
            if len(ids) > 1:
                raise UserError(self.env._("Choose one recovery case."))
            values["case_id"] = ids[:1] and ids[0]
        return values

    def _ar_subject(self):
        if not self.case_id:
            return super()._ar_subject()
        self.case_id.check_access("read")
        return self.case_id.company_id

    def _ar_all_events(self):
        """Facts of the case, of its invoices, and of the account in their time."""
        if not self.case_id:
            return super()._ar_all_events()
        case = self.case_id.sudo()
        moves = case.all_line_ids.move_id | case.request_move_ids
        events = self.case_id._ar_own_events(moves)
        if not case.debtor_id:
            return events
        days = [move.invoice_date or move.date for move in moves]
        since = min([*days, case.opened_at or case.create_date.date()])
        account = (
            self.env["ar.event.link"]
            .search(
                [("debtor_id", "=", case.debtor_id.id), ("event_date", ">=", since)]
            )
            .event_id
        )
        # What names other invoices only is not about this case.
        general = account.filtered(lambda e: not e.sudo().link_ids.move_id)
        return events | general.filtered(lambda e: not self._ar_of_other_case(e))

    def _ar_of_other_case(self, event):
        event = event.sudo()
        return event.res_model == "ar.case" and event.res_id != self.case_id.id

    def _ar_documents(self):
        if not self.case_id:
            return super()._ar_documents()
        return self.case_id.sudo().document_ids.filtered("attachment_id")

    def _ar_told_of(self):
        if not self.case_id:
            return super()._ar_told_of()
        case = self.case_id.sudo()
        return case.debtor_id, case.line_ids.move_id

    def _ar_title(self, company):
        if not self.case_id:
            return super()._ar_title(company)
        _ = self.with_context(lang=company._ar_lang()).env._
        return _(
            "Evidence file of %(name)s, %(customer)s",
            name=self.case_id.name,
            customer=self.case_id.sudo().partner_id.display_name or "",
        )

    def _ar_file_name(self):
        if not self.case_id:
            return super()._ar_file_name()
        words = "".join(c if c.isalnum() else "-" for c in self.case_id.name)
        return f"{self.env._('evidence')}-{words}.zip"
