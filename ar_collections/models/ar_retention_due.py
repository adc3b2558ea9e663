import logging
from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain

from ..engine.instalments import add_months
from ..engine.personal import LASTING_KINDS
from ..engine.retention import kind_of

_logger = logging.getLogger(__name__)

CHUNK = 200


class ArRetentionDue(models.Model):
    """What is due under a rule, and its erasure night after night.

    The preview and the cron ask the same question, so they tell the same.
    """

    _inherit = "ar.retention.rule"

    def _ar_due(self, as_of=None):
        """What is old enough.

        :param as_of: day of the question, the company's today when not given
        :return: (records to erase, ``{id: engine.personal.Keep}`` of those old
            enough that something still needs, which are not among them)
        """
        self.ensure_one()
        kind = self._ar_retention_kinds()[self.kind]
        model = self.env[kind.model or "ar.event"].sudo()
        due, kept = model.browse(), {}
        if not self.months:
            return due, kept
        for company in self._ar_companies():
            before = add_months(as_of or company._ar_today(), -self.months)
            old = self._ar_old(kind, company, before)
            held = self._ar_held(old, before)
            kept |= {i: keep for i, keep in held.items() if keep}
            due |= old.filtered(lambda r, held=held: r.id not in held)
        return due, kept

    def _ar_old(self, kind, company, before):
        """Records of this kind dated before a day, and not erased yet."""
        if not kind.model:
            return self._ar_old_events(company, before)
        if kind.model == "res.partner":
            return self.env["ar.person"].sudo()._ar_idle_contacts(company, before)
        source = self.env["ar.person"]._ar_sources()[kind.model]
        domain = Domain(source.date, "<", before)
        if source.company:
            domain &= Domain(source.company, "=", company.id)
        if not source.drop:
            domain &= Domain.OR(Domain(name, "!=", False) for name in source.blank)
        return self.env[kind.model].sudo().search(domain, order="id")

    def _ar_old_events(self, company, before):
        Event = self.env["ar.event"].sudo()
        kinds = self._ar_retention_kinds()
        told = Event._read_group(
            [("company_id", "=", company.id), ("kind", "not in", LASTING_KINDS)],
            ["kind"],
        )
        wanted = [name for (name,) in told if kind_of(name, kinds) == self.kind]
        return Event.search(
            [
                ("company_id", "=", company.id),
                ("kind", "in", wanted),
                ("event_date", "<", before),
                ("content_ids", "!=", False),
            ],
            order="id",
        )

    @api.model
    def _ar_held(self, records, before):
        """``{id: Keep, or None when only its invoices were settled too recently}``."""
        if records._name == "res.partner":
            return self.env["ar.person"].sudo()._ar_held_contacts(records)
        Privacy = self.env["ar.privacy"]
        things = Privacy._ar_things(records)
        held = Privacy._ar_kept(things)
        moves = {m for _debtor, move_ids, _day in things.values() for m in move_ids}
        settled = Privacy._ar_settled(moves)
        for key, (_debtor, move_ids, _day) in things.items():
            days = [settled[m] for m in move_ids if m in settled]
            if key not in held and days and max(days) >= before:
                held[key] = None
        return held

    @api.model
    def _cron_erase(self):
        """Erase what is due under the rules that are on; how much there was."""
        progress = self.env["ir.cron"]._commit_progress
        total = 0
        for rule in self.sudo().search([("enabled", "=", True)]):
            due, _kept = rule._ar_due()
            progress(remaining=len(due))
            for start in range(0, len(due), CHUNK):
                chunk = due[start : start + CHUNK]
                rule._ar_patiently(partial(rule._ar_erase_safely, chunk))
                total += len(chunk)
                if not progress(len(chunk)):
                    return total
            rule.last_run = fields.Datetime.now()
        return total

    def _ar_erase_safely(self, records):
        """Erase these; one that cannot be is left, and the rule tells why.

        :return: number of records erased
        """
        done = self._ar_safely(records, self._ar_erase, self._ar_erase_failed)
        count = sum(done)
        self.erased_count += count
        return count

    def _ar_erase(self, records):
        basis = self._ar_basis()
        if records._name == "ar.event":
            records._ar_erase_words(basis, rule=self.id, code=self.kind)
        elif records._name == "res.partner":
            for partner in records:
                self.env["ar.person"]._ar_erase_contact(partner)
            self._ar_tell_records(records, basis)
        else:
            self._ar_tell_records(records, basis)
            self.env["ar.person"]._ar_blank(records)
        return len(records)

    def _ar_tell_records(self, records, basis):
        """One fact per company about records that hold no facts themselves."""
        for company in self._ar_companies():
            mine = self._ar_of_company(records, company)
            if mine:
                data = {
                    "basis": basis,
                    "rule": self.id,
                    "code": self.kind,
                    "model": records._name,
                    "records": mine.ids,
                }
                self.env["ar.event"]._ar_record_words(company, "data_erased", data)

    def _ar_of_company(self, records, company):
        source = self.env["ar.person"]._ar_sources().get(records._name)
        if not source or not source.company:
            mine = (
                self.env["ar.debtor"]
                .sudo()
                .search(
                    [
                        ("company_id", "=", company.id),
                        ("partner_id", "in", records.commercial_partner_id.ids),
                    ]
                )
            )
            return records.filtered(
                lambda p: p.commercial_partner_id in mine.partner_id
            )
        return records.filtered(lambda r: r.mapped(source.company) == company)

    def _ar_basis(self):
        """The rule in the words of its company, as facts keep it."""
        company = self.company_id or self.env.company
        return self.with_context(lang=company._ar_lang()).display_name

    def _ar_erase_failed(self, records, error):
        _logger.warning("%s could not be erased", records, exc_info=error)
        self.problem = self.env._(
            "%(record)s: %(error)s",
            record=f"{records._name} {records.id}",
            error=f"{error}" or type(error).__name__,
        )
        return 0
