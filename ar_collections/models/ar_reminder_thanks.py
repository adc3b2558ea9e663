from odoo import fields, models

#: More numbers than this are counted instead of named.
NAMED = 20


class ArReminderThanks(models.Model):
    """What a word of thanks says: the invoices that were paid."""

    _inherit = "ar.reminder"

    thanks_for_id = fields.Many2one(
        "ar.reminder",
        "Thanks after",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )

    def _ar_make_content(self, fact):
        content = super()._ar_make_content(fact)
        asked = self.sudo().thanks_for_id
        if asked:
            numbers = asked.line_ids.sorted("id").mapped("number")
            content["paid"] = list(dict.fromkeys(filter(None, numbers)))
            content["url"] = False
        return content

    def _ar_letter_values(self, content):
        values = super()._ar_letter_values(content)
        numbers = []
        for reminder in self._ar_together():
            told = content if reminder == self else reminder.content
            numbers += told.get("paid") or []
        text = ", ".join(numbers)
        if len(numbers) > NAMED:
            text = self.env._("%(count)d invoices", count=len(numbers))
        return {**values, "paid_text": text}
