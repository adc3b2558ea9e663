import time
from datetime import datetime, timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from ..clients.errors import PlatformError, TransportError
from ..clients.masking import SECRETS, get_logger
from ..clients.pace import in_parallel
from ..engine.paging import Reading
from .ar_platform_invoice import FATAL
from .ar_platform_retry import OPEN, may_try

_logger = get_logger(__name__)

#: How often the list is read again when rows moved while its pages were read.
PASSES = 3
#: For so long, a reading that was cut short goes on with its next page.
CUT_SHORT = timedelta(hours=6)
#: Histories that fail one after the other before the round is given up.
FAILURES_IN_A_ROW = 3
#: What is read and acted upon in one go: so much is read again when it is killed.
CHUNK = 25
#: Seconds that « Sync now » may take of a person's time.
PATIENCE = 45
#: Open invoices are read again after so many days, so many a round at most.
SWEEP_DAYS = 7
SWEEP_LIMIT = 500


class _OutOfTime(Exception):
    """The round goes on later; nothing is lost."""


class ArPlatformSync(models.Model):
    """The round: what moved, then the history of what moved, then decisions."""

    _inherit = "ar.platform"

    @api.model
    def _cron_sync(self):
        """Sync every active connection, committing as it goes.

        One connection that fails never stops the others; what is left when time
        is out is triggered again.
        """
        unfinished = False
        for platform in self.search([("state", "=", "active")]):
            unfinished |= platform._sync_alone()
        if unfinished:
            # A trigger wakes the next run at once; a mere reschedule would not.
            self.env.ref("ar_chorus_connector.ar_platform_cron")._trigger()

    def _sync_alone(self):
        """One round, committed; whatever goes wrong stays with this connection.

        :return: whether something is left to do at once
        """
        try:
            # The cursor logs a conflict as an error; it is expected, and tried again.
            with mute_logger("odoo.sql_db"):
                return self._sync_locked()
        except FATAL as error:
            self.env.cr.rollback()
            _logger.info("platform %s: %s, again soon", self.id, type(error).__name__)
            return True
        except Exception as error:
            # Not the platform's doing: our mistake.
            self.env.cr.rollback()
            _logger.exception("platform %s: the round failed", self.id)
            return self._note_breakdown(error)

    def _sync_locked(self):
        """One round of this worker alone, committed to its last write.

        :return: whether something is left to do at once
        """
        # Another run may have written since our snapshot: locking may conflict too.
        if not self.try_lock_for_update(allow_referencing=True):
            return False
        unfinished = self._sync(self._commit_in_cron)["unfinished"]
        self.env["ir.cron"]._commit_progress()
        return unfinished

    def _note_breakdown(self, error):
        """Keep our own mistake on the connection.

        :return: whether a conflict prevented it, so that the round is to be done again
        """
        words = SECRETS.mask(str(error))[:500] or type(error).__name__
        try:
            with mute_logger("odoo.sql_db"):
                self.write({"last_error": words, "last_error_kind": "internal"})
                self.env["ir.cron"]._commit_progress()
        except FATAL:
            self.env.cr.rollback()
            return True
        return False

    def _commit_in_cron(self, processed):
        """Commit and keep the connection for this worker."""
        left = self.env["ir.cron"]._commit_progress(processed)
        if not left or not self.try_lock_for_update(allow_referencing=True):
            raise _OutOfTime

    def action_sync(self):
        """Sync now; what takes too long is left to the scheduled run.

        :return: a notification; ``params["summary"]`` has the figures of the
            round, by connection id
        """
        self.check_access("write")
        summaries = {}
        for platform in self.sudo():
            if platform.state != "active":
                raise UserError(
                    self.env._("%(name)s is not active.", name=platform.name)
                )
            end = time.monotonic() + PATIENCE

            def in_time(_processed, end=end):
                if time.monotonic() > end:
                    raise _OutOfTime

            summaries[str(platform.id)] = platform._sync(in_time)
        if any(summary["unfinished"] for summary in summaries.values()):
            self.env.ref("ar_chorus_connector.ar_platform_cron").sudo()._trigger()
        failed = any(summary["error"] for summary in summaries.values())
        words = [p._summary_words(summaries[str(p.id)]) for p in self.sudo()]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if failed else "success",
                "title": self.env._("Synchronisation"),
                "message": " ".join(words),
                "sticky": failed,
                "summary": summaries,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _summary_words(self, summary):
        if summary["error"]:
            return summary["error"]
        return self.env._(
            "%(moved)s invoices moved, %(events)s new facts, %(unmatched)s not found "
            "in Odoo, %(failed)s failed.",
            moved=summary["moved"],
            events=summary["events"],
            unmatched=summary["unmatched"],
            failed=summary["failed"],
        )

    def _sync(self, keep):
        """One round of this connection.

        :param keep: ``keep(processed)``, called when something is done; it may
            commit, and raises when time is out
        :return: figures of the round, also kept in ``last_summary``
        """
        self.ensure_one()
        summary = dict.fromkeys(
            ("pages", "moved", "read", "events", "unmatched", "failed", "calls"), 0
        )
        summary.update(error="", unfinished=False)
        if self.held:
            summary["error"] = self.env._(
                "%(name)s is held: this database is a copy. Activate the connection "
                "here if that is what you want.",
                name=self.name,
            )
            return summary
        client = None
        try:
            client = self._client()
            self._round(client, summary, keep)
        except PlatformError as error:
            self._note_failure(error, summary)
        except UserError as error:
            # Something of ours is not set up, such as a missing credential.
            summary["error"] = str(error)
            self.write({"last_error": str(error), "last_error_kind": "setup"})
        except _OutOfTime:
            summary["unfinished"] = True
        finally:
            if client is not None:
                summary["calls"] = client.calls
                client.close()
        self.write(
            {
                "last_attempt": fields.Datetime.now(),
                "last_summary": summary,
                "call_count": self.call_count + summary["calls"],
            }
        )
        return summary

    def _round(self, client, summary, keep):
        self._pull(client, summary, keep)
        self._match_waiting(summary)
        self._apply_stale(keep)
        self._note_success()

    def _note_success(self):
        now = fields.Datetime.now()
        self.write({"last_success": now, "last_error": False, "last_error_kind": False})

    def _note_failure(self, error, summary):
        words = self._words(error)
        summary["error"] = words
        self.write({"last_error": words, "last_error_kind": error.kind})
        _logger.warning(
            "platform %s: %s on %s (HTTP %s)",
            self.id,
            error.kind,
            error.route,
            error.status,
        )
        if error.stops_round and error.kind != "rate":
            self._alert(self.env._("The connection does not work"), words)

    # What moved.

    def _pull_chorus_pro(self, client, summary, keep):
        self._read_moved(client, summary, keep)
        self._sweep()
        self._read_histories(client, summary, keep)

    def _window(self):
        """First and last moment to ask for, aware; the end is the next mark."""
        now = fields.Datetime.now()
        since = self.mark or now - timedelta(days=self.first_days)
        since -= timedelta(minutes=self.overlap_minutes)
        utc = timezone.utc
        return since.replace(tzinfo=utc), now.replace(tzinfo=utc)

    def _read_moved(self, client, summary, keep):
        """Read the list to the end, then and only then move the mark.

        A reading that was cut short goes on with the page that was missing.
        """
        if self.structure_siret and not self.structure_ref:
            self.structure_ref = self._find_structure(client)
        since, until, done = self._cut_short() or (*self._window(), {})
        for _attempt in range(PASSES):
            reading = Reading(done.get("rows", 0), done.get("total"))
            number, ref = done.get("page", 0), self.structure_ref or ""
            for page in client.moved_pages(since, until, ref, first=number + 1):
                number += 1
                self._keep_page(page, reading, summary)
                self.cut_short = {
                    "since": since.isoformat(),
                    "until": until.isoformat(),
                    "page": number,
                    "rows": reading.rows,
                    "total": reading.total,
                }
                keep(0)
            if reading.complete:
                self.write({"mark": until.replace(tzinfo=None), "cut_short": False})
                keep(0)
                return
            done = {}
        self.cut_short = False
        raise TransportError("the list kept changing while it was read")

    def _keep_page(self, page, reading, summary):
        reading.add(page)
        summary["pages"] += 1
        summary["moved"] += self.env["ar.platform.invoice"]._store(self, page.rows)
        if page.unknown:
            _logger.warning(
                "platform %s: %s unreadable rows", self.id, len(page.unknown)
            )

    def _cut_short(self):
        """``(since, until, done)`` of a reading that was cut short; None without.

        One of long ago is begun anew: its list is another one by now.
        """
        done = self.cut_short
        if not done:
            return None
        since = datetime.fromisoformat(done["since"])
        until = datetime.fromisoformat(done["until"])
        limit = fields.Datetime.now().replace(tzinfo=timezone.utc) - CUT_SHORT
        return (since, until, done) if until >= limit else None

    # The history of what moved.

    def _sweep(self):
        """Read open invoices again that were not read for a week.

        A comment may change without moving the date of the status, and no list
        would then ever show it.
        """
        limit = fields.Datetime.now() - timedelta(days=SWEEP_DAYS)
        domain = [
            ("platform_id", "=", self.id),
            ("pending", "=", False),
            ("read_at", "<", limit),
            ("move_id.payment_state", "in", OPEN),
        ]
        links = self.env["ar.platform.invoice"].search(domain, limit=SWEEP_LIMIT)
        links.pending = True

    def _to_read(self):
        domain = [
            ("platform_id", "=", self.id),
            ("pending", "=", True),
            *may_try(),
        ]
        return self.env["ar.platform.invoice"].search(domain, limit=CHUNK, order="id")

    def _read_histories(self, client, summary, keep):
        """Read each pending history; one that fails is noted and left for later."""
        in_a_row = 0
        while links := self._to_read():
            by_id = {link.external_id: link for link in links}
            told, fatal = {}, None
            for external_id, history in self._histories(client, list(by_id)):
                link = by_id[external_id]
                if not isinstance(history, Exception):
                    told[link], in_a_row = history, 0
                    continue
                fatal = self._unread(link, history, summary)
                in_a_row = in_a_row + 1 if isinstance(history, TransportError) else 0
                if in_a_row >= FAILURES_IN_A_ROW:
                    fatal = history
                if fatal:
                    break
            summary["read"] += len(told)
            taken = links.browse([link.id for link in told])
            self._take_together(taken, told, summary)
            keep(len(told))
            if fatal:
                raise fatal

    def _histories(self, client, ids):
        """``(external id, History or error)`` of each, a few calls at a time.

        Only calls are made in parallel: what they bring is kept one by one.
        """
        size = max(self.parallel_calls, 1)
        for start in range(0, len(ids), size):
            yield from in_parallel(client.history, ids[start : start + size], size)

    def _unread(self, link, error, summary):
        """Note what prevented a history from being read.

        :return: the error when it ends the round
        """
        if not isinstance(error, PlatformError) or error.stops_round:
            return error
        link._note_failure(self._words(error))
        summary["failed"] += 1
        return None

    # What waits for something else than the platform.

    def _match_waiting(self, summary):
        """Look again for the invoices that nobody knew, newest first."""
        waiting = self.env["ar.platform.invoice"].search(
            [("platform_id", "=", self.id), ("move_id", "=", False)],
            order="id desc",
            limit=1000,
        )
        for link, move in waiting._find_moves().items():
            link._run_alone(lambda link=link, move=move: link._match(move))
        summary["unmatched"] = self.env["ar.platform.invoice"].search_count(
            [("platform_id", "=", self.id), ("move_id", "=", False)]
        )

    def _apply_stale(self, keep):
        """Decide again where the table of statuses was changed."""
        stale = self.env["ar.platform.invoice"].search(
            [("platform_id", "=", self.id), ("stale", "=", True)]
        )
        for start in range(0, len(stale), CHUNK):
            stale[start : start + CHUNK]._run_together(lambda links: links._apply())
            keep(0)
