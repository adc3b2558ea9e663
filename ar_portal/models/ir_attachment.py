from odoo import api, models


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model
    def _ar_keep_checked(self, record, stem, rank, checked, **vals):
        """Keep one checked file of a customer with a record.

        The name is ours and the type the one that was checked. Images are not
        decoded again here, and no indexer may read the file.

        :param str stem: what the name begins with
        :param int rank: of this file among those of the record, from 1
        :param checked: :class:`~..engine.upload_check.Checked`
        """
        keeper = self.sudo().with_context(
            image_no_postprocess=True, ar_portal_no_index=True
        )
        return keeper.create(
            {
                "name": f"{stem.replace('/', '-')}-{rank}.{checked.kind.extension}",
                "raw": checked.data,
                "mimetype": checked.kind.mimetype,
                "res_model": record._name,
                "res_id": record.id,
                "type": "binary",
                **vals,
            }
        )

    @api.model
    def _ar_keep_files(self, record, stem, files):
        """Keep checked files with a record, each with its mark and shown name.

        :param str stem: what their names begin with
        :param files: ``[(shown name, Checked)]``
        :return: the attachments, as superuser
        """
        kept = self.sudo()
        for rank, (shown, checked) in enumerate(files, start=1):
            mark = f"sha256 {checked.digest}: {shown}"
            kept += self._ar_keep_checked(record, stem, rank, checked, description=mark)
        return kept

    @api.model
    def _index(self, bin_data, file_type, checksum=None):
        """Never parse a customer's file in a worker, whatever indexer is there."""
        if self.env.context.get("ar_portal_no_index"):
            return None
        return super()._index(bin_data, file_type, checksum=checksum)
