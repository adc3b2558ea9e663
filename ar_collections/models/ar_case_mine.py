from odoo import api, fields, models

from ..engine.case_states import CaseState


class ArCaseMine(models.Model):
    """What the colleague who asked sees, without reading account or ledger."""

    _inherit = "ar.case"

    customer_name = fields.Char(
        "Name of the customer",
        compute="_compute_shown",
        compute_sudo=True,
        search="_search_customer_name",
    )
    invoice_names = fields.Char(
        "Invoices asked for", compute="_compute_shown", compute_sudo=True
    )
    progress_text = fields.Char("Progress", compute="_compute_shown", compute_sudo=True)

    @api.depends("state", "stage_id", "outcome", "partner_id", "line_ids")
    @api.depends_context("lang")
    def _compute_shown(self):
        labels = dict(self._fields["outcome"]._description_selection(self.env))
        for case in self:
            case.customer_name = case.partner_id.name or case.request_customer
            numbers = case.line_ids.mapped("number")
            numbers = numbers or case.request_move_ids.mapped("name")
            case.invoice_names = ", ".join(filter(None, numbers))
            if case.state == CaseState.REQUESTED.value:
                case.progress_text = self.env._("Answer awaited")
            elif case.state == CaseState.CLOSED.value:
                case.progress_text = labels.get(case.outcome, case.stage_id.name)
            else:
                case.progress_text = case.stage_id.name

    def _search_customer_name(self, operator, value):
        if operator not in ("ilike", "not ilike", "in", "not in"):
            return NotImplemented
        return [
            "|",
            ("request_customer", operator, value),
            ("partner_id.name", operator, value),
        ]
