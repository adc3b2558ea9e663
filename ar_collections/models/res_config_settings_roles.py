from odoo import fields, models


class ResConfigSettingsRoles(models.TransientModel):
    """One setting that is a role: collectors may also read what is not theirs."""

    _inherit = "res.config.settings"

    group_ar_see_all = fields.Boolean(
        "Collectors see every account",
        group="ar_collections.group_user",
        implied_group="ar_collections.group_reader",
    )
