from odoo import models

from ..engine.states import ReminderState

S = ReminderState


class ArReminderRecord(models.Model):
    """What is written down about a contact: lines, ladder, timeline, activities."""

    _inherit = "ar.reminder"

    def _ar_record_sent(self, moment):
        """The contact was made: status, lines, ladder of the items, timeline.

        :param datetime moment: when, in UTC
        """
        for reminder in self:
            content = reminder.content or {"lines": [], "credits": []}
            reminder._update_state(S.DONE, {"sent_at": moment, "error": False})
            reminder.sudo().token = False
            reminder._ar_create_lines(content["lines"])
            reminder._ar_climb(content["lines"])
            reminder._ar_event_sent(content, moment)
            if reminder.mail_id:
                reminder._ar_show_as_sent()

    def _ar_create_lines(self, lines):
        Currency = self.env["res.currency"]
        self.env["ar.reminder.line"].sudo().create(
            [
                {
                    "reminder_id": self.id,
                    "amount": line["cents"]
                    / 10 ** Currency.browse(line["currency_id"]).decimal_places,
                    **{
                        name: line[name]
                        for name in (
                            "item_id",
                            "move_id",
                            "number",
                            "invoice_date",
                            "due_date",
                            "days_overdue",
                            "currency_id",
                            "status",
                        )
                    },
                }
                for line in lines
            ]
        )

    def _ar_climb(self, lines):
        """Move the items of this contact to where it leaves each of them."""
        today = self.company_id._ar_today()
        told = [line for line in lines if line["item_id"]]
        Item = self.env["ar.item"]
        Item._ar_bulk_update(
            [(line["item_id"], today) for line in told], {"last_contact_date": "date"}
        )
        Item._ar_bulk_update(
            [
                (line["item_id"], line["step_id"], line["step_delay"], self.cycle)
                for line in told
                if line["step_id"]
            ],
            {"step_id": "int", "step_delay": "int", "cycle": "int"},
        )
        levels = [line["step_delay"] for line in told if line["step_id"]]
        if levels and self.unit_key == "account":
            self.debtor_id._ar_reach_height(max(levels))

    def _ar_show_as_sent(self):
        """Show the message as sent on the account's thread."""
        mail = self.mail_id.sudo()
        self.env["mail.notification"].sudo().create(
            {
                "author_id": mail.author_id.id,
                "mail_message_id": mail.mail_message_id.id,
                "res_partner_id": self.recipient_id.id,
                "notification_type": "email",
                "notification_status": "sent",
                "is_read": True,
            }
        )
        mail.write({"state": "sent"})

    # Timeline.

    def _ar_event(self, kind, summary, **values):
        """Record one fact about this reminder on the timeline."""
        self.ensure_one()
        sender = self._ar_sender()
        self.env["ar.event"]._ar_record(
            [
                {
                    "kind": kind,
                    "summary": summary,
                    "company_id": self.company_id.id,
                    "debtor_id": self.debtor_id.id,
                    "partner_id": self.partner_id.id,
                    "res_model": self._name,
                    "res_id": self.id,
                    "actor": self.env.user.display_name
                    if self.env.uid != self.env.ref("base.user_root").id
                    else sender.name or self.company_id.name,
                    **values,
                }
            ]
        )

    def _ar_event_sent(self, content, moment):
        payload = self._ar_sent_payload(content)
        Event = self._ar_in_company_language().env["ar.event"]
        self._ar_event(
            "reminder_sent",
            Event._ar_words_of("reminder_sent", payload),
            body=self.body or "",
            event_date=moment,
            move_ids=sorted({c["move_id"] for c in content["lines"] if c["move_id"]}),
            payload=payload,
        )

    def _ar_sent_payload(self, content):
        """What the timeline keeps of a contact besides its words; JSON-able."""
        return {
            "channel": self.channel,
            "recipient": (self.recipient_id or self.partner_id).display_name,
            "email": self.email or "",
            "subject": self.subject or "",
            "message_id": self.message_id or "",
            "step": self.step_id.name or "",
            "copies": self.email_cc or "",
            "attachments": (self.lead_id or self).enclosures or [],
            "together": content.get("together") or [],
            "mail_sha256": content.get("mail_sha256") or "",
            "lines": content["lines"],
            "credits": content["credits"],
        }

    def _ar_in_company_language(self):
        return self.with_context(lang=self.company_id._ar_lang())

    # What did not work.

    def _ar_cancel(self, code):
        """No longer to be sent; ``code`` is a reason of the registry."""
        for reminder in self._update_state(S.CANCELLED, {"cancel_code": code}):
            reason = {"code": code, "params": {}}
            Reason = reminder._ar_in_company_language().env["ar.reason"]
            words = Reason._ar_words([reason])[0]["words"]
            reminder._ar_event("reminder_cancelled", words, payload=reason)

    def _ar_fail(self, text):
        """Give up until a person acts; the collector gets an activity."""
        for reminder in self:
            if not reminder._update_state(S.FAILED, {"error": text}):
                continue
            if reminder.sending_since:
                subject, email = reminder.subject, reminder.email
                reminder._ar_forget_mail()
                reminder.write({"subject": subject, "email": email})
            say = reminder._ar_in_company_language()
            summary = say.env._("Reminder not sent: %(error)s", error=text)
            reminder._ar_event("reminder_failed", summary, payload={"error": text})
            reminder.debtor_id._ar_alert("failed", summary, reminder.user_id, key=text)

    def _ar_doubt(self, text):
        """Whether it left is unknown: a person has to say."""
        for reminder in self:
            if not reminder._update_state(S.IN_DOUBT, {"error": text}):
                continue
            summary = reminder._ar_in_company_language()._ar_doubt_question()
            reminder._ar_event("reminder_in_doubt", summary, payload={"error": text})
            reminder.debtor_id._ar_alert("doubt", summary, reminder.user_id)

    def _ar_doubt_question(self):
        """What only a person can find out."""
        return self.env._(
            "Was the e-mail “%(subject)s” received by %(email)s?",
            subject=self.subject,
            email=self.email,
        )

    def _ar_after_send(self):
        """Tidy up after a batch: technical mails go, the accounts are looked at."""
        self = self._ar_with_members()  # noqa: PLW0642
        self.invalidate_recordset(["state", "mail_id"])
        done = self.filtered(lambda r: r.state == S.DONE.value and r.mail_id)
        mails = done.mail_id.sudo().exists()
        done.mail_id = False
        mails.unlink()
        self.env["ar.dirty"]._ar_mark(self.debtor_id.partner_id.ids, "reminder")
