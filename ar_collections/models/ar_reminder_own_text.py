from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from ..engine.own_text import fill
from ..engine.states import REMINDER_AHEAD
from .ar_reminder_content import PARTS
from .ar_reminder_mail import one_line


class ArReminderOwnText(models.Model):
    """A letter in the collector's own words, around figures that stay live."""

    _inherit = "ar.reminder"

    own_subject = fields.Char("Own subject", copy=False)
    own_body = fields.Html(
        "Own text",
        copy=False,
        help="What leaves instead of the template's text. The table of items, how to "
        "pay, the page and the signature are read again when it leaves.",
    )
    own_totals = fields.Char(
        "Total named in the own subject",
        readonly=True,
        copy=False,
        help="Total that the subject named when it was written: it follows.",
    )
    has_own_text = fields.Boolean("Has own text", compute="_compute_has_own_text")

    @api.depends("own_subject", "own_body")
    def _compute_has_own_text(self):
        for reminder in self:
            reminder.has_own_text = bool(reminder.own_subject) or not is_html_empty(
                reminder.own_body
            )

    def action_edit_text(self):
        """Take the text as it would leave now for the collector to edit.

        :raise UserError: when it is no e-mail, or has left
        """
        self.ensure_one()
        self.check_access("write")
        self._ar_check_editable()
        if self.has_own_text:
            return True
        reminder = self.sudo()
        lang = reminder._ar_lang()
        told = reminder.with_context(ar_marked=True, lang=lang)
        template = reminder._ar_template().with_context(ar_marked=True)
        [subject] = template._render_field(
            "subject", reminder.ids, set_lang=lang
        ).values()
        [body] = template._render_field(
            "body_html", reminder.ids, set_lang=lang
        ).values()
        reminder.write(
            {
                "own_subject": one_line(subject),
                "own_body": body,
                "own_totals": told.totals_text,
            }
        )
        return True

    def action_drop_own_text(self):
        """Go back to the template's words.

        :raise UserError: when it is no e-mail, or has left
        """
        self.check_access("write")
        self._ar_check_editable()
        self.write({"own_subject": False, "own_body": False, "own_totals": False})
        return True

    def _ar_check_editable(self):
        for reminder in self:
            if reminder.channel != "email" or reminder.state not in REMINDER_AHEAD:
                raise UserError(
                    self.env._(
                        "The text of %(name)s can no longer be edited.",
                        name=reminder.display_name,
                    )
                )

    def _ar_own_words(self, subject, body):
        """What leaves: the collector's words when he has edited them.

        :param str subject: as the template writes it now
        :param str body: as the template writes it now
        :return: (subject, body)
        """
        self.ensure_one()
        if self.own_subject:
            subject = self.own_subject
            if self.own_totals and self.totals_text:
                # The one amount of a subject is the total that it named.
                subject = subject.replace(self.own_totals, self.totals_text)
        if not is_html_empty(self.own_body):
            parts = {name: f"{self[f'{name}_html'] or ''}" for name in PARTS}
            body = fill(self.own_body, parts, required=("items",))
        return subject, body
