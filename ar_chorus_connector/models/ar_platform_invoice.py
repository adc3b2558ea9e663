from collections import Counter
from datetime import timezone

import psycopg2.errors

from odoo import api, fields, models

from ..clients.masking import SECRETS, get_logger
from ..engine.dates import naive
from ..engine.payloads import PlatformEvent, fingerprint
from .ar_platform_retry import next_try
from .ar_platform_status import CANONICAL

_logger = get_logger(__name__)

#: These end the transaction: it is run again as a whole.
FATAL = (psycopg2.errors.SerializationFailure, psycopg2.errors.DeadlockDetected)


class ArPlatformInvoice(models.Model):
    """One invoice as the platform knows it, linked or not to one of ours.

    An invoice that was deposited twice has two of these; the decision is taken on
    the facts of both.
    """

    _name = "ar.platform.invoice"
    _description = "Invoice on a buyer's platform"
    _order = "seen_date desc, id desc"
    _rec_name = "number"

    platform_id = fields.Many2one(
        "ar.platform", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="platform_id.company_id", store=True, index=True
    )
    external_id = fields.Char("Id on the platform", required=True, readonly=True)
    number = fields.Char(readonly=True, index=True)
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        ondelete="set null",
        index="btree_not_null",
        domain="[('move_type', 'in', ('out_invoice', 'out_refund')),"
        " ('state', '=', 'posted')]",
    )
    partner_id = fields.Many2one(related="move_id.commercial_partner_id")

    # As the list said it.
    seen_status = fields.Char("Status code", readonly=True)
    seen_date = fields.Datetime("Moved on", readonly=True)
    seen_hash = fields.Char(readonly=True)
    deposit_number = fields.Char("Deposit", readonly=True)
    invoice_date = fields.Date(readonly=True)
    buyer_code = fields.Char("Buyer's SIRET", readonly=True)
    buyer_name = fields.Char("Buyer", readonly=True)
    service_code = fields.Char("Service", readonly=True)
    supplier_code = fields.Char("Our SIRET", readonly=True)
    currency_name = fields.Char("Currency", readonly=True)
    amount_due = fields.Float("To be paid", digits=(16, 2), readonly=True)
    amount_total = fields.Float("Total", digits=(16, 2), readonly=True)

    # State of the reading.
    pending = fields.Boolean("To read", default=True, index=True)
    stale = fields.Boolean("To decide again", index=True)
    read_at = fields.Datetime("Read on", readonly=True)
    retry_at = fields.Datetime("Next try", readonly=True)
    error = fields.Char("Problem", readonly=True)
    error_count = fields.Integer("Failures in a row", readonly=True)

    # What it was decided.
    canonical = fields.Selection(CANONICAL, "Meaning", readonly=True)
    status_code = fields.Char("Decided on", readonly=True)
    status_date = fields.Datetime(readonly=True)
    status_author = fields.Char("Told by", readonly=True)
    comment = fields.Text("Last comment", readonly=True)
    dispute_id = fields.Many2one("ar.dispute", readonly=True, ondelete="set null")
    notice_id = fields.Many2one("ar.payment.notice", readonly=True, ondelete="set null")
    pause_since = fields.Date(readonly=True)
    pause_until = fields.Date("Paused until", readonly=True)
    legal_start = fields.Date("Legal delay from", readonly=True)
    legal_due = fields.Date("Legal due date", readonly=True)
    legal_interrupted = fields.Boolean("Interrupted", readonly=True)
    unlawful = fields.Char("Suspensions that do not interrupt", readonly=True)
    event_ids = fields.One2many("ar.platform.event", "link_id", readonly=True)
    status_label = fields.Char("Status", compute="_compute_status_label")

    _identity_unique = models.Constraint(
        "UNIQUE(platform_id, external_id)",
        "The platform knows this invoice under one id only.",
    )
    _waiting = models.Index("(platform_id, retry_at) WHERE pending")

    @api.depends("status_code", "seen_status")
    @api.depends_context("lang")
    def _compute_status_label(self):
        for platform, links in self.grouped("platform_id").items():
            rows = self.env["ar.platform.status"]._rows(
                platform.kind, platform.company_id
            )
            for link in links:
                code = link.status_code or link.seen_status
                link.status_label = rows[code].name if code in rows else code

    def _scope(self):
        """Stable name of this deposit, first half of the key of its facts."""
        self.ensure_one()
        return f"{self.platform_id.id}:{self.external_id}"

    # From the list.

    @api.model
    def _store(self, platform, rows):
        """Note what the list says; what moved since is to be read.

        :param rows: :class:`~..engine.payloads.MovedInvoice` of one page
        :return: how many moved
        """
        known = self.search(
            [
                ("platform_id", "=", platform.id),
                ("external_id", "in", [row.external_id for row in rows]),
            ]
        )
        by_id = {link.external_id: link for link in known}
        fresh, moved = {}, 0
        for row in rows:
            values = self._row_values(platform, row)
            link = by_id.get(row.external_id)
            if link is None:
                fresh[row.external_id] = values
            elif link.seen_hash != values["seen_hash"]:
                link.write({**values, "pending": True, "retry_at": False})
                moved += 1
        self.create(list(fresh.values()))
        return moved + len(fresh)

    @api.model
    def _row_values(self, platform, row):
        seen = (row.status, row.status_raw_date, row.comment, row.amount_due)
        return {
            "platform_id": platform.id,
            "external_id": row.external_id,
            "number": row.number,
            "seen_status": row.status,
            "seen_date": naive(row.status_date),
            "seen_hash": fingerprint(seen),
            "deposit_number": row.deposit_number,
            "invoice_date": row.invoice_date,
            "buyer_code": row.buyer_code,
            "buyer_name": row.buyer_name,
            "service_code": row.service_name or row.service_code,
            "supplier_code": row.supplier_code,
            "currency_name": row.currency,
            "amount_due": (row.amount_due or 0) / 100,
            "amount_total": (row.amount_total or 0) / 100,
        }

    # From the history.

    def _run_together(self, work):
        """Run ``work(links)`` for all of these at once, and apart where it fails.

        What goes wrong is noted on the record at fault and nowhere else.

        :param work: returns figures as a Counter, or nothing
        :return: the figures of what went well, added up
        """

        def careful(links):
            try:
                told = work(links) or Counter()
                self.env.flush_all()
                return told
            except Exception:
                # What was read meanwhile may be undone with it.
                self.env.registry.clear_cache()
                raise

        def failed(link, error):
            _logger.exception("platform invoice %s failed", link.id)
            link._note_failure(SECRETS.mask(str(error))[:500] or type(error).__name__)
            return Counter(failed=1)

        told = self.env["ar.bulk"]._ar_safely(self, careful, failed) if self else ()
        return sum(told, Counter())

    def _run_alone(self, work):
        """Run ``work`` so that its failure is noted here and nowhere else.

        :return: whether it went well
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                work()
        except FATAL:
            raise
        except Exception as error:
            self.env.invalidate_all()
            self.env.registry.clear_cache()
            # One bad record never stops a batch.
            _logger.exception("platform invoice %s failed", self.id)
            self._note_failure(SECRETS.mask(str(error))[:500] or type(error).__name__)
            return False
        return True

    def _note_failure(self, words):
        """Keep the problem on the record and try again later, less and less often."""
        self.ensure_one()
        count = self.error_count + 1
        self.write(
            {
                "error": words,
                "error_count": count,
                "pending": True,
                "retry_at": next_try(count),
            }
        )

    def _take(self, histories):
        """Keep the new facts of some histories and act upon the whole stories.

        :param histories: ``{link: engine.payloads.History}`` of these and others
        :return: figures: how many new ``events``
        """
        fresh = self._keep_facts({link: histories[link].events for link in self})
        for link in self.filtered(lambda link: not link.number):
            link.number = histories[link].number
        self.write(
            {
                "pending": False,
                "stale": False,
                "error": False,
                "error_count": 0,
                "retry_at": False,
                "read_at": fields.Datetime.now(),
            }
        )
        self._note_latest(fresh)
        self._alert_unknown(fresh)
        unknown = self.filtered(lambda link: not link.move_id)
        found = unknown._find_moves()
        for link, move in found.items():
            link.move_id = move
        ours = self.filtered("move_id")
        # Of an invoice that was not found before, everything is new.
        told = fresh.filtered(lambda e: e.link_id.move_id)
        told |= ours.browse([link.id for link in found]).event_ids
        ours._tell_timeline(told)
        ours._apply()
        ours._tell_people(fresh)
        return Counter(events=len(fresh))

    def _keep_facts(self, told):
        """Insert what is new of ``{link: facts}``.

        :return: the ``ar.platform.event`` made
        """
        Event = self.env["ar.platform.event"]
        return Event.create(
            [
                Event._values(link, fact)
                for link, facts in told.items()
                for fact in link._fresh_facts(facts)
            ]
        )

    def _fresh_facts(self, facts):
        """What is not known yet; a changed comment of a known status is a new fact."""
        known = {event.external_id: event for event in self.event_ids}
        fresh = {}
        for fact in facts:
            event = known.get(fact.external_id)
            if event is None:
                fresh.setdefault(fact.external_id, fact)
                continue
            if not fact.comment or fact.comment == (event.comment or ""):
                continue
            key = f"{fact.external_id}c{fingerprint(fact.comment)[:12]}"
            if key not in known:
                fresh.setdefault(key, self._changed_comment(key, fact))
        return fresh.values()

    @api.model
    def _changed_comment(self, key, fact):
        """The platform does not say when a comment changed: seen now."""
        now = fields.Datetime.now().replace(tzinfo=timezone.utc)
        return PlatformEvent(
            external_id=key,
            code="",
            raw_date="",
            moment=now,
            comment=fact.comment,
            author=fact.author,
            author_email=fact.author_email,
            author_phone=fact.author_phone,
            payload=fact.payload,
        )

    def _note_latest(self, fresh):
        for platform, events in fresh.grouped(lambda e: e.link_id.platform_id).items():
            dates = [
                d for d in (*events.mapped("event_date"), platform.last_event_date) if d
            ]
            if dates and max(dates) != platform.last_event_date:
                platform.last_event_date = max(dates)

    def _alert_unknown(self, fresh):
        """Tell the person in charge about a status met for the first time."""
        for platform, events in fresh.grouped(lambda e: e.link_id.platform_id).items():
            platform._alert_unknown(events)

    def write(self, vals):
        by_hand = vals.get("move_id") and not self.env.su
        result = super().write(vals)
        if by_hand:
            for link in self.sudo():
                link._match(link.move_id)
        return result

    def action_retry(self):
        """Read these again at the next round, whatever went wrong."""
        self.check_access("write")
        self.write({"pending": True, "retry_at": False})
