from odoo import api, models


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model
    def _index(self, bin_data, file_type, checksum=None):
        """Never parse a customer's file in a worker, whatever indexer is there."""
        if self.env.context.get("ar_portal_no_index"):
            return None
        return super()._index(bin_data, file_type, checksum=checksum)
