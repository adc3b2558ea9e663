from odoo import api, models

#: What a thread records of itself, by type of message; the rest is machinery.
SPOKEN = ("comment", "email")
#: Kinds of facts that are notes of colleagues among themselves.
PERSONAL_NOTES = ("note", "activity")


class ArEventNote(models.Model):
    """What colleagues write on a thread is part of the one timeline."""

    _inherit = "ar.event"

    @api.model
    def _ar_kinds(self):
        _ = self.env._
        return {
            **super()._ar_kinds(),
            "message": _("Message"),
            "activity": _("Activity done"),
        }

    @api.model
    def _ar_note(self, message, company, debtor, move_ids=()):
        """Record a message of a thread, once.

        :param message: ``mail.message`` that was just posted
        :param company: ``res.company`` of the timeline
        :param debtor: ``ar.debtor`` it is about, or an empty one
        :param move_ids: ids of the invoices it is about
        """
        message = message.sudo()
        kind = self._ar_note_kind(message)
        if not kind or not (debtor or move_ids):
            return
        text = message.preview or ""
        names = message.attachment_ids.mapped("name")
        self.sudo()._ar_record(
            [
                {
                    "kind": kind,
                    "company_id": company.id,
                    "debtor_id": debtor.id,
                    "partner_id": debtor.partner_id.id,
                    "move_ids": list(move_ids),
                    "event_date": message.date,
                    "writer_id": message.author_id.user_ids[:1].id,
                    "actor": message.author_id.name or message.email_from or "",
                    "summary": message.subject or text or ", ".join(names),
                    "body": str(message.body or ""),
                    "source": "message",
                    "source_key": str(message.id),
                    "res_model": message.model,
                    "res_id": message.res_id,
                    "payload": {"subject": message.subject or "", "files": names},
                }
            ]
        )

    @api.model
    def _ar_note_kind(self, message):
        """Kind of fact that a message is, False when it is none."""
        if message.mail_activity_type_id and message.message_type == "notification":
            return "activity"
        if message.message_type not in SPOKEN:
            return False
        internal = message.is_internal or message.subtype_id.internal
        return "note" if internal else "message"
