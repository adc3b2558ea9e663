from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize_all

from ..engine.personal import LASTING_KINDS, Person, mentions

#: Names shorter than this say nothing.
MIN_NAME = 5


class ArPersonFind(models.AbstractModel):
    """All that is known of one person, in all models that know people."""

    _inherit = "ar.person"

    @api.model
    def _ar_person(self, partner, email, companies=None):
        """Whom a request is about, among the contacts that these companies see.

        :param partner: contact, or an empty one
        :param str email: address, maybe empty
        :param companies: those of the user when not given
        """
        emails = email_normalize_all(partner.email or "") + email_normalize_all(
            email or ""
        )
        Partner = self.env["res.partner"].sudo().with_context(active_test=False)
        ours = Domain(Partner._check_company_domain(companies or self.env.companies))
        same = Partner.search(Domain("email_normalized", "in", emails) & ours)
        # An address that a firm shares with its contact is not the firm.
        people = partner | same.filtered(lambda p: not p.is_company)
        names = {p.name for p in people if p.name and len(p.name) >= MIN_NAME}
        return Person(
            tuple(people.ids), tuple(dict.fromkeys(emails)), tuple(sorted(names))
        )

    @api.model
    def _ar_find(self, person, companies):
        """Every record about this person in these companies: list of recordsets."""
        accounts = self._ar_accounts(person, companies)
        messages = self._ar_find_messages(person, companies)
        found = [self._ar_find_events(person, companies, accounts, messages)]
        for model, source in self._ar_sources().items():
            records = self._ar_find_records(model, source, person, accounts, companies)
            found.append(records)
        return [records for records in (*found, messages) if records]

    @api.model
    def _ar_accounts(self, person, companies):
        """Accounts of the customers for whom he works."""
        partners = self.env["res.partner"].sudo().browse(person.partner_ids)
        return (
            self.env["ar.debtor"]
            .sudo()
            .search(
                [
                    ("company_id", "in", companies.ids),
                    ("partner_id", "in", partners.commercial_partner_id.ids),
                ]
            )
        )

    @api.model
    def _ar_find_records(self, model, source, person, accounts, companies):
        Model = self.env[model].sudo().with_context(active_test=False)
        wanted = [Domain(n, "in", person.partner_ids) for n in source.partners]
        wanted += [
            Domain(name, "ilike", email)
            for name in (*source.emails, *source.texts)
            for email in person.emails
        ]
        mine = self._ar_about(source, accounts)
        wanted += [
            Domain(name, "ilike", words) & mine
            for name in source.texts
            for words in person.names
        ]
        if not wanted:
            return Model.browse()
        domain = Domain.OR(wanted)
        if source.company:
            domain &= Domain(source.company, "in", companies.ids)
        return Model.search(domain, order="id").filtered(
            lambda r: self._ar_really(r, source, person)
        )

    @api.model
    def _ar_about(self, source, accounts):
        if source.account:
            path = "id" if source.account == "." else source.account
            return Domain(path, "in", accounts.ids)
        if not source.moves:
            return Domain.FALSE
        customer = f"{source.moves}.commercial_partner_id"
        return Domain(customer, "in", accounts.partner_id.ids)

    @api.model
    def _ar_really(self, record, source, person):
        """Not somebody whose address only looks alike."""
        if any(record[name].id in person.partner_ids for name in source.partners):
            return True
        return any(
            mentions(f"{record[name] or ''}", words)
            for names, words in (
                (source.emails, person.emails),
                (source.texts, person.words),
            )
            for name in names
        )

    @api.model
    def _ar_find_messages(self, person, companies):
        """Messages by him or to him, on threads of ours and on invoices."""
        wanted = [Domain("author_id", "in", person.partner_ids)] + [
            Domain("email_from", "ilike", email) for email in person.emails
        ]
        wanted.append(
            Domain("partner_ids", "in", person.partner_ids)
            & Domain("message_type", "=", "email_outgoing")
        )
        ours = Domain("model", "=like", "ar.%") | Domain("model", "=", "account.move")
        messages = self.env["mail.message"].sudo().search(ours & Domain.OR(wanted))
        threads = self._ar_threads(messages)
        return messages.filtered(
            lambda m: (
                self._ar_thread_company(threads.get(m)) in companies
                and (
                    (m.author_id | m.partner_ids).filtered(
                        lambda p: p.id in person.partner_ids
                    )
                    or mentions(m.email_from, person.emails)
                )
            )
        )

    @api.model
    def _ar_thread_company(self, record):
        if record and "company_id" in record._fields:
            return record.company_id._ar_collecting_company()
        return self.env["res.company"]

    @api.model
    def _ar_threads(self, messages):
        """``{message: record on which it was written}``, without those gone."""
        found = {}
        for model, group in messages.grouped("model").items():
            if model not in self.env:
                continue
            ids = {message.res_id for message in group if message.res_id}
            records = self.env[model].sudo().browse(ids).exists()
            by_id = {record.id: record for record in records}
            found |= {m: by_id[m.res_id] for m in group if m.res_id in by_id}
        return found

    @api.model
    def _ar_find_events(self, person, companies, accounts, messages):
        """Facts that name him; by his name alone, only on his accounts."""
        Event = self.env["ar.event"].sudo()
        self.env.flush_all()
        ids = set()
        for words in person.emails:
            ids |= self._ar_event_ids(words, companies, None)
        for words in person.names:
            ids |= self._ar_event_ids(words, companies, accounts)
        keys = [str(i) for i in messages.ids]
        mails = [m for m in messages.mapped("message_id") if m]
        same = Event.search(
            Domain("company_id", "in", companies.ids)
            & Domain("content_ids", "!=", False)
            & (
                Domain("source", "=", "message") & Domain("source_key", "in", keys)
                | Domain("source", "=", "mail") & Domain("source_key", "in", mails)
            )
        )
        named = Event.browse(sorted(ids)).filtered(
            lambda e: e.kind not in LASTING_KINDS and self._ar_named_in(e, person)
        )
        return (named | same).sorted("id")

    @api.model
    def _ar_event_ids(self, words, companies, accounts):
        query = SQL(
            "SELECT c.event_id FROM ar_event_content c"
            "  JOIN ar_event e ON e.id = c.event_id"
            " WHERE e.company_id = ANY(%s) AND strpos(lower(concat_ws(' ', c.summary,"
            " c.body, c.payload::text, c.actor)), %s) > 0",
            companies.ids,
            words.lower(),
        )
        if accounts is not None:
            query = SQL(
                "%s AND EXISTS (SELECT 1 FROM ar_event_link l"
                " WHERE l.event_id = e.id AND l.debtor_id = ANY(%s))",
                query,
                accounts.ids,
            )
        self.env.cr.execute(query)
        return {row[0] for row in self.env.cr.fetchall()}

    @api.model
    def _ar_named_in(self, event, person):
        words = event.content_ids[:1]._ar_words()
        return mentions(" ".join(str(v) for v in words.values()), person.words)
