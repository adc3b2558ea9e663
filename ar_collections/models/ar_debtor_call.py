from markupsafe import Markup, escape

from odoo import fields, models

from .ar_reminder_call import CALL_OPEN


class ArDebtorCall(models.Model):
    """Calling the customer of an account."""

    _inherit = "ar.debtor"

    def action_call(self):
        """Open the screen of the phone: for the planned call, or one decided now."""
        self.ensure_one()
        self.check_access("write")
        planned = self.env["ar.reminder"].search(
            [
                ("debtor_id", "=", self.id),
                ("channel", "=", "call"),
                ("state", "in", CALL_OPEN),
            ],
            limit=1,
        )
        return self.env["ar.call"]._ar_open(self, planned)

    def _ar_call_contact(self, wanted=None):
        """Who is called: the first of these with a number that is not wrong.

        :param wanted: ``res.partner`` who would be written to
        """
        self.ensure_one()
        debtor = self.sudo()
        office = debtor.paying_centre_id or debtor.partner_id
        candidates = [debtor.contact_id, wanted, *debtor._ar_call_contacts(), office]
        known = [partner for partner in candidates if partner]
        for partner in known:
            if partner.phone and not partner.ar_wrong_number:
                return partner
        return known[0]

    def _ar_call_contacts(self):
        """Contacts of the customer, or of who pays for him, that have a number."""
        self.ensure_one()
        debtor = self.sudo()
        office = debtor.paying_centre_id or debtor.partner_id
        named = debtor.contact_id | debtor.escalation_contact_id
        people = office.search(
            [
                "|",
                ("id", "in", (office | named).ids),
                "&",
                ("parent_id", "=", office.id),
                ("type", "in", ("contact", "invoice")),
            ]
        )
        return people.filtered("phone").sorted(
            lambda p: (p.ar_wrong_number, p not in named, p.type != "invoice", p.id)
        )

    def _ar_event_call(self, contact, outcome, note, reminder=None, **values):
        """Put a call on the timeline.

        :param contact: ``res.partner`` who was called
        :param outcome: ``ar.call.outcome``
        :param note: what was said, plain text
        :param reminder: the call as planned, when it was
        """
        self.ensure_one()
        lang = self.company_id._ar_lang()
        Event = self.env["ar.event"].with_context(lang=lang)
        who = (contact or self.partner_id).sudo()
        payload = {
            "channel": "call",
            "recipient": who.display_name,
            "phone": who.phone or "",
            "outcome_id": outcome.id,
            "outcome": outcome.with_context(lang=lang).name,
            "effect": outcome.effect,
            "attempt": reminder.call_attempts if reminder else 1,
            "step": (reminder.step_id.name or "") if reminder else "",
            "lines": values.get("lines") or [],
        }
        record = reminder or self
        Event._ar_record(
            [
                {
                    "kind": "call",
                    "company_id": self.company_id.id,
                    "debtor_id": self.id,
                    "partner_id": self.partner_id.id,
                    "res_model": record._name,
                    "res_id": record.id,
                    "summary": Event._ar_words_of("call", payload),
                    "body": _paragraphs(note),
                    "event_date": values.get("event_date") or fields.Datetime.now(),
                    "move_ids": values.get("move_ids") or [],
                    "payload": payload,
                }
            ]
        )


def _paragraphs(text):
    """Plain text as HTML."""
    lines = (text or "").strip().splitlines()
    return Markup("<br/>").join(escape(line) for line in lines)
