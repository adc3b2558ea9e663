import base64

from odoo import api, fields, models

from .download import download_action


class ArLetterBatch(models.TransientModel):
    """Letters that were just printed into one PDF, and those left out of it."""

    _name = "ar.letter.batch"
    _description = "Letters to print"

    reminder_ids = fields.Many2many(
        "ar.reminder", "ar_letter_batch_ready_rel", string="In the PDF", readonly=True
    )
    left_out_ids = fields.Many2many(
        "ar.reminder", "ar_letter_batch_left_rel", string="Left out", readonly=True
    )
    waiting_count = fields.Integer("Left for the next PDF", readonly=True)
    letter_count = fields.Integer("Letters", readonly=True)
    page_count = fields.Integer("Pages", readonly=True)
    document = fields.Binary("PDF", readonly=True, attachment=True)
    document_name = fields.Char("Name of the PDF", readonly=True)
    to_post = fields.Boolean("Some are to be posted", compute="_compute_to_post")

    @api.depends("reminder_ids.state")
    def _compute_to_post(self):
        for batch in self:
            states = batch.reminder_ids.mapped("state")
            batch.to_post = "sending" in states

    @api.model
    def _ar_open(self, ready, left_out, waiting=0):
        """A batch of these letters, with their PDF.

        :param ready: reminders whose letter is stored
        :param left_out: reminders that were asked for too
        :param int waiting: how many more were asked for, and not looked at
        """
        Report = self.env["ir.actions.report"]
        papers = [letter.raw for letter in ready.sudo().letter_attachment_id]
        duplex = any(ready.company_id.mapped("ar_letter_duplex"))
        document = Report._ar_merge(papers, duplex) if papers else b""
        day = fields.Date.to_string(fields.Date.context_today(self))
        return self.create(
            {
                "reminder_ids": [(6, 0, ready.ids)],
                "left_out_ids": [(6, 0, left_out.ids)],
                "letter_count": len(ready),
                "waiting_count": waiting,
                "page_count": sum(ready.mapped("letter_pages")),
                "document": base64.b64encode(document) if document else False,
                "document_name": self.env._("Letters %(date)s", date=day) + ".pdf",
            }
        )

    def _ar_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Letters to print"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_download(self):
        """Hand the PDF to the browser."""
        return download_action(self)

    def action_posted(self):
        """All letters of this PDF have been printed and posted."""
        self.reminder_ids.action_posted()
        return {"type": "ir.actions.act_window_close"}
