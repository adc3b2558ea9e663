from odoo import fields, models
from odoo.exceptions import ValidationError


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

    def _ar_check_may_collect(self, debtors):
        """Refuse this person for the work on some accounts.

        :raise ValidationError: for who is no collector, or does not work in the
            companies of the accounts
        """
        self.ensure_one()
        if not self.has_group("ar_collections.group_user"):
            raise ValidationError(
                self.env._("%(name)s is not a collector.", name=self.name)
            )
        missing = debtors.company_id - self.sudo().company_ids
        if missing:
            raise ValidationError(
                self.env._(
                    "%(name)s has no access to %(companies)s.",
                    name=self.name,
                    companies=", ".join(missing.mapped("name")),
                )
            )

    def _ar_stand_in(self):
        """Who does the work of this person today: a substitute, or the person."""
        self.ensure_one()
        other = self.sudo().ar_substitute_id
        return other if other.active else self
