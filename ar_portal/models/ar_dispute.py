from odoo import models


class ArDispute(models.Model):
    _inherit = "ar.dispute"

    def _ar_portal_words(self):
        """What the customer reads of our answer; never the words between colleagues."""
        self.ensure_one()
        return self.state == "resolved" and self.customer_note or ""

    def _ar_portal_keep(self, files, partner):
        """Keep checked files of the customer with this dispute, each once.

        The name is ours and the type the one that was checked. Images are not
        decoded again here, and no indexer may read the file.

        :param files: ``[(shown name, Checked)]``
        """
        self.ensure_one()
        Attachment = self.env["ir.attachment"].sudo()
        Attachment = Attachment.with_context(
            image_no_postprocess=True, ar_portal_no_index=True
        )
        known = Attachment.search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)]
        )
        marks = set(known.mapped("description"))
        stem = self.name.replace("/", "-")
        kept = Attachment
        for shown, checked in files:
            mark = f"sha256 {checked.digest}: {shown}"
            if mark in marks:
                continue
            rank = len(known) + len(kept) + 1
            kept += Attachment.create(
                {
                    "name": f"customer-{stem}-{rank}.{checked.kind.extension}",
                    "description": mark,
                    "raw": checked.data,
                    "mimetype": checked.kind.mimetype,
                    "res_model": self._name,
                    "res_id": self.id,
                    "type": "binary",
                }
            )
        if kept:
            self.message_post(
                body=self.env._("Files of the customer, not verified"),
                attachment_ids=kept.ids,
                author_id=partner.id,
                message_type="comment",
                subtype_xmlid="mail.mt_note",
            )
