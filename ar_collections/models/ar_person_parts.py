from odoo import api, models
from odoo.tools import html2plaintext

from ..engine.personal import Keep, first_reason


class ArPersonParts(models.AbstractModel):
    """What a request finds, piece by piece: what goes, what stays and why."""

    _inherit = "ar.person"

    @api.model
    def _ar_parts(self, person, companies):
        """Pieces that are known of a person.

        :return: ``[{"model", "res_id", "date", "what", "account", "text", "data",
            "keep" (``Keep`` or None)}]``; ``data`` is JSON-able
        """
        parts = []
        for records in self._ar_find(person, companies):
            kept = self._ar_why_kept(records)
            for record in records:
                part = self._ar_part(record)
                parts.append({**part, "keep": kept.get(record.id)})
        partners = self.env["res.partner"].sudo().browse(person.partner_ids).exists()
        needed = first_reason({part["keep"] for part in parts})
        if partners and not needed:
            needed = self._ar_kept_elsewhere(person, companies)
        contacts = [
            {**self._ar_part(partner), "keep": self._ar_partner_kept(partner) or needed}
            for partner in partners
        ]
        return contacts + parts + self._ar_sealed_parts(partners, companies)

    @api.model
    def _ar_why_kept(self, records):
        Privacy = self.env["ar.privacy"]
        if records._name != "mail.message":
            return Privacy._ar_kept(Privacy._ar_things(records))
        threads = self._ar_threads(records)
        return Privacy._ar_kept(
            {m.id: self._ar_thing_of_message(m, threads.get(m)) for m in records}
        )

    @api.model
    def _ar_thing_of_message(self, message, record):
        debtors, moves = self.env["ar.debtor"].sudo(), []
        if message.model == "ar.debtor":
            debtors = record
        elif message.model == "account.move":
            moves = record.ids
            debtors = self.env["ar.privacy"]._ar_accounts_of(record)
        elif record and "debtor_id" in record._fields:
            debtors = record.debtor_id
            moves = record.move_id.ids if "move_id" in record._fields else []
        return debtors[:1], moves, message.date.date()

    @api.model
    def _ar_partner_kept(self, partner):
        """Why the contact itself stays whatever is known of him, None if nothing."""
        if partner.with_context(active_test=False).user_ids:
            return Keep.USER
        if partner == partner.commercial_partner_id or self._ar_on_documents(partner):
            return Keep.BOOKS
        return None

    @api.model
    def _ar_kept_elsewhere(self, person, companies):
        others = self.env["res.company"].sudo()
        others = others.search([("id", "not in", companies.ids)])
        return Keep.OTHER if self._ar_find(person, others) else None

    @api.model
    def _ar_sealed_parts(self, partners, companies):
        """Facts sealed with the name of a colleague: who decided cannot be removed."""
        users = partners.with_context(active_test=False).user_ids
        users = users.filtered(lambda u: not u.share)
        if not users:
            return []
        events = (
            self.env["ar.event"]
            .sudo()
            .search(
                [
                    ("company_id", "in", companies.ids),
                    ("sealed_actor", "in", users.mapped("display_name")),
                ]
            )
        )
        return [{**self._ar_part(event), "keep": Keep.SEALED} for event in events]

    @api.model
    def _ar_part(self, record):
        if record._name == "ar.event":
            return self._ar_part_of_event(record)
        if record._name == "mail.message":
            return self._ar_part_of_message(record)
        if record._name == "res.partner":
            names = ("name", "email", "phone", "function", "street", "zip", "city")
            data = {name: record[name] or "" for name in names}
            text = " · ".join(value for value in data.values() if value)
            return self._ar_piece(record, record.create_date, "", text, data)
        source = self._ar_sources()[record._name]
        data = {name: self._ar_told(record, name) for name in source.shown}
        account = self.env["ar.privacy"]._ar_path(record, source.account, "ar.debtor")
        text = " · ".join(str(v) for v in data.values() if v)
        moment = record[source.date] or record.create_date
        return self._ar_piece(record, moment, account[:1].display_name, text, data)

    @api.model
    def _ar_piece(self, record, moment, account, text, data):
        model = self.env["ir.model"].sudo()._get(record._name)
        return {
            "model": record._name,
            "res_id": record.id,
            "date": f"{moment or ''}",
            "what": model.name,
            "account": account or "",
            "text": text,
            "data": data,
        }

    @api.model
    def _ar_part_of_event(self, event):
        content = event.content_ids[:1]
        data = content._ar_words() if content else {}
        data["kind"] = event.kind
        data["actor"] = event.actor or ""
        account = event.link_ids.debtor_id[:1].display_name
        part = self._ar_piece(
            event, event.event_date, account, event.summary or "", data
        )
        return {**part, "what": event.kind_label}

    @api.model
    def _ar_part_of_message(self, message):
        text = html2plaintext(message.body or "", include_references=False)
        data = {
            "from": message.email_from or "",
            "subject": message.subject or "",
            "body": text,
            "thread": f"{message.model} {message.res_id}",
            "files": message.attachment_ids.mapped("name"),
        }
        text = message.subject or text
        name = message.record_name or ""
        return self._ar_piece(message, message.date, name, text, data)

    @api.model
    def _ar_told(self, record, name):
        value = record[name]
        field = record._fields[name]
        if field.relational:
            return ", ".join(value.mapped("display_name"))
        if field.type == "html":
            return html2plaintext(value or "", include_references=False)
        return (
            value if isinstance(value, (int, float, dict, list)) else f"{value or ''}"
        )

    @api.model
    def _ar_erase_person(self, person, companies, basis, request):
        """Erase all that may be, tell what stays.

        :param str basis: the request, without the data of the person
        :param str request: sha256 of the request, see ``engine.personal``
        :return: ``(parts erased, parts kept)``
        """
        parts = self._ar_parts(person, companies)
        gone = [part for part in parts if not part["keep"]]
        events = self._ar_records_of(gone, "ar.event")
        events._ar_erase_words(basis, request=request)
        for model in self._ar_sources():
            self._ar_blank(self._ar_records_of(gone, model), person)
        self._ar_blank_messages(self._ar_records_of(gone, "mail.message"))
        for partner in self._ar_records_of(gone, "res.partner"):
            self._ar_erase_contact(partner)
        return gone, [part for part in parts if part["keep"]]

    @api.model
    def _ar_records_of(self, parts, model):
        ids = [part["res_id"] for part in parts if part["model"] == model]
        return self.env[model].sudo().browse(ids).exists()
