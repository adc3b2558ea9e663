from odoo import api, models

from odoo.addons.ar_collections.engine.personal import Source


class ArPerson(models.AbstractModel):
    """Payers that the matching knows. Bank lines are accounts, and stay."""

    _inherit = "ar.person"

    @api.model
    def _ar_sources(self):
        memory = Source(
            partners=("partner_id",),
            shown=("kind", "key", "good", "bad", "last_seen"),
            date="last_seen",
            drop=True,
        )
        return {**super()._ar_sources(), "ar.lettering.memory": memory}
