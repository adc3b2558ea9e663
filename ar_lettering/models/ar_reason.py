from odoo import api, models, tools


class ArReason(models.Model):
    _inherit = "ar.reason"

    @api.model
    @tools.ormcache()
    def _ar_ids_by_code(self):
        """``{code: id}`` of the registry, to store and group by the main reason."""
        return {reason.code: reason.id for reason in self.sudo().search([], order="id")}
