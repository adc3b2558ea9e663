from dataclasses import dataclass

from markupsafe import Markup

from odoo import fields, models

from ..engine.dates import naive
from ..engine.signals import Terms, decide

#: Columns of the hub's items that a connector owns.
ITEM_COLUMNS = {
    "buyer_status": "varchar",
    "buyer_status_code": "varchar",
    "buyer_status_date": "timestamp",
    "buyer_comment": "text",
    "confirmed_due_date": "date",
    "interest_start": "date",
}


def _later(told, due):
    """The date told, never earlier than what was agreed with the customer."""
    return max(told, due or told) if told else None


@dataclass(frozen=True)
class Standing:
    """What there is of one invoice: looked up once for many of them.

    :param links: every deposit of it, ``ar.platform.invoice``
    :param disputes: its disputes of any source, newest first
    :param notices: its payments that platforms announced, newest first
    :param items: its items
    :param debtor: its account
    """

    links: object
    disputes: object
    notices: object
    items: object
    debtor: object

    @property
    def running(self):
        """Its open disputes."""
        return self.disputes.filtered(lambda d: d.state == "open")


class ArPlatformApply(models.Model):
    """From the story to the hub: timeline, items, notice, dispute, pause."""

    _inherit = "ar.platform.invoice"

    def _tell_timeline(self, events=None):
        """Put facts that are not there yet on the timelines of their invoices.

        :param events: those facts; all that is known of these by default
        """
        if events is None:
            events = self.event_ids
        debtors = self._debtors()
        self.env["ar.event"]._ar_record(
            [
                link._timeline_values(debtors[link.move_id], event)
                for event in events.sorted("id")
                for link in event.link_id
            ]
        )

    def _debtors(self):
        """``{invoice: its account}``, each account looked up once."""
        found, accounts = {}, {}
        for move in self.move_id:
            key = (move.company_id, move._ar_customer())
            if key not in accounts:
                accounts[key] = move._ar_debtor()
            found[move] = accounts[key]
        return found

    def _timeline_values(self, debtor, event):
        words = event.label
        if event.comment:
            words = self.env._(
                "%(status)s: %(comment)s", status=event.label, comment=event.comment
            )
        comment = Markup("<p>{}</p>").format(event.comment) if event.comment else ""
        return {
            "kind": "platform_status" if event.code else "platform_comment",
            "company_id": debtor.company_id.id,
            "debtor_id": debtor.id,
            "partner_id": debtor.partner_id.id,
            "move_ids": self.move_id.ids,
            "event_date": event.event_date or event.fetched_at,
            "actor": event.author or self.platform_id.name,
            "source": "platform",
            "source_key": f"{self._scope()}/{event.external_id}",
            "res_model": self._name,
            "res_id": self.id,
            "summary": words,
            "body": str(comment),
            "payload": event._told(),
        }

    def _apply(self):
        """Decide from every fact known of these invoices and act upon it.

        Run again with the same facts, it changes nothing.
        """
        decided = []
        asked = self.grouped("move_id")
        for move, known in self._standing().items():
            links = known.links
            rules, reasons = asked[move].platform_id[:1]._tables()
            facts = links.event_ids._facts()
            outcome = decide(facts, rules, links._terms(move), reasons)
            dispute = links._apply_dispute(move, outcome.dispute, known)
            notice = links._apply_notices(move, outcome.notices, known)
            links._apply_outcome(outcome, dispute, notice, known)
            decided.append((move, outcome, known))
        self._apply_items(decided)

    def _standing(self):
        """``{invoice: Standing}``, one look-up for all of these."""
        moves = self.move_id
        ours = [("move_id", "in", moves.ids)]
        links = self.search(ours).grouped("move_id")
        Dispute = self.env["ar.dispute"].sudo()
        disputes = Dispute.search(ours, order="id desc").grouped("move_id")
        lines = self.env["ar.payment.notice.line"].sudo()
        lines = lines.search([*ours, ("notice_id.source", "=", "platform")])
        lines = lines.grouped("move_id")
        items, debtors = self._items(moves), self._debtors()
        return {
            move: Standing(
                links=links[move],
                disputes=disputes.get(move, Dispute),
                notices=lines[move].notice_id.sorted("id", reverse=True)
                if move in lines
                else self.env["ar.payment.notice"].sudo(),
                items=items.get(move, self.env["ar.item"].sudo()),
                debtor=debtors[move],
            )
            for move in moves
        }

    def _items(self, moves):
        """``{invoice: its items}``, made where the planner has not met it yet."""
        Item = self.env["ar.item"].sudo()
        ours = [("move_id", "in", moves.ids)]
        items = Item.search(ours)
        missing = moves - items.move_id
        if missing:
            partners = set(missing.commercial_partner_id.ids)
            self.env["ar.debtor"]._ar_refresh(partners)
            items = Item.search(ours)
        return items.grouped("move_id")

    def _terms(self, move):
        platform = self[:1].platform_id
        told = self.filtered(
            lambda link: link.amount_due and link.currency_name == move.currency_id.name
        ).sorted("seen_date")
        amount = told[-1:].amount_due
        return Terms(
            amount_due=round(amount * 100) if amount else None,
            due_date=move.invoice_date_due,
            public=bool(platform) and platform._is_public(self),
            delay_days=self._delay_days(move),
            accelerate_days=platform.accelerate_days,
            notice_days=platform.notice_days,
            idle_days=platform.idle_days,
            approver_days=platform.approver_days,
        )

    def _delay_days(self, move):
        """Legal payment delay of the buyer, where he is a public one."""
        return self[:1].platform_id.legal_delay_days

    def _apply_outcome(self, outcome, dispute, notice, known):
        self.write(self._outcome_values(outcome, dispute, notice, known))

    def _outcome_values(self, outcome, dispute, notice, known):
        pause, clock = outcome.pause, outcome.clock
        days = [fields.Date.to_string(day) for day in clock.unlawful]
        return {
            "canonical": outcome.canonical and outcome.canonical.value,
            "status_code": outcome.code or False,
            "status_date": naive(outcome.moment),
            "status_author": outcome.author or False,
            "comment": outcome.comment or False,
            "dispute_id": dispute.id,
            "notice_id": notice.id,
            "pause_since": pause and naive(pause.since).date(),
            "pause_until": pause and pause.until,
            "legal_start": clock.start,
            "legal_due": clock.due,
            "legal_interrupted": clock.interrupted,
            "unlawful": ", ".join(days) or False,
            **self._waiting_values(outcome.waiting),
            "stale": False,
        }

    # Items of the hub.

    def _apply_items(self, decided):
        """Write what was decided on the items and the invoices.

        :param decided: ``[(invoice, Outcome, Standing)]``
        """
        Item = self.env["ar.item"].sudo()
        rows = [
            (item.id, *known.links._item_values(move, outcome, known, item.due_date))
            for move, outcome, known in decided
            for item in known.items
        ]
        Item._ar_bulk_update(rows, ITEM_COLUMNS)
        Item.browse([row[0] for row in rows])._ar_apply_signals()
        self.move_id._ar_set_buyers(
            {
                move: (outcome.canonical, naive(outcome.moment))
                for move, outcome, _known in decided
            }
        )

    def _item_values(self, move, outcome, known, due):
        """Values of :data:`ITEM_COLUMNS` of an item that is due that day."""
        told = self._due_told(outcome, known.debtor)
        return (
            self._customer_words(move, outcome),
            outcome.canonical and outcome.canonical.value,
            naive(outcome.moment),
            outcome.comment or None,
            _later(told, due),
            outcome.clock.interest_start,
        )

    def _due_told(self, outcome, debtor):
        """Due date that the buyer's platform lets one count from, or None."""
        return outcome.confirmed_due_date

    def _customer_words(self, move, outcome):
        """The status as the customer reads it, in reminders and on his page."""
        platform = self[:1].platform_id
        lang = move.commercial_partner_id.lang or self.env.lang
        rows = self.env["ar.platform.status"].with_context(lang=lang)
        row = rows._rows(platform.kind, platform.company_id).get(outcome.code)
        return row.name if row else None

    # Disputes.

    def _apply_dispute(self, move, signal, known):
        """Open, keep or close the platform's dispute of this invoice.

        :return: the dispute that stands, or none
        """
        Dispute = self.env["ar.dispute"].sudo()
        ours = known.disputes.filtered(lambda d: d.source == "platform")
        running = ours.filtered(lambda d: d.state == "open")
        if signal is None:
            self._close_disputes(running)
            return Dispute
        # A person may have changed the reason of a dispute: its fact names it.
        same = running.filtered(lambda d: d.source_key in signal.keys)[:1]
        same = same or running.filtered(lambda d: d.reason_id.code == signal.reason)[:1]
        self._close_disputes(running - same)
        if same:
            self._keep_dispute(same, signal)
            return same
        before = ours.filtered(lambda d: d.source_key in signal.keys)[:1]
        if before:
            return self._reopen_dispute(before, signal, known)
        if not self._owed(move):
            return Dispute
        # Where everything is disputed already, the hub gives the running dispute.
        return Dispute._ar_raise(
            [
                {
                    "move_id": move.id,
                    "source": "platform",
                    "source_key": signal.keys[0],
                    "reason_code": signal.reason,
                    "amount": signal.amount and signal.amount / 100,
                    "description": self._dispute_words(signal),
                }
            ]
        )[:1]

    def _dispute_words(self, signal):
        row = self.env["ar.platform.status"]._rows(
            self[:1].platform_id.kind, self[:1].platform_id.company_id
        )[signal.code]
        parts = [row.name, signal.author, signal.comment]
        return "\n".join(part for part in parts if part)

    def _keep_dispute(self, dispute, signal):
        """A newer comment is added; the dispute stays as people made it."""
        if signal.comment and signal.comment not in (dispute.description or ""):
            dispute.description = "\n".join(
                part for part in (dispute.description, signal.comment) if part
            )

    def _reopen_dispute(self, dispute, signal, known):
        """A person's closing stands until a newer fact; the platform's own does not.

        Only what is open and not disputed otherwise is disputed again.

        :return: the dispute that stands: this one, another that covers all that is
            open, or none
        """
        closed = dispute.closed_at
        overtaken = closed and naive(signal.last) > closed
        if not dispute.closed_by_platform and not overtaken:
            return self.env["ar.dispute"]
        move = dispute.move_id
        if not self._owed(move):
            return self.env["ar.dispute"]
        others = known.running
        currency = dispute.currency_id
        free = currency.round(move._ar_residual() - sum(others.mapped("amount")))
        if currency.compare_amounts(free, 0) <= 0:
            return others[:1]
        dispute.closed_by_platform = False
        dispute._ar_set(
            "open",
            "dispute_reopened",
            {
                "closed_at": False,
                "resolution": False,
                "amount": min(dispute.amount or free, free),
            },
            actor=self[:1].platform_id.name,
        )
        self._keep_dispute(dispute, signal)
        return dispute

    def _close_disputes(self, disputes):
        if not disputes:
            return
        disputes._ar_set(
            "withdrawn",
            "dispute_closed",
            {"closed_at": fields.Datetime.now()},
            actor=self[:1].platform_id.name,
        )
        disputes.closed_by_platform = True

    # Payment notices.

    def _apply_notices(self, move, signals, known):
        """Announce, keep or take back the buyer's payments.

        :return: the notice of the last announcement, or none
        """
        ours = known.notices
        standing = ours.filtered(lambda n: n.state in ("active", "to_review"))
        keys = {key for signal in signals for key in signal.keys}
        notice = ours.browse()
        self._withdraw_notices(standing.filtered(lambda n: n.source_key not in keys))
        for signal in signals:
            notice = self._apply_notice(move, signal, ours)
        return notice

    def _apply_notice(self, move, signal, ours):
        """Announce or keep one payment.

        :param ours: the notices of this invoice that platforms announced
        """
        known = ours.filtered(lambda n: n.source_key in signal.keys)[:1]
        if known:
            if known.state == "withdrawn" and known.closed_by_platform:
                known.closed_by_platform = False
                known._ar_set(
                    "active", "notice_announced", actor=self[:1].platform_id.name
                )
            return known
        if not self._owed(move):
            return ours.browse()
        return ours._ar_announce([self._notice_values(move, signal)])

    def _notice_values(self, move, signal):
        residual = move._ar_residual()
        told = None if signal.amount is None else signal.amount / 100
        return {
            "source": "platform",
            "source_key": signal.keys[0],
            "lines": [{"move_id": move.id, "amount": min(told or residual, residual)}],
            "notice_date": naive(signal.since).date(),
            "expected_date": signal.expected,
            "reference": move.name,
            "actor": self[:1].platform_id.name,
        }

    def _withdraw_notices(self, notices):
        if not notices:
            return
        notices._ar_withdraw(actor=self[:1].platform_id.name)
        notices.closed_by_platform = True

    def _owed(self, move):
        """Whether something is left to be disputed or paid."""
        return move.state == "posted" and (
            move.currency_id.compare_amounts(move._ar_residual(), 0) > 0
        )
