from odoo import api, models
from odoo.fields import Command
from odoo.tools import SQL

from ..engine.personal import ERASED, Source, mentions

#: What the hub knows of people.
SOURCES = {
    "ar.reminder": Source(
        partners=("recipient_id",),
        emails=("email", "email_cc"),
        blank=(
            "email",
            "email_cc",
            "subject",
            "body",
            "own_subject",
            "own_body",
            "content",
            "phone",
            "sms_text",
            "call_note",
            "remarks",
            "error",
            "delivery_text",
        ),
        shown=("name", "channel", "sent_at", "email", "email_cc", "subject"),
        account="debtor_id",
        moves="line_ids.move_id",
        date="sent_at",
    ),
    "ar.reply.suggestion": Source(
        emails=("sender", "contact_email"),
        blank=(
            "sender",
            "sentence",
            "contact_name",
            "contact_email",
            "contact_phone",
        ),
        shown=("received_at", "sender", "sentence", "contact_name"),
        account="debtor_id",
        moves="move_ids",
        date="received_at",
    ),
    "ar.payment.notice": Source(
        texts=("note",),
        blank=("note",),
        shown=("name", "notice_date", "note"),
        account="debtor_id",
        moves="line_ids.move_id",
        date="notice_date",
    ),
    "ar.payment.plan": Source(
        texts=("accepted_by", "note", "evidence_note"),
        blank=("accepted_by", "note", "evidence_note"),
        shown=("name", "accepted_by", "note", "evidence_note"),
        account="debtor_id",
        moves="part_ids.move_id",
    ),
    "ar.dispute": Source(
        texts=("description", "customer_note", "resolution_note"),
        blank=("description", "customer_note", "resolution_note"),
        shown=(
            "name",
            "opened_at",
            "description",
            "customer_note",
            "resolution_note",
        ),
        account="debtor_id",
        moves="move_id",
        date="opened_at",
    ),
    "ar.debtor": Source(
        partners=("contact_id", "escalation_contact_id", "approver_contact_id"),
        texts=("note",),
        blank=("note",),
        shown=("display_name", "note"),
        account=".",
    ),
    "ar.case": Source(
        emails=("requester_email",),
        texts=("note", "request_reason", "request_customer"),
        blank=("note", "request_reason", "request_customer", "requester_email"),
        shown=("name", "requested_at", "requester_email", "request_reason", "note"),
        account="debtor_id",
        moves="all_line_ids.move_id",
    ),
}
#: Files that only repeat what a record says, and go with it.
OWN_FILES = ("ar.reminder",)


class ArPerson(models.AbstractModel):
    """Where the data of people outside of the company are.

    The registry of the models concerned: add-ons override :meth:`_ar_sources`.
    """

    _name = "ar.person"
    _description = "Data of a person"

    @api.model
    def _ar_sources(self):
        """``{model: engine.personal.Source}``, in the order of an export."""
        return dict(SOURCES)

    @api.model
    def _ar_blank(self, records, person=None):
        """Empty what these records of one model hold about people.

        :param person: ``engine.personal.Person``: of him alone, where a record holds
            data of others as well
        """
        source = self._ar_sources().get(records._name)
        if not records or not source:
            return
        records = records.sudo().with_context(tracking_disable=True)
        files = self.env["ir.attachment"].sudo()
        for path in source.files:
            files |= records.mapped(path)
        if records._name in OWN_FILES:
            files |= files.search(
                [("res_model", "=", records._name), ("res_id", "in", records.ids)]
            )
        if source.drop:
            records.unlink()
        else:
            wanted = records.grouped(
                lambda r: tuple(self._ar_names_to_empty(r, source, person))
            )
            for names, group in wanted.items():
                self._ar_write_quietly(group, self._ar_empty(group, names))
        files.exists().unlink()

    @api.model
    def _ar_names_to_empty(self, record, source, person):
        if not person:
            return (*source.blank, *source.partners)
        partners = [n for n in source.partners if record[n].id in person.partner_ids]
        # Of whom the address is, of him is the record; others only name some.
        whole = bool(source.emails and partners) or any(
            mentions(record[name] or "", person.emails) for name in source.emails
        )
        return partners + [
            name
            for name in source.blank
            if whole
            or name not in (*source.emails, *source.texts)
            or mentions(f"{record[name] or ''}", person.words)
        ]

    @api.model
    def _ar_write_quietly(self, records, values):
        """Write without a new date of change: past decisions are read from it."""
        dates = [(r.id, r.write_date) for r in records if "write_date" in r._fields]
        records.write(values)
        records.flush_recordset()
        if not dates:
            return
        ids, moments = zip(*dates, strict=True)
        self.env.cr.execute(
            SQL(
                "UPDATE %s t SET write_date = v.moment"
                " FROM unnest(%s::int[], %s::timestamp[]) AS v(id, moment)"
                " WHERE t.id = v.id",
                SQL.identifier(records._table),
                list(ids),
                list(moments),
            )
        )
        records.invalidate_recordset(["write_date"])

    @api.model
    def _ar_empty(self, records, names):
        """Values that empty these fields."""
        values = {}
        for name in names:
            field = records._fields[name]
            if field.type in ("one2many", "many2many"):
                values[name] = [Command.clear()]
            elif field.required and field.type in ("char", "text", "html"):
                values[name] = ERASED
            elif not field.required:
                values[name] = False
        return values

    @api.model
    def _ar_blank_messages(self, messages):
        """Empty messages of threads: text, subject, sender, files, old values."""
        messages = messages.sudo()
        if not messages:
            return
        own = self.env["ir.attachment"].sudo()
        # Never the files of an invoice: those are accounting evidence.
        for message in messages.filtered(lambda m: (m.model or "").startswith("ar.")):
            own |= message.attachment_ids.filtered(
                lambda a, m=message: (a.res_model, a.res_id) == (m.model, m.res_id)
            )
        messages.tracking_value_ids.unlink()
        mails = self.env["mail.mail"].sudo()
        mails = mails.search([("mail_message_id", "in", messages.ids)])
        mails.write({"body_html": False, "email_to": False, "email_cc": False})
        messages.write(
            {
                "body": f"<p>{ERASED}</p>",
                "subject": False,
                "email_from": False,
                "reply_to": False,
                "attachment_ids": [Command.clear()],
            }
        )
        own.exists().unlink()
