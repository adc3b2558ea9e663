import logging
import secrets
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.tools import email_normalize
from odoo.tools.mail import email_split_and_format_normalize

from ..engine.compose import to_plain
from ..engine.delivery import NotSent, Outcome, classify, make_token, retry_delay
from ..engine.states import ReminderState

_logger = logging.getLogger(__name__)

S = ReminderState


class ArReminderSend(models.Model):
    """Sending, in two transactions, so that no crash sends twice.

    The first one (:meth:`_ar_prepare`, per batch) decides again, writes what
    leaves and marks the reminder ``sending`` with a token. The second one
    (:meth:`_process_one`, per reminder) takes the token, records everything, hands it
    to the server or the provider as its very last act. Between the two commits nobody
    else touches the reminder; what is left behind by a killed process is never sent
    again without a person (see :meth:`_ar_sweep`). Nothing here commits: only the
    ``_cron_*`` drivers do.
    """

    _inherit = "ar.reminder"

    approved_by_id = fields.Many2one(
        "res.users", "Approved by", readonly=True, copy=False, ondelete="set null"
    )
    approved_at = fields.Datetime("Approved on", readonly=True, copy=False)
    approved_uuid = fields.Char(
        "Approved in",
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Database in which it was approved: a copy stays silent.",
    )

    @api.model
    def _ar_channels_sent(self):
        """Channels that leave by themselves: those with ``_ar_send_<channel>()``.

        Such a channel has three methods. ``_ar_address_<channel>()`` and
        ``_ar_write_<channel>()`` run on many locked reminders in the first
        transaction and return those that go on; ``_ar_send_<channel>(session)``
        hands one over in the second. A channel that needs a connection gives it
        by ``_ar_session_<channel>(session, servers)``.
        """
        channels = self._fields["channel"].get_values(self.env)
        return [c for c in channels if hasattr(self, f"_ar_send_{c}")]

    @api.model
    def _ar_leaving_domain(self):
        """Reminders that leave by themselves once they may."""
        return [("channel", "in", self._ar_channels_sent())]

    def _ar_by_hand(self):
        """Those of these reminders that only a person can carry out."""
        return self - self.filtered_domain(self._ar_leaving_domain())

    @api.model
    def _ar_due_domain(self):
        """Reminders that may leave now, of all companies."""
        now = fields.Datetime.now()
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        companies = (
            self.env["res.company"].sudo().search([("ar_automation", "=", True)])
        )
        automatic = companies.filtered(lambda c: c._ar_automation_on())
        return [
            *self._ar_leaving_domain(),
            "|",
            ("release_at", "=", False),
            ("release_at", "<=", now),
            "|",
            "&",
            ("state", "=", S.APPROVED.value),
            ("approved_uuid", "=", uuid),
            "&",
            "&",
            ("state", "=", S.PLANNED.value),
            ("company_id", "in", automatic.ids),
            "|",
            ("mode", "=", "auto"),
            "&",
            ("mode", "=", "confirm"),
            ("release_at", "!=", False),
        ]

    # First transaction.

    def _ar_prepare(self):
        """Decide again and write what these locked reminders will hand over.

        E-mails come last: they alone may have to wait for their server, together.

        :return: ``{id: token}`` in the order of handing over; of the reminders that
            share an e-mail, the one that leads
        """
        self._update_state(S.APPROVED)
        going = self.filtered(lambda r: r.state == S.APPROVED.value)
        going = going._ar_each("_ar_read_again")
        ready = self.browse()
        for channel in sorted({*going.mapped("channel")}, key=lambda c: c == "email"):
            part = going.filtered(lambda r, channel=channel: r.channel == channel)
            part = part._ar_each(f"_ar_address_{channel}")
            if channel == "email":
                ready += part._ar_write_mails()
            else:
                ready += part._ar_each(f"_ar_write_{channel}")
        batch = secrets.token_hex(8)
        leads = ready.filtered(lambda r: not r.lead_id)
        tokens = {r.id: make_token(batch, rank) for rank, r in enumerate(leads)}
        ready._ar_share_tokens(tokens)
        self.env.flush_all()
        return tokens

    def _ar_each(self, method):
        """Call a method on all at once; when that fails, on each alone.

        The record that fails carries its own error, the others go on.

        :return: the union of what the method returned
        """
        if not self:
            return self
        try:
            with self.env.cr.savepoint():
                return getattr(self, method)()
        except OperationalError:
            raise
        except Exception as error:
            if len(self) == 1:
                _logger.warning("Reminder %s cannot leave", self.id, exc_info=True)
                self._ar_fail(self._ar_error_text(error))
                return self.browse()
        done = [reminder._ar_each(method).id for reminder in self]
        return self.browse([reminder_id for reminder_id in done if reminder_id])

    def _ar_read_again(self):
        """Keep those that are still due, with what they are to say; cancel others."""
        found = self.env["ar.debtor"]._ar_recheck(self)
        kept = self.browse()
        for reminder in self:
            fact = found[reminder.id]
            if fact["ok"]:
                reminder.content = reminder._ar_make_content(fact)
                kept += reminder
            else:
                reminder._ar_cancel(fact["code"])
        return kept

    def _ar_address_email(self):
        """Keep those whose recipient can be written to; park the others."""
        kept = self.browse()
        found = {reminder: reminder._ar_find_recipient() for reminder in self}
        emails = {
            reminder: email_normalize(partner.email) if partner else False
            for reminder, (partner, _remarks) in found.items()
        }
        refused = self._ar_blacklisted({e for e in emails.values() if e})
        for reminder in self:
            email = emails[reminder]
            if not email:
                reminder._ar_fail(
                    self.env._(
                        "%(name)s has no valid e-mail address.",
                        name=found[reminder][0].display_name,
                    )
                )
            elif email in refused:
                reminder._ar_fail(
                    self.env._("%(email)s is on the blacklist.", email=email)
                )
            else:
                reminder._ar_write_address(*found[reminder], email)
                kept += reminder
        return kept

    def _ar_write_address(self, recipient, remarks, email):
        """Keep who is written to, who gets a copy, and what could not be so."""
        copies, missing = self._ar_find_copies(recipient)
        self.write(
            {
                "recipient_id": recipient.id,
                "email": email,
                "email_cc": self._ar_copies_text(copies) or False,
                "remarks": [*remarks, *missing] or False,
            }
        )

    @api.model
    def _ar_blacklisted(self, emails):
        entries = self.env["mail.blacklist"].sudo().search([("email", "in", [*emails])])
        return set(entries.mapped("email"))

    def _ar_write_email(self):
        """Render and create the e-mails, and mark the reminders ``sending``."""
        attachments = {}
        for reminder in self:
            attachments[reminder.id], summary = reminder._ar_enclose()
            if any(summary.values()):
                reminder.content = {**reminder.content, "enclosures": summary}
        texts = self._ar_render()
        mails = self._ar_create_mails(texts, attachments)
        return self._ar_mark_sending(
            {
                reminder: reminder._ar_mail_fields(mail, *texts[reminder.id])
                for reminder, mail in zip(self, mails, strict=True)
            }
        )

    def _ar_mail_fields(self, mail, subject, body):
        """What this reminder keeps of its e-mail."""
        return {
            "subject": subject,
            "body": body,
            "mail_id": mail.id,
            "mail_message_id": mail.mail_message_id.id,
            "message_id": mail.message_id,
        }

    def _ar_mark_sending(self, values):
        """Mark these reminders ``sending``, with what is to be handed over.

        :param dict values: ``{reminder: field values}``
        """
        now = fields.Datetime.now()
        for reminder in self:
            reminder._update_state(
                S.SENDING,
                {
                    "sending_since": now,
                    "amount_total": reminder._ar_company_total(),
                    "error": False,
                    **values[reminder],
                },
            )
        # The unique indexes speak here, where one reminder can still be told apart.
        self.flush_recordset()
        return self

    def _ar_company_total(self):
        company, today = self.company_id, self.company_id._ar_today()
        total = 0.0
        for currency_id, cents in self._ar_totals(self.content):
            currency = self.env["res.currency"].browse(currency_id)
            amount = cents / 10**currency.decimal_places
            total += currency._convert(amount, company.currency_id, company, today)
        return total

    # Second transaction.

    def _process_one(self, session, token):
        """Hand one prepared reminder over; the caller commits at once.

        All that can fail is written before the server speaks, so that nothing but
        the commit stands between its acceptance and our record of it.

        :param session: what ``_ar_send_<channel>`` uses: a WatchedSession for
            e-mails, else a :class:`HandOver`
        :param str token: the one given when it was prepared
        :return: an :class:`Outcome`, or None when somebody else settled it
        """
        self.ensure_one()
        session.handed_over = False
        taken = self._ar_take(token)
        if not taken:
            return None
        try:
            with self.env.cr.savepoint():
                taken._ar_record_sent(fields.Datetime.now())
                self.env.flush_all()
                getattr(self, f"_ar_send_{self.channel}")(session)
            return Outcome.SENT
        except OperationalError:
            raise
        except Exception as error:
            if not isinstance(error, NotSent):
                error = error.__cause__ or error.__context__ or error
            outcome = classify(error, session.handed_over)
            taken._ar_settle(outcome, self._ar_error_text(error))
            return outcome

    def _ar_send_email(self, session):
        """Hand the e-mail of this reminder to an open SMTP session.

        :raise Exception: whatever ``ir.mail_server.send_email`` raises
        """
        mail = self.mail_id.sudo()
        parts = mail._prepare_outgoing_list()[0]
        alias_domain = mail.record_alias_domain_id
        Server = self.env["ir.mail_server"].with_context(
            send_validated_to=parts["email_to_normalized"],
            domain_notifications_email=alias_domain.default_from_email,
            domain_bounce_address=parts["headers"].get("Return-Path"),
        )
        message = Server._build_email__(
            email_from=(email_split_and_format_normalize(mail.email_from) or [""])[0],
            email_to=parts["email_to"],
            email_cc=parts["email_cc"],
            subject=parts["subject"],
            body=parts["body"],
            body_alternative=to_plain(parts["body"]),
            reply_to=parts["reply_to"],
            attachments=parts["attachments"],
            message_id=parts["message_id"],
            references=parts["references"],
            object_id=parts["object_id"],
            subtype="html",
            subtype_alternative="plain",
            headers={**parts["headers"], "X-Auto-Response-Suppress": "OOF"},
        )
        Server.send_email(message, smtp_session=session)
        self._ar_remark(
            [
                {
                    "code": "copy_refused",
                    "params": {"email": email, "error": _answer_text(*answer)},
                }
                for email, answer in session.refused.items()
            ]
        )

    def _ar_settle(self, outcome, text):
        """Record an attempt that was not a success, for all that it was for."""
        if outcome is Outcome.IN_DOUBT:
            return self._ar_doubt(text)
        attempts = max(self.mapped("attempts"))
        delay = retry_delay(attempts) if outcome is Outcome.RETRY else None
        if delay is None:
            return self._ar_fail(text)
        return self._ar_requeue(text, delay)

    def _ar_requeue(self, text=False, delay=timedelta()):
        """Back to where it waited: approved by a person, or planned.

        What was written is thrown away; the next attempt reads the amounts again.
        """
        for reminder in self:
            values = {"error": text, "release_at": fields.Datetime.now() + delay}
            reminder._update_state(S.APPROVED, values)
            reminder._ar_forget_mail()
            if not reminder.approved_by_id:
                reminder._update_state(S.PLANNED)

    def _ar_forget_mail(self):
        """Delete the e-mail that did not leave."""
        mails, messages = self.mail_id.sudo().exists(), self.mail_message_id.sudo()
        self.sudo().enclosure_ids.unlink()
        self.write(
            {
                "mail_id": False,
                "mail_message_id": False,
                "message_id": False,
                "subject": False,
                "body": False,
                "content": False,
                "sending_since": False,
                "enclosures": False,
                "lead_id": False,
            }
        )
        self.sudo().token = False
        mails.unlink()
        messages.exists().unlink()

    def _ar_error_text(self, error):
        """What went wrong, as a colleague can read it."""
        for answer in getattr(error, "recipients", {}).values():
            return _answer_text(*answer)
        if getattr(error, "smtp_code", None):
            return _answer_text(error.smtp_code, error.smtp_error)
        return f"{error}" or type(error).__name__


def _answer_text(code, text):
    """What a server answered, as one line."""
    text = text.decode(errors="replace") if isinstance(text, bytes) else text
    return f"{code} {text}"
