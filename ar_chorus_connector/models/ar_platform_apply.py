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


def _confirmed(outcome, due):
    """Confirmed due date, never earlier than what was agreed with the customer."""
    return _later(outcome.confirmed_due_date, due)


class ArPlatformApply(models.Model):
    """From the story to the hub: timeline, items, notice, dispute, pause."""

    _inherit = "ar.platform.invoice"

    def _tell_timeline(self):
        """Put the facts that are not there yet on the invoice's timeline."""
        self.ensure_one()
        debtor = self.move_id._ar_debtor()
        self.env["ar.event"]._ar_record(
            [self._timeline_values(debtor, event) for event in self.event_ids]
        )

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
            "payload": {"code": event.code, "sha256": event.payload_hash},
        }

    def _apply(self):
        """Decide from every fact known of the invoice and act upon it.

        Run again with the same facts, it changes nothing.
        """
        self.ensure_one()
        move = self.move_id
        links = self.search([("move_id", "=", move.id)])
        rules, reasons = self.platform_id._tables()
        outcome = decide(links.event_ids._facts(), rules, links._terms(move), reasons)
        dispute = links._apply_dispute(move, outcome.dispute)
        notice = links._apply_notices(move, outcome.notices)
        links._apply_outcome(outcome, dispute, notice)
        links._apply_items(move, outcome)

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

    def _apply_outcome(self, outcome, dispute, notice):
        pause, clock = outcome.pause, outcome.clock
        days = [fields.Date.to_string(day) for day in clock.unlawful]
        self.write(
            {
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
        )

    # Items of the hub.

    def _apply_items(self, move, outcome):
        Item = self.env["ar.item"].sudo()
        items = Item.search([("move_id", "=", move.id)])
        if not items:
            # The planner has not met this invoice yet.
            self.env["ar.debtor"]._ar_refresh({move.commercial_partner_id.id})
            items = Item.search([("move_id", "=", move.id)])
        label = self._customer_words(move, outcome)
        told = self._due_told(move, outcome)
        changed = Item._ar_bulk_update(
            [
                (
                    item.id,
                    label,
                    outcome.canonical and outcome.canonical.value,
                    naive(outcome.moment),
                    outcome.comment or None,
                    _later(told, item.due_date),
                    outcome.clock.interest_start,
                )
                for item in items
            ],
            ITEM_COLUMNS,
        )
        items._ar_apply_signals()
        move._ar_set_buyer(outcome.canonical, naive(outcome.moment))
        return changed

    def _due_told(self, move, outcome):
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

    def _apply_dispute(self, move, signal):
        """Open, keep or close the platform's dispute of this invoice.

        :return: the dispute that stands, or none
        """
        Dispute = self.env["ar.dispute"].sudo()
        ours = Dispute.search(
            [("move_id", "=", move.id), ("source", "=", "platform")], order="id desc"
        )
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
        known = ours.filtered(lambda d: d.source_key in signal.keys)[:1]
        if known:
            return self._reopen_dispute(known, signal)
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

    def _reopen_dispute(self, dispute, signal):
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
        others = dispute.search([("move_id", "=", move.id), ("state", "=", "open")])
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

    def _apply_notices(self, move, signals):
        """Announce, keep or take back the buyer's payments.

        :return: the notice of the last announcement, or none
        """
        Notice = self.env["ar.payment.notice"].sudo()
        ours = Notice.search(
            [("line_ids.move_id", "=", move.id), ("source", "=", "platform")],
            order="id desc",
        )
        standing = ours.filtered(lambda n: n.state in ("active", "to_review"))
        keys = {key for signal in signals for key in signal.keys}
        notice = Notice
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
