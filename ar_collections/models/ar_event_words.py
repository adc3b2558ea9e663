from odoo import api, models
from odoo.tools import format_date


class ArEventWords(models.Model):
    """A fact is told in the language of its reader, when its data allow it.

    The sealed words are those of the moment. Where kind and payload say the same,
    the line of the timeline is made from them.
    """

    _inherit = "ar.event"

    @api.depends("content_ids")
    @api.depends_context("lang")
    def _compute_content(self):
        result = super()._compute_content()
        for event in self:
            content = event.content_ids[:1]
            if content:
                words = event._ar_say(content.payload or {})
                event.summary = words or content.summary
        return result

    def _ar_say(self, payload):
        """One line about this fact in the reader's language.

        :param dict payload: data of the fact
        :return: text, False when only the words of the moment are known
        """
        self.ensure_one()
        say = getattr(self, f"_ar_say_{self.kind}", None)
        return say(payload) if say else False

    @api.model
    def _ar_words_of(self, kind, payload):
        """The same line for a fact that is being written, in the context's language."""
        return self.new({"kind": kind})._ar_say(payload)

    @api.model
    def _ar_record_words(self, company, kind, payload, **vals):
        """Record one fact that is all in its data, in the language of the company.

        :param vals: more, as for :meth:`_ar_record`
        :return: the event
        """
        Event = self.sudo().with_context(lang=company._ar_lang())
        return Event._ar_record(
            [
                {
                    "kind": kind,
                    "company_id": company.id,
                    "summary": Event._ar_words_of(kind, payload),
                    "payload": payload,
                    **vals,
                }
            ]
        )

    def _ar_say_reminder_sent(self, payload):
        channel = payload.get("channel")
        if channel == "email" and payload.get("email"):
            return self.env._(
                "E-mail to %(email)s: %(subject)s",
                email=payload["email"],
                subject=payload.get("subject") or "",
            )
        if channel == "call" and payload.get("recipient"):
            channels = self.env["ar.reminder"]._fields["channel"]
            return self.env._(
                "%(channel)s: %(name)s",
                channel=dict(channels._description_selection(self.env))[channel],
                name=payload["recipient"],
            )
        return False

    def _ar_say_reminder_cancelled(self, payload):
        if not payload.get("code"):
            return False
        return self.env["ar.reason"]._ar_line([payload])

    def _ar_say_reminder_failed(self, payload):
        error = payload.get("error")
        return error and self.env._("Reminder not sent: %(error)s", error=error)

    def _ar_say_reply(self, payload):
        if not payload.get("from"):
            return False
        return self.env._(
            "Reply of %(sender)s: %(subject)s",
            sender=payload["from"],
            subject=payload.get("subject") or "",
        )

    def _ar_say_bounce(self, payload):
        email = payload.get("email")
        return email and self.env._("The e-mail to %(email)s came back", email=email)

    def _ar_say_hold_set(self, payload):
        if not payload.get("until"):
            return False
        return self.env._(
            "Chasing suspended until %(date)s: %(reason)s",
            date=format_date(self.env, payload["until"]),
            reason=payload.get("reason") or "",
        )

    def _ar_say_hold_lifted(self, _payload):
        return self.env._("Chasing resumed")

    def _ar_say_decision(self, payload):
        return " · ".join(
            self._ar_say_change(change) for change in payload.get("changes") or ()
        )

    def _ar_say_change(self, change):
        """“Insolvency: Receivership”, from ``{"model", "field", "value"}``."""
        field = self.env[change["model"]]._fields.get(change["field"])
        value = change.get("value")
        if not field:
            return f"{change['field']}: {value}"
        if field.type == "selection":
            value = dict(field._description_selection(self.env)).get(value, value)
        elif field.type == "boolean":
            value = self.env._("yes") if value else self.env._("no")
        elif field.type == "date" and value:
            value = format_date(self.env, value)
        label = field._description_string(self.env)
        return self.env._(
            "%(label)s: %(value)s", label=label, value=value or self.env._("none")
        )
