import hashlib

from psycopg2 import OperationalError

from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.mail import email_split_and_format

from ..engine.grouping import group
from ..engine.states import ReminderState

S = ReminderState
#: How firm a tone is: the firmest one of a shared e-mail gives its words.
FIRMNESS = ("courtesy", "reminder", "firm", "last")


class ArReminderGroup(models.Model):
    """Several accounts in one e-mail: those of a paying centre.

    Each account keeps its own reminder, lines, ladder and timeline. One of them
    leads: the e-mail is on its account, and the others point to it. All of them share
    the token, so that one sender takes them all, settles them all in one transaction,
    and a crash leaves them all in the same state.
    """

    _inherit = "ar.reminder"

    lead_id = fields.Many2one(
        "ar.reminder",
        "Sent with",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="The reminder whose e-mail this one shares.",
    )
    member_ids = fields.One2many(
        "ar.reminder", "lead_id", "Sent together", readonly=True
    )

    # Who leaves with whom.

    def _ar_mails(self):
        """These addressed reminders, by the e-mail that they share.

        Reminders to one paying centre leave together when they go to the same
        address; what a person has worded leaves alone.

        :return: list of recordsets, the one that leads first
        """
        groups = group([(reminder, reminder._ar_mail_key()) for reminder in self])
        return [self.browse([r.id for r in sorted(g, key=_firmest)]) for g in groups]

    def _ar_mail_key(self):
        """What reminders of one e-mail have in common; None: this one leaves alone."""
        self.ensure_one()
        centre = self.debtor_id.sudo().paying_centre_id
        if self.channel != "email" or not centre or self.has_own_text:
            return None
        office = self.recipient_id.commercial_partner_id
        if office != centre.commercial_partner_id:
            return None
        return (
            self.company_id.id,
            self.recipient_id.id,
            self.email,
            self.purpose == "thanks",
        )

    def _ar_lock_mails(self, limit):
        """Lock some of these due reminders, with all that would leave with them.

        A centre's due reminders are taken by whoever locks the first of them, so
        that two lanes never share them out between two e-mails.

        :param int limit: e-mails at most
        :return: the reminders that are locked
        """
        families = {r.id: family for family in self._ar_families() for r in family}
        heads = {family[0].id: family for family in families.values()}
        # Each stands where it stood, a family where its first one did.
        candidates = self.browse(
            dict.fromkeys(families.get(r.id, r)[0].id for r in self)
        )
        locked = candidates.try_lock_for_update(allow_referencing=True, limit=limit)
        everyone = locked.browse()
        for reminder in locked:
            everyone += reminder
            rest = heads.get(reminder.id, reminder)[1:]
            everyone += rest.try_lock_for_update(allow_referencing=True)
        return everyone

    def _ar_families(self):
        """Due e-mails of each paying centre that has one here, by age."""
        emails = self.filtered(lambda r: r.channel == "email")
        centres = emails.debtor_id.paying_centre_id
        if not centres:
            return []
        due = self.search(
            [
                *self._ar_due_domain(),
                ("channel", "=", "email"),
                ("debtor_id.paying_centre_id", "in", centres.ids),
            ],
            order="id",
        )
        families = due.grouped(lambda r: (r.company_id, r.debtor_id.paying_centre_id))
        return list(families.values())

    def _ar_with_members(self):
        """These reminders and those that share their e-mails."""
        return self | self.search([("lead_id", "in", self.ids)])

    def _ar_whole_mails(self):
        """Every reminder of the e-mails in which these left, or were leaving."""
        return (self | self.lead_id)._ar_with_members()

    # Writing.

    def _ar_write_mails(self):
        """Write the e-mails of these addressed reminders.

        :return: the reminders that are ready
        """
        mails = self._ar_mails()
        alone = self.browse([m.id for m in mails if len(m) == 1])
        ready = alone._ar_each("_ar_write_email")
        for shared in mails:
            if len(shared) > 1:
                ready += shared._ar_write_shared()
        return ready

    def _ar_write_shared(self):
        """Write one shared e-mail; what cannot be written fails alone."""
        sound = self
        while len(sound) > 1:
            try:
                with self.env.cr.savepoint():
                    return sound._ar_write_together()
            except OperationalError:
                raise
            except Exception:  # noqa: BLE001
                # Find out who is at fault: each one is tried, and the trial undone.
                kept = sound.filtered(lambda r: r._ar_try_alone())
                if kept == sound:
                    break  # only together they fail: let each leave by itself
                (sound - kept)._ar_each("_ar_write_email")
                sound = kept
        return sound._ar_each("_ar_write_email")

    def _ar_try_alone(self):
        """Whether this one could be written by itself; nothing remains of it."""
        try:
            with self.env.cr.savepoint() as savepoint:
                self._ar_write_email()
                savepoint.rollback()
            self.env.invalidate_all(flush=False)
            return True
        except OperationalError:
            raise
        except Exception:  # noqa: BLE001
            # It is told on the record when it is really tried.
            return False

    def _ar_write_together(self):
        """Write one e-mail for all of these, the first one leading."""
        lead = self[0]
        told = self._ar_mail_contents()
        text = told[lead]
        mail_hash = hashlib.sha256(f"{text['body']}".encode()).hexdigest()
        names = self.mapped("name")
        values = {lead: text}
        for member in self[1:]:
            subject, body = member._ar_render()[member.id]
            values[member] = {
                # The words of its own account; the whole is on the lead.
                "body": body,
                "subject": text["subject"] or subject,
                "lead_id": lead.id,
                **{name: text[name] for name in ("mail_message_id", "message_id")},
            }
        for reminder in self:
            params = {"count": len(self) - 1, "name": lead.recipient_id.display_name}
            reminder._ar_remark([{"code": "sent_together", "params": params}])
            reminder.content = {
                **reminder.content,
                "together": names,
                "mail_sha256": mail_hash,
            }
        return self._ar_mark_sending(values)

    def _ar_mail_contents(self):
        """Render the shared e-mail of these reminders.

        :return: ``{lead: field values}``
        """
        lead = self[0]
        attachments, summary = self._ar_enclose()
        lead.content = {**lead.content, "enclosures": summary}
        copies = {
            copy for r in self for copy in email_split_and_format(r.email_cc or "")
        }
        lead.email_cc = ", ".join(sorted(copies)) or False
        told = lead.with_context(ar_together=(tuple(self.ids),))
        texts = told._ar_render()
        mail = told._ar_create_mails(texts, {lead.id: attachments})
        subject, body = texts[lead.id]
        return {lead: lead._ar_mail_fields(mail, subject, body)}

    # The token.

    def _ar_share_tokens(self, tokens):
        """Give each of these the token of its e-mail.

        :param dict tokens: ``{id of the one that leads: token}``
        """
        for reminder in self:
            reminder.token = tokens[(reminder.lead_id or reminder).id]

    def _ar_take(self, token):
        """Take the token: exactly one sender finds it, and keeps the rows locked.

        :return: every reminder of the e-mail; none when somebody else settled it
        """
        members = self._ar_with_members()
        rows = self._ar_bulk(
            SQL(
                "UPDATE ar_reminder SET attempts = COALESCE(attempts, 0) + 1"
                " WHERE id = ANY(%s) AND state = %s AND token = %s RETURNING id",
                members.ids,
                S.SENDING.value,
                token,
            ),
            ["attempts"],
        )
        taken = {row[0] for row in rows}
        # The one that leads first: its e-mail is the one that is handed over.
        if self.id not in taken:
            return self.browse()
        return members.filtered(lambda r: r.id in taken)


def _firmest(reminder):
    """Sort key: who gives a shared e-mail its words, then the oldest."""
    tone = reminder.step_id.tone or "reminder"
    firmness = FIRMNESS.index(tone) if tone in FIRMNESS else 1
    return (-firmness, reminder.id)
