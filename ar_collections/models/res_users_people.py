from odoo import fields, models


class ResUsersPeople(models.Model):
    _inherit = "res.users"

    ar_substitute_id = fields.Many2one(
        "res.users",
        "Replaced by (receivables)",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="Who stands in today; set and lifted by absences alone.",
    )

    def _ar_stand_in(self):
        """Who does the work of this person today: a substitute, or the person."""
        self.ensure_one()
        other = self.sudo().ar_substitute_id
        return other if other.active else self
