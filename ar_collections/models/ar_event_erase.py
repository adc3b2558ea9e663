from odoo import api, fields, models

# The fact that tells what was erased; its own words are never erased.
from ..engine.evidence_verifier import ERASED_KIND
from ..engine.personal import LASTING_KINDS


class ArEventErase(models.Model):
    """The words of facts go; the facts, their seals and the reason stay."""

    _inherit = "ar.event"

    erasure_ids = fields.One2many("ar.event.erasure", "event_id", readonly=True)

    @api.model
    def _ar_kinds(self):
        return {**super()._ar_kinds(), ERASED_KIND: self.env._("Words erased")}

    def _ar_say_words_erased(self, payload):
        if not payload.get("basis"):
            return False
        return self.env._(
            "Words of %(count)d facts erased: %(basis)s",
            count=len(payload.get("events") or ()),
            basis=payload["basis"],
        )

    def _ar_erasable(self):
        """Those of these facts that have words, and may lose them."""
        return self.sudo().filtered(
            lambda e: e.content_ids and e.kind not in LASTING_KINDS
        )

    def _ar_erase_words(self, basis, **payload):
        """Erase the words of these facts and whatever repeats them.

        Each account gets one fact that names those erased, why and by whom, and
        nothing of what they said.

        :param str basis: rule or request, without the data of a person
        :param payload: more to tell, JSON-able, without the data of a person
        :return: the facts that tell it
        """
        events = self._ar_erasable()
        told = self.browse()
        for (company, debtor), group in events._ar_by_account().items():
            told += group._ar_tell_erased(company, debtor, basis, payload)
        events._ar_erase_copies()
        events.content_ids.unlink()
        events.invalidate_recordset(["content_ids", "erasure_ids"])
        return told

    def _ar_by_account(self):
        """``{(company, account or none): facts}``."""
        found = {}
        for event in self:
            debtor = event.link_ids.debtor_id[:1]
            key = (event.company_id, debtor)
            found[key] = found.get(key, self.browse()) + event
        return found

    def _ar_tell_erased(self, company, debtor, basis, payload):
        told = self.env["ar.event"]._ar_record_words(
            company,
            ERASED_KIND,
            {"basis": basis, **payload, "events": self.ids},
            debtor_id=debtor.id,
            move_ids=self.link_ids.move_id.ids,
        )
        self.env["ar.event.erasure"].sudo().create(
            [
                {
                    "event_id": event.id,
                    "told_by_id": told.id,
                    "company_id": company.id,
                    "erased_at": told.event_date,
                    "basis": basis,
                }
                for event in self
            ]
        )
        return told

    def _ar_erase_copies(self):
        """Empty what repeats these words: messages, reminders, suggestions.

        Add-ons empty theirs.
        """
        person = self.env["ar.person"].sudo()
        reminders = self.filtered(lambda e: e.res_model == "ar.reminder")
        records = self.env["ar.reminder"].sudo().browse(reminders.mapped("res_id"))
        records = records.exists()
        person._ar_blank_messages(self._ar_messages() | records.mail_message_id)
        person._ar_blank(records)
        keys = self.filtered(lambda e: e.source == "mail").mapped("source_key")
        suggestions = self.env["ar.reply.suggestion"].sudo()
        person._ar_blank(suggestions.search([("message_key", "in", keys)]))

    def _ar_messages(self):
        """Messages of Odoo's threads that say the same as these facts."""
        Message = self.env["mail.message"].sudo()
        spoken = self.filtered(lambda e: e.source == "message" and e.source_key)
        ids = [int(e.source_key) for e in spoken if e.source_key.isdigit()]
        mails = self.filtered(lambda e: e.source == "mail" and e.source_key)
        messages = Message.browse(ids).exists()
        keys = mails.mapped("source_key")
        if keys:
            messages |= Message.search([("message_id", "in", keys)])
        return messages
