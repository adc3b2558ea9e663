import logging
import random
import time
from datetime import timedelta

from psycopg2 import OperationalError
from psycopg2.errors import DeadlockDetected, SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL, config, mute_logger

from ..engine.delivery import (
    HandOver,
    Outcome,
    batch_of,
    retry_delay,
    split_left_behind,
)
from ..engine.smtp_session import WatchedSession
from ..engine.states import ReminderState

_logger = logging.getLogger(__name__)

#: Reminders taken at a time; a killed sender leaves at most that many behind.
BATCH = 20
#: How far a lane looks, so that several lanes find work at once.
WINDOW = 200
LANES = ("ar_send_cron_1", "ar_send_cron_2", "ar_send_cron_3")
#: A reminder that has been leaving for that long was left behind (seconds).
LEFT_BEHIND = 900
TRIES = 8
#: The database asks for another attempt with a new snapshot.
RETRYABLE = (SerializationFailure, DeadlockDetected)

S = ReminderState


class ArReminderCron(models.Model):
    """Drivers of the sending: the only ones that commit."""

    _inherit = "ar.reminder"

    @api.model
    def _cron_send(self):
        """Send what may leave now; one of several identical lanes.

        :return: how many reminders, by outcome
        """
        self = self.sudo()  # noqa: PLW0642
        counts, left = {}, 1
        while left > 0:
            tokens = self._ar_claim()
            if not tokens:
                break
            outcomes, left = self.browse(tokens)._ar_deliver(tokens)
            for outcome in outcomes:
                counts[outcome] = counts.get(outcome, 0) + 1
        if left <= 0 or tokens is None:
            # A cron that runs out of time is not woken again by itself.
            self._ar_trigger_lanes(own=True)
            self.env["ir.cron"]._commit_progress()
        return counts

    @api.model
    def _ar_claim(self):
        """Lock some due reminders and make them ready; committed.

        Another lane may have committed a row since our snapshot: PostgreSQL then
        refuses to lock it, and we look again with a new snapshot.

        :return: ``{id: token}``; empty when there is nothing to do; None when the
            lanes were too much in each other's way
        """
        for _attempt in range(TRIES):
            try:
                with mute_logger("odoo.sql_db"):
                    due = self.search(self._ar_due_domain(), limit=WINDOW)
                    due = due._ar_lock_mails(BATCH)
                    tokens = due._ar_prepare()
                    self.env["ir.cron"]._commit_progress(len(due) - len(tokens))
                if tokens or not due:
                    return tokens
            except RETRYABLE:
                self.env.cr.rollback()
                time.sleep(random.uniform(0.01, 0.2))
        return None

    def _ar_deliver(self, tokens):
        """Hand this prepared batch over, one session, one commit per reminder.

        The order of the tokens is kept, and the fate of each is committed before
        the next is touched: the sweeper relies on it.

        :param dict tokens: ``{id: token}``
        :return: (list of outcomes, seconds left for this run)
        """
        outcomes, left, session, servers = [], 1, None, {}
        try:
            for index, each in enumerate(self):
                # Each commit forgets what was read: read one, not the batch again.
                reminder = each.with_prefetch()
                if left <= 0:
                    self[index:]._ar_still_ours(tokens)._ar_requeue()
                    break
                try:
                    session = reminder._ar_session(session, servers)
                except Exception as error:
                    if isinstance(error, OperationalError):
                        raise
                    outcomes += self[index:]._ar_wait_for_server(error, tokens)
                    break
                outcome = reminder._ar_process_committed(session, tokens[reminder.id])
                left = self.env["ir.cron"]._commit_progress(1)
                outcomes.append(outcome.value if outcome else "lost")
                if outcome in (Outcome.RETRY, Outcome.IN_DOUBT):
                    # It may be gone; a new one costs little.
                    session.close()
                    session = None
        finally:
            if session is not None:
                session.close()
        self._ar_after_send()
        return outcomes, min(left, self.env["ir.cron"]._commit_progress())

    def _ar_process_committed(self, session, token):
        """Process one, again with a new snapshot when the database asks for it.

        Only errors that come before the hand-over are tried again.
        """
        for attempt in range(TRIES):
            try:
                with mute_logger("odoo.sql_db"):
                    return self._process_one(session, token)
            except RETRYABLE:
                if session.handed_over or attempt == TRIES - 1:
                    raise
                self.env.cr.rollback()
                time.sleep(random.uniform(0.01, 0.2))
        return None

    def _ar_session(self, session, servers):
        """What this reminder is handed over with.

        :param session: the session of the previous one, kept when it suits
        :param dict servers: what was found for the senders of this batch so far
        """
        connect = getattr(self, f"_ar_session_{self.channel}", None)
        if connect:
            return connect(session, servers)
        if isinstance(session, HandOver):
            return session
        if session is not None:
            session.close()
        return HandOver()

    def _ar_session_email(self, session, servers):
        """A session with the server of this reminder's sender."""
        mail = self.mail_id.sudo()
        key = (mail.email_from, mail.record_alias_domain_id)
        if key not in servers:
            servers[key] = self._ar_find_server(mail)
        Server, server_id, smtp_from = servers[key]
        if session is None or session.server_id != server_id:
            if session is not None:
                session.close()
            smtp = Server._connect__(mail_server_id=server_id, smtp_from=smtp_from)
            session = WatchedSession(smtp, server_id)
        session.smtp_from = smtp_from
        return session

    def _ar_find_server(self, mail):
        """(``ir.mail_server`` in context, id of the server, envelope sender)."""
        alias_domain = mail.record_alias_domain_id
        Server = self.env["ir.mail_server"].sudo()
        Server = Server.with_context(
            domain_notifications_email=alias_domain.default_from_email,
            domain_bounce_address=alias_domain.bounce_email,
        )
        allowed = Server.search(
            Server._find_mail_server_allowed_domain(), order="sequence, id"
        )
        server, smtp_from = Server._find_mail_server(
            mail.email_from, mail._filter_mail_mail_servers(allowed)
        )
        return Server, server.id if server else False, smtp_from

    def _ar_still_ours(self, tokens):
        """Those that nobody has settled or taken over meanwhile, locked.

        Each with the reminders that share its e-mail.
        """
        everyone = self._ar_with_members()
        everyone.invalidate_recordset(["state", "token", "lead_id"])
        locked = everyone.try_lock_for_update(allow_referencing=True)
        return locked.filtered(
            lambda r: (
                r.state == S.SENDING.value
                and r.token == tokens.get((r.lead_id or r).id)
            )
        )

    def _ar_wait_for_server(self, error, tokens):
        """No session: the rest of the batch waits; committed."""
        _logger.warning("Reminders: no mail server: %s", error)
        waiting = self._ar_still_ours(tokens)
        waiting._ar_wait_longer(self._ar_error_text(error))
        self.env["ir.cron"]._commit_progress(len(self))
        return [Outcome.RETRY.value] * len(self)

    def _ar_wait_longer(self, text):
        """The server cannot be reached: count it and wait, like any other retry."""
        for reminder in self:
            attempts = reminder.attempts + 1
            delay = retry_delay(attempts)
            reminder.attempts = attempts
            if delay is None:
                reminder._ar_fail(text)
            else:
                reminder._ar_requeue(text, delay)

    @api.model
    def _ar_trigger_lanes(self, own=False):
        """Wake the lanes, or only the one that is running."""
        cron_id = self.env.context.get("cron_id")
        if own:
            crons = self.env["ir.cron"].sudo().browse(cron_id or [])
        else:
            crons = self.env["ir.cron"].sudo()
            for name in LANES:
                lane = self.env.ref(f"ar_collections.{name}", raise_if_not_found=False)
                crons |= lane.sudo() if lane else crons
        for cron in crons:
            cron._trigger()

    # What a killed sender left behind.

    @api.model
    def _cron_sweep(self):
        """Settle what has been leaving for longer than any sender may run.

        :return: ``{"in_doubt": count, "released": count}``
        """
        result = self._ar_patiently(self._ar_sweep)
        self.env["ir.cron"]._commit_progress()
        self._ar_patiently(self._ar_forget_links)
        if result["released"]:
            self._ar_trigger_lanes()
        self.env["ir.cron"]._commit_progress(sum(result.values()))
        return result

    @api.model
    def _ar_forget_links(self):
        """The customer has his link; the e-mail kept here no longer needs it."""
        self.env["mail.mail"].flush_model()
        self._ar_bulk(
            SQL(
                "UPDATE mail_mail m SET body_html = r.body FROM ar_reminder r"
                " WHERE r.mail_id = m.id AND m.id IN ("
                "   SELECT k.id FROM mail_mail k JOIN ar_reminder s ON s.mail_id = k.id"
                "    WHERE s.state IN %s AND k.body_html IS DISTINCT FROM s.body"
                "      FOR UPDATE OF k SKIP LOCKED)",
                (S.DONE.value, S.CANCELLED.value),
            )
        )
        self.env["mail.mail"].invalidate_model(["body_html"])

    @api.model
    def _ar_sweep(self, seconds=None):
        """Sort what was left behind: in doubt, or surely not sent.

        Of each batch only the first that is still open can have been in flight (see
        ``engine.delivery.split_left_behind``); the others wait again.

        :param seconds: age from which a reminder counts as left behind
        """
        if seconds is None:
            limit = config["limit_time_real_cron"]
            seconds = max(LEFT_BEHIND, 2 * limit if limit and limit > 0 else 0)
        before = fields.Datetime.now() - timedelta(seconds=seconds)
        stale = self.sudo().search(
            [("state", "=", S.SENDING.value), ("sending_since", "<=", before)]
        )
        stale = stale._ar_lock_whole_batches()
        doubt, released = split_left_behind({r.id: r.token or "" for r in stale})
        text = self.env._("The program stopped while this contact was leaving.")
        self.browse(doubt)._ar_doubt(text)
        self.browse(released)._ar_requeue()
        return {"in_doubt": len(doubt), "released": len(released)}

    def _ar_lock_whole_batches(self):
        """Those whose batch nobody is working on: all its rows can be locked."""
        batches = {}
        for reminder in self:
            key = batch_of(reminder.token) or str(reminder.id)
            batches[key] = batches.get(key, self.browse()) + reminder
        free = self.browse()
        for batch in batches.values():
            locked = batch.try_lock_for_update(allow_referencing=True)
            if len(locked) == len(batch):
                free += batch
        return free
