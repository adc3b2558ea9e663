from odoo import api, fields, models

from .ar_debtor_buyer import _short


class ResCompany(models.Model):
    _inherit = "res.company"

    ar_quote_comment = fields.Boolean(
        "Reminders quote the buyer's comment",
        default=True,
        help="Below the status of each invoice, as his platform told it.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_quote_comment = fields.Boolean(
        related="company_id.ar_quote_comment", readonly=False
    )


class ArReminderBuyer(models.Model):
    """Reminders quote what the buyer's platform says, words included."""

    _inherit = "ar.reminder"

    comment_text = fields.Char("Comments of the buyer", compute="_compute_comment_text")

    @api.depends("content")
    def _compute_comment_text(self):
        for reminder in self:
            lines = (reminder.content or {}).get("lines") or ()
            told = [ln["comment"] for ln in lines if ln.get("comment")]
            reminder.comment_text = " – ".join(dict.fromkeys(told))

    def mail_allowed_qweb_expressions(self):
        return (*super().mail_allowed_qweb_expressions(), "object.comment_text")

    def _ar_make_content(self, fact):
        content = super()._ar_make_content(fact)
        if not self.company_id.ar_quote_comment:
            return content
        ids = [line["item_id"] for line in content["lines"] if line["item_id"]]
        items = self.env["ar.item"].sudo().browse(ids).exists()
        comments = {item.id: item.buyer_comment for item in items}
        for line in content["lines"]:
            if line["status"] and comments.get(line["item_id"]):
                line["comment"] = _short(comments[line["item_id"]])
        return content

    def _ar_line_texts(self, line):
        texts = super()._ar_line_texts(line)
        if line.get("comment") and texts["status"]:
            texts["status"] = f"{texts['status']} – “{line['comment']}”"
        return texts
