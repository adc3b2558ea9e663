from odoo import models


class ArDispute(models.Model):
    _inherit = "ar.dispute"

    def _ar_portal_words(self):
        """What the customer reads of our answer; never the words between colleagues."""
        self.ensure_one()
        return self.state == "resolved" and self.customer_note or ""

    def _ar_portal_keep(self, files, partner):
        """Keep checked files of the customer with this dispute, each once.

        :param files: ``[(shown name, Checked)]``
        """
        self.ensure_one()
        Attachment = self.env["ir.attachment"].sudo()
        known = Attachment.search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)]
        )
        marks = set(known.mapped("description"))
        kept = Attachment
        for shown, checked in files:
            mark = f"sha256 {checked.digest}: {shown}"
            if mark not in marks:
                kept += Attachment._ar_keep_checked(
                    self,
                    f"customer-{self.name}",
                    len(known) + len(kept) + 1,
                    checked,
                    description=mark,
                )
        if kept:
            self.message_post(
                body=self.env._("Files of the customer, not verified"),
                attachment_ids=kept.ids,
                author_id=partner.id,
                message_type="comment",
                subtype_xmlid="mail.mt_note",
            )
