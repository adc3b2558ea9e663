from odoo import api, fields, models

from ..engine.case_states import CaseState

#: Views of a colleague without any role, by type.
MINE = {
    "form": "ar_collections.ar_case_view_form_mine",
    "list": "ar_collections.ar_case_view_list_mine",
    "search": "ar_collections.ar_case_view_search_mine",
}


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

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Whoever has no role in receivables is shown what he may read."""
        roles = "ar_collections.group_user,ar_collections.group_reader"
        if not view_id and view_type in MINE and not self.env.user.has_groups(roles):
            view_id = self.env.ref(MINE[view_type]).id
        return super()._get_view(view_id, view_type, **options)

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
