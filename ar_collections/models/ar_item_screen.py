from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ArItemScreen(models.Model):
    """Why an item is not chased, in words, whatever level decides it."""

    _inherit = "ar.item"

    is_held = fields.Boolean(
        "Held back", compute="_compute_is_held", search="_search_is_held"
    )
    why_text = fields.Text("Why not chased", compute="_compute_why_text")

    def _compute_is_held(self):
        for item in self:
            item.is_held = bool(item.blockers)

    def _search_is_held(self, operator, value):
        if operator != "in":
            return NotImplemented
        # The column holds a JSON list, empty or not, or nothing at all.
        held = Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "COALESCE(jsonb_array_length(%s), 0) > 0",
                SQL.identifier(alias, "blockers"),
            )
        )
        wanted = Domain.FALSE
        if True in value:
            wanted |= held
        if False in value:
            wanted |= ~held
        return wanted

    def _compute_why_text(self):
        for item in self:
            held = item.debtor_id if item.debtor_id.verdict == "hold" else None
            item.why_text = item.blocker_text or (held and held.decision_line) or False
