from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..engine.calendars import is_working_day
from ..engine.simulate import Walk
from .ar_debtor_refresh import CHUNK
from .ar_debtor_window import MINDING


class ArSimulation(models.AbstractModel):
    """Walks accounts through days to come, or past; writes nothing.

    The facts come from the one loader, the decision is the one of the plan: what
    differs is that contacts are only remembered.
    """

    _name = "ar.simulation"
    _description = "Simulated contacts"

    @api.model
    def _ar_coming(self, debtors, days, strategy=None):
        """Contacts of the coming days, today included, if nobody pays or answers.

        :param debtors: ``ar.debtor``
        :param int days: how many
        :param strategy: ``ar.strategy`` to judge by instead of the accounts' own
        :return: list of :class:`engine.simulate.Made`, by day and account
        """
        made = []
        for company, group in self._ar_groups(debtors):
            Facts = self.env["ar.facts"].sudo()
            first = company._ar_today()
            lines = Facts._ar_lines(group.partner_id.ids)
            eve = Facts._ar_load_company(company, group, first, lines)
            walks = self._ar_walks(company, group, eve, first, strategy)
            same = {}
            for n in range(days):
                day = first + timedelta(days=n)
                facts = Facts._ar_load_company(company, group, day, lines, walk=same)
                made += self._ar_day(group, walks, facts, day, strategy)
        return sorted(made, key=lambda m: (m.day, m.debtor_id))

    @api.model
    def _ar_past(self, debtors, first, last, strategy):
        """Contacts that a strategy would have made in the past.

        Ladder positions and contacts of the day before are the real ones; reminders
        that were really sent since do not count, but those that people wrote by
        hand do.

        :param date first: first day
        :param date last: last day, today at most
        :return: as :meth:`_ar_coming`
        """
        made = []
        for company, group in self._ar_groups(debtors):
            Facts = self.env["ar.facts"].sudo()
            before = first - timedelta(days=1)
            history = Facts._ar_history(group, before, last)
            eve = Facts._ar_load_company(
                company, group, before, history.lines(before), history
            )
            by_hand = self._ar_by_hand(group, first, history.tz)
            walks = self._ar_walks(company, group, eve, first, strategy, by_hand)
            same = {}
            for n in range((last - first).days + 1):
                day = first + timedelta(days=n)
                facts = Facts._ar_load_company(
                    company, group, day, history.lines(day), history, same
                )
                made += self._ar_day(group, walks, facts, day, strategy)
        return sorted(made, key=lambda m: (m.day, m.debtor_id))

    def _ar_groups(self, debtors):
        """Chunks of accounts; the customers of one paying centre stay together."""
        for company, group in debtors.sudo().grouped("company_id").items():
            group = group.sorted(lambda d: (d.paying_centre_id.id, d.id))
            for chunk in split_every(CHUNK, group.ids):
                yield company, group.browse(chunk)

    def _ar_walks(self, company, debtors, eve, day, strategy, by_hand=None):
        told = None
        if strategy:
            Facts = self.env["ar.facts"].sudo()
            told = Facts._ar_strategies(strategy, company, day)[strategy.id]
        past = by_hand is not None
        return {
            debtor.id: Walk(
                eve[debtor.id],
                strategy=told,
                by_hand=(by_hand or {}).get(debtor.id, ()),
                asks=not past,
            )
            for debtor in debtors
        }

    def _ar_day(self, debtors, walks, facts, day, strategy):
        made = []
        for debtor in debtors:
            fact = facts[debtor.id]
            own = strategy or fact.strategy and strategy_of(debtor, fact)

            def leaves(step, debtor=debtor, own=own):
                return self._ar_may_leave(debtor, own, step, day)

            made += walks[debtor.id].day(fact, leaves)
        self._ar_share(debtors, walks, {m.debtor_id for m in made if m.counts}, day)
        return made

    def _ar_share(self, debtors, walks, contacted, day):
        """A contact to a paying centre counts for its other customers too."""
        for centre, group in debtors.grouped("paying_centre_id").items():
            if centre and contacted & set(group.ids):
                for debtor_id in set(group.ids) - contacted:
                    walks[debtor_id].contacts.append(day)

    def _ar_may_leave(self, debtor, strategy, step, day):
        """Whether a contact that is ready in the night may be made on that day.

        What leaves by itself minds the hours of the customer; what people do, their
        own working days.
        """
        company = debtor.company_id
        if step.channel not in MINDING or step.mode == "manual":
            place = company._ar_place()
            return is_working_day(day, place.country, place.subdivision)
        zone = pytz.timezone(company.ar_tz or "Europe/Paris")
        night = zone.localize(datetime.combine(day, time.min)).astimezone(pytz.utc)
        moment = debtor._ar_release_at(strategy, step, night.replace(tzinfo=None))
        return pytz.utc.localize(moment).astimezone(zone).date() == day

    def _ar_by_hand(self, debtors, first, tz):
        """``{account id: days}`` of the contacts that people made by hand."""
        self.env["ar.reminder"].flush_model()
        self.env.cr.execute(
            SQL(
                """
            SELECT debtor_id, day FROM (
                SELECT debtor_id, (COALESCE(sent_at, sending_since)
                       AT TIME ZONE 'UTC' AT TIME ZONE %s)::date AS day
                  FROM ar_reminder
                 WHERE debtor_id = ANY(%s) AND purpose = 'manual' AND channel <> 'task'
                   AND state IN ('done', 'in_doubt', 'sending')) told
             WHERE day >= %s""",
                tz,
                debtors.ids,
                first,
            )
        )
        days = {}
        for debtor_id, day in self.env.cr.fetchall():
            days.setdefault(debtor_id, []).append(day)
        return days

    # What is shown.

    @api.model
    def _ar_tell(self, made):
        """Contacts as JSON-able dictionaries.

        :param made: list of :class:`engine.simulate.Made`
        :return: dictionaries with ``date``, ``debtor_id``, ``debtor``, ``step_id``,
            ``step``, ``channel``, ``mode``, ``recipient``, ``unit_key``,
            ``numbers``, ``item_ids``, ``amount``, ``currency``, ``why``
        """
        debtors = self.env["ar.debtor"].sudo().browse({m.debtor_id for m in made})
        names = {debtor.id: debtor.display_name for debtor in debtors}
        steps = self.env["ar.strategy.step"].sudo().browse({m.step.id for m in made})
        steps = {step.id: step for step in steps}
        Currency, Reason = self.env["res.currency"], self.env["ar.reason"]
        return [
            {
                "date": fields.Date.to_string(one.day),
                "debtor_id": one.debtor_id,
                "debtor": names[one.debtor_id],
                "step_id": one.step.id,
                "step": steps[one.step.id].name,
                "channel": one.step.channel,
                "mode": one.step.mode,
                "recipient": steps[one.step.id].recipient,
                "unit_key": one.contact.unit_key,
                "numbers": list(one.numbers),
                "item_ids": [i for i in one.contact.item_ids if i > 0],
                "amount": one.amount
                / 10 ** Currency._ar_of(one.currency).decimal_places,
                "currency": one.currency,
                "why": Reason._ar_line(
                    [r.as_dict() for r in one.reasons], steps[one.step.id]
                ),
            }
            for one in made
        ]


def strategy_of(debtor, fact):
    """Record of the strategy that a fact was judged by."""
    return debtor.env["ar.strategy"].sudo().browse(fact.strategy.id)
