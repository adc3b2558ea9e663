from dataclasses import replace
from datetime import date

from odoo import api, models
from odoo.tools import SQL

from ..engine.past import Contacting, Ledger, Match, Places, Settled, Touch
from .ar_facts_history import History
from .ar_facts_past_sql import (
    CANDIDATES_THEN,
    KNOWN_SQL,
    MATCHED_ON,
    MATCHES_SQL,
    OPEN_WHOLE,
    RECEIPTS_THEN_SQL,
    REMINDERS_SQL,
    SETTLED_SQL,
    TOUCHES_SQL,
    TROUBLES_SQL,
)

TROUBLES = {"reminder_failed": "failed", "reminder_in_doubt": "in_doubt"}


class ArFactsPast(models.AbstractModel):
    """The past of the loader: read once for a period, then told day by day."""

    _inherit = "ar.facts"

    @api.model
    def _ar_history(self, debtors, first, last):
        """The past of accounts of one company.

        :param debtors: ``ar.debtor`` of one collecting company
        :param date first: first day that will be asked for
        :param date last: last one; today is no past
        :return: :class:`ar_facts_history.History`
        """
        company = debtors.company_id
        history = History(company)
        self.env.flush_all()
        history.watched_from = self._ar_watched_from(company, history.tz)
        Change = self.env["ar.change"].sudo()
        history.debtor_changes = Change._ar_since(
            "ar.debtor", debtors.ids, first, history.tz
        )
        self._ar_read_ledgers(history, debtors, first, last)
        self._ar_read_ladders(history, debtors)
        self._ar_read_reminders(history, debtors)
        return history

    def _ar_watched_from(self, company, tz):
        """Day on which the first account of this company was made."""
        return self._ar_rows(
            "SELECT min(create_date AT TIME ZONE 'UTC' AT TIME ZONE %s)::date"
            " FROM ar_debtor WHERE company_id = %s",
            tz,
            company.id,
        )[0][0]

    def _ar_rows(self, query, *args, **kwargs):
        self.env.cr.execute(SQL(query, *args, **kwargs))
        return self.env.cr.fetchall()

    # The books.

    def _ar_read_ledgers(self, history, debtors, first, last):
        states = self._ar_state_changes(debtors, first, history.tz)
        lines = self._ar_lines_of_period(debtors, first, last, states)
        lines = [line for line in lines if line["company_id"] == history.company.id]
        ids = [line["line_id"] for line in lines]
        dated, known, posted = {}, {}, {}
        rows = self._ar_rows(KNOWN_SQL, lines=ids, tz=history.tz)
        moves = {line["line_id"]: line["move_id"] for line in lines}
        for line_id, day, seen, is_posted in rows:
            dated[line_id], known[line_id] = day, max(day, seen)
            posted[moves[line_id]] = is_posted
        matches = self._ar_matches(ids, history.tz, posted)
        changes = self.env["ar.change"].sudo()
        of_lines = changes._ar_since("account.move.line", ids, first, history.tz)
        history.item_changes = changes._ar_since(
            "ar.item",
            [ln["item_id"] for ln in lines if ln["item_id"]],
            first,
            history.tz,
        )
        followups = {
            i: told["no_followup"]
            for i, told in of_lines.items()
            if "no_followup" in told
        }
        history.ledgers[False] = Ledger(
            [{**line, "since": dated[line["line_id"]]} for line in lines],
            [match for match, _known in matches],
            posted,
            followups=followups,
        )
        history.ledgers[True] = Ledger(
            [{**line, "since": known[line["line_id"]]} for line in lines],
            [replace(m, since=max(m.since, day)) for m, day in matches]
            + _undone(of_lines),
            posted,
            states,
            followups,
        )

    def _ar_changed(self, model, ids, name, history=None):
        """What became of one column of these records, ever; asked of past days only.

        :return: ``{id: [engine.past.Change]}``, empty without a history
        """
        if not history:
            return {}
        changes = self.env["ar.change"].sudo()
        told = changes._ar_since(model, ids, date.min, history.tz)
        return {res_id: kept[name] for res_id, kept in told.items() if name in kept}

    def _ar_state_changes(self, debtors, first, tz):
        """``{move id: [Change]}``: entries that left the ledger since, or came back."""
        rows = self._ar_rows(
            """
            SELECT DISTINCT c.res_id
              FROM ar_change c
              JOIN account_move_line l ON l.move_id = c.res_id
              JOIN res_partner p ON p.id = l.partner_id
             WHERE c.model = 'account.move' AND c.moment >= %s
               AND COALESCE(p.commercial_partner_id, p.id) = ANY(%s)""",
            first,
            debtors.partner_id.ids,
        )
        changes = self.env["ar.change"].sudo()
        told = changes._ar_since("account.move", [row[0] for row in rows], first, tz)
        return {move_id: kept["posted"] for move_id, kept in told.items()}

    def _ar_lines_of_period(self, debtors, first, last, states):
        """The loader's lines, whole, of what may have been open in a period."""
        revived = [i for i, told in states.items() if any(c.old for c in told)]
        return self._ar_read_lines(
            debtors.partner_id.ids,
            candidates=SQL(CANDIDATES_THEN, first=first, last=last, revived=revived),
            open_amounts=SQL(OPEN_WHOLE),
            posted=SQL("(m.state = 'posted' OR m.id = ANY(%s))", revived),
        )

    def _ar_matches(self, line_ids, tz, posted):
        """``[(Match, day on which it was made)]``; completes who is posted."""
        found = []
        for line, move, cents, company, since, made, is_posted in self._ar_rows(
            MATCHES_SQL, lines=line_ids, tz=tz
        ):
            posted[move] = is_posted
            found.append((Match(line, move, cents, company, since), made))
        return found

    # The ladders and the reminders.

    def _ar_read_ladders(self, history, debtors):
        touches = {}
        for debtor_id, unit, day, item_id, level in self._ar_rows(
            TOUCHES_SQL, debtors=debtors.ids, tz=history.tz
        ):
            touches.setdefault(item_id, []).append(Touch(day, level))
            if unit == "account" and level is not None:
                history.reached.setdefault(debtor_id, []).append((day, level))
        self._ar_add_skipped(history, debtors, touches)
        history.places = Places(touches)
        history.heights = dict(
            self._ar_rows(
                "SELECT id, ladder_level FROM ar_debtor WHERE id = ANY(%s)", debtors.ids
            )
        )
        for debtor_id, *values in self._ar_rows(SETTLED_SQL, debtors=debtors.ids):
            history.settled.setdefault(debtor_id, []).append(Settled(*values))

    def _ar_add_skipped(self, history, debtors, touches):
        """Steps that people called off moved the items too."""
        items = self._ar_rows(
            "SELECT id FROM ar_item WHERE debtor_id = ANY(%s)", debtors.ids
        )
        changes = self.env["ar.change"].sudo()
        skipped = changes._ar_since(
            "ar.item", [row[0] for row in items], date.min, history.tz
        )
        for item_id, told in skipped.items():
            for change in told.get("step_delay", ()):
                touches.setdefault(item_id, []).append(
                    Touch(change.day, change.new, contact=False)
                )
            touches.get(item_id, []).sort(key=lambda touch: touch.day)

    def _ar_read_reminders(self, history, debtors):
        troubles, cancelled = {}, {}
        for reminder_id, kind, day in self._ar_rows(
            TROUBLES_SQL, debtors=debtors.ids, tz=history.tz
        ):
            if kind == "reminder_cancelled":
                cancelled[reminder_id] = day
            else:
                troubles.setdefault(reminder_id, []).append((day, TROUBLES[kind]))
        for reminder_id, debtor_id, unit, planned, ended in self._ar_rows(
            REMINDERS_SQL, debtors=debtors.ids, tz=history.tz
        ):
            history.reminders.setdefault(debtor_id, []).append(
                Contacting(
                    unit,
                    planned,
                    cancelled.get(reminder_id) or ended,
                    tuple(troubles.get(reminder_id, ())),
                )
            )

    # The bank.

    def _ar_unmatched_receipts(self, company, debtors, history=None, as_of=None):
        if history is None or not company.ar_unmatched_receipts:
            return super()._ar_unmatched_receipts(company, debtors)
        watched = history.watched(as_of)
        day = SQL(
            "(l.create_date AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", history.tz
        )
        rows = self._ar_rows(
            RECEIPTS_THEN_SQL,
            company=company.id,
            companies=self._ar_collected(company),
            debtors=debtors.ids,
            as_of=as_of,
            watched=watched,
            known=day,
            matched=SQL(MATCHED_ON, tz=history.tz) if watched else SQL("%s", as_of),
        )
        return self._ar_receipt_reasons(rows)


def _undone(of_lines):
    """Matchings that were undone since."""
    found = []
    for line_id, told in of_lines.items():
        for change in told.get("match", ()):
            kept = change.old
            since = max(_date(kept["since"]), _date(kept["known"]))
            found.append(
                Match(
                    line_id,
                    kept["other"],
                    kept["cents"],
                    kept["company_cents"],
                    since,
                    until=change.day,
                )
            )
    return found


def _date(text):
    return date.fromisoformat(text)
