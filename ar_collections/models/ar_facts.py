from dataclasses import replace

from odoo import api, models
from odoo.tools import SQL

from ..engine.facts import Debtor, Item, Reason, Strategy
from ..engine.notices import share
from .ar_bulk import sql_array
from .ar_facts_sql import (
    CANDIDATES_NOW,
    LINES_SQL,
    OPEN_NOW,
    PARTS_SQL,
)

#: What holds an instalment about which nobody said anything.
FREE = ((), False, 0, 0)


class ArFacts(models.AbstractModel):
    """The one loader of facts: from the ledger and the hub to plain dataclasses.

    Everything is judged from posted entries: a payment that is reset to draft
    keeps its partial, so the stored residual alone would lie.
    """

    _name = "ar.facts"
    _description = "Facts of customer accounts"

    @api.model
    def _ar_lines(self, partner_ids):
        """Receivable lines that are open now; :meth:`_ar_history` tells past days.

        :param partner_ids: commercial partners
        :return: dictionaries with ``partner_id`` (commercial), ``company_id``
            (collecting), ``line_id``, ``move_id``, ``move_rank``, ``due_date``,
            ``number``, ``currency_id``, ``currency``, ``amount``, ``residual``,
            ``company_residual`` (cents), ``is_credit``, ``kind``, ``scope_code``,
            by customer and due date; with ``debtor_id`` and ``item_id`` (None when
            they are still to be made), what the item remembers, and whether it
            ``differs`` from the ledger
        """
        if not partner_ids:
            return []
        self.env.flush_all()
        return self._ar_read_lines(
            partner_ids,
            candidates=SQL(CANDIDATES_NOW),
            open_amounts=SQL(OPEN_NOW),
            posted=SQL("m.state = 'posted'"),
        )

    def _ar_read_lines(self, partner_ids, **fragments):
        """Run ``LINES_SQL`` with its fragments; each row as a dictionary."""
        mapping = self.env["res.company"]._ar_collecting_map()
        self.env.cr.execute(
            SQL(
                LINES_SQL,
                partners=list(partner_ids),
                companies=list(mapping),
                collectors=list(mapping.values()),
                **fragments,
            )
        )
        # The cursor's own dictionaries name every column anew in every row.
        names = [column.name for column in self.env.cr.description]
        return [dict(zip(names, row, strict=True)) for row in self.env.cr.fetchall()]

    @api.model
    def _ar_parts(self, move_ids, as_of):
        """Disputed and announced parts per invoice, as of a date.

        :return: ``{move_id: [{"kind", "item_id", "cents", "date", "state"}]}``
        """
        if not move_ids:
            return {}
        self.env.flush_all()
        moves = sql_array(move_ids, "int")
        self.env.cr.execute(SQL(PARTS_SQL, moves=moves, as_of=as_of))
        names = ("kind", "item_id", "cents", "paid_before", "date", "state", "holds")
        parts = {}
        for move_id, *values, _id in self.env.cr.fetchall():
            parts.setdefault(move_id, []).append(dict(zip(names, values, strict=True)))
        return parts

    @api.model
    def _ar_load(self, debtors, as_of=None, lines=None):
        """Facts of these accounts.

        :param debtors: ``ar.debtor`` records of one collecting company or more
        :param as_of: date of the question; today of each company by default
        :param lines: what :meth:`_ar_lines` has just told of these customers
        :return: ``{debtor id: engine.facts.Debtor}``
        """
        facts = {}
        for company, group in debtors.grouped("company_id").items():
            today, history, found = company._ar_today(), None, lines
            day = as_of or today
            if day < today:
                history = self._ar_history(group, day, day)
                found = history.lines(day)
            elif found is None:
                found = self._ar_lines(group.partner_id.ids)
            facts.update(self._ar_load_company(company, group, day, found, history))
        return facts

    def _ar_load_company(self, company, debtors, as_of, lines, history=None, walk=None):
        """Facts of accounts of one company.

        :param lines: their receivable lines on that day
        :param history: their :class:`ar_facts_history.History`, on a past day
        :param dict walk: empty before the first of many days of one simulation: what
            stays the same is kept here, and what the simulation itself does
            (contacts, reminders, ladder) is not told
        """
        lines = [line for line in lines if line["company_id"] == company.id]
        move_ids = {line["move_id"] for line in lines}
        parts = self._ar_parts(move_ids, as_of)
        past = as_of if history else None
        announced = [
            i for i, p in parts.items() if any(x["kind"] == "notice" for x in p)
        ]
        paid = self.env["account.move"].browse(announced)._ar_paid(past)
        extra = self._ar_extra(debtors, as_of, history)
        settings = _settings(debtors, as_of, history)
        account = self._ar_account_facts(
            company, debtors, as_of, extra, settings, history, walk
        )
        strategies = debtors.strategy_id
        if history:
            told = (setting.strategy_id for setting in settings.values())
            strategies = strategies.union(*told)
        strategies = self._ar_strategies(strategies, company, as_of)
        by_partner = {}
        for line in lines:
            by_partner.setdefault(line["partner_id"], []).append(line)
        facts = {}
        for debtor in debtors:
            items = self._ar_items_once(
                by_partner.get(debtor.partner_id.id, ()),
                parts,
                paid,
                extra.get(debtor.id, ()),
                as_of,
                company,
                walk,
            )
            facts[debtor.id] = Debtor(
                id=debtor.id,
                as_of=as_of,
                currency=company.currency_id.name,
                items=items,
                strategy=strategies.get(settings[debtor.id].strategy_id.id),
                **account[debtor.id],
            )
        return facts

    def _ar_extra(self, debtors, as_of, history=None):
        """What other add-ons know of; those that can tell the past override it.

        :return: what ``ar.debtor._ar_extra_blockers`` returns
        """
        return self.env["ar.debtor"]._ar_extra_blockers(debtors.ids, as_of)

    @api.model
    def _ar_with_strategies(self, debtors, facts):
        """The same facts under the strategies that the accounts have by now."""
        told = {}
        for company, group in debtors.grouped("company_id").items():
            as_of = {facts[debtor.id].as_of for debtor in group}
            strategies = self._ar_strategies(group.strategy_id, company, min(as_of))
            for debtor in group:
                strategy = strategies.get(debtor.strategy_id.id)
                told[debtor.id] = replace(facts[debtor.id], strategy=strategy)
        return told

    @api.model
    def _ar_once(self, walk, key, read):
        """What ``read()`` tells, read once for all days of a simulation."""
        if walk is None:
            return read()
        if key not in walk:
            walk[key] = read()
        return walk[key]

    def _ar_items_once(self, lines, parts, paid, extra, as_of, company, walk=None):
        """Items of one account; those of the day before when nothing dates them."""
        dated = extra or any(
            line["hold_until"] or line["move_id"] in parts for line in lines
        )
        if walk is None or dated:
            items = self._ar_items(lines, parts, paid, extra, as_of, company)
            return tuple(items)
        key = tuple(map(id, lines))
        known = walk.get(key)
        if known is None:
            items = self._ar_items(lines, parts, paid, extra, as_of, company)
            # The lines are kept too, so that no other ever gets their identity.
            known = walk[key] = (tuple(items), lines)
        return known[0]

    def _ar_items(self, lines, parts, paid, extra, as_of, company):
        """Engine items of one account, parts handed to instalments by due date."""
        moves_blocked = {}
        for blocker in extra:
            if blocker.get("move_id"):
                moves_blocked.setdefault(blocker["move_id"], []).append(blocker)
        left = _parts_left({line["move_id"] for line in lines}, parts, paid)
        items = []
        for line in lines:
            if _netted_out(line, company):
                continue
            move_id, hold = line["move_id"], FREE
            if line["hold_until"] or move_id in left or move_id in moves_blocked:
                hold = _hold_item(line, left, moves_blocked, as_of)
            reasons, blocked, disputed, announced = hold
            items.append(
                Item(
                    id=line["item_id"] or 0,
                    move_id=line["move_id"],
                    number=line["number"],
                    due_date=line["confirmed_due_date"] or line["due_date"],
                    residual=line["residual"],
                    company_residual=line["company_residual"],
                    currency=line["currency"],
                    is_credit=line["is_credit"],
                    scope_code=line["scope_code"],
                    disputed=disputed,
                    announced=announced,
                    reasons=tuple(reasons),
                    blocked=blocked,
                    step_delay=line["step_delay"],
                    invoice_date=line["invoice_date"],
                    status=line["buyer_status_code"],
                    status_date=line["status_date"],
                    last_contact=line["last_contact_date"],
                )
            )
        return items

    @api.model
    def _ar_strategies(self, strategies, company, as_of):
        """``{strategy id: engine strategy}``, minimum in company currency."""
        target = company.currency_id
        loaded = {}
        for strategy in strategies.sudo():
            minimum = strategy.currency_id._convert(
                strategy.minimum_amount, target, company, as_of
            )
            loaded[strategy.id] = Strategy(
                id=strategy.id,
                steps=strategy.step_ids.filtered("active")._ar_ladder_steps(),
                when_paid=strategy.when_paid,
                minimum=round(minimum * 10**target.decimal_places),
                min_gap_days=strategy.min_gap_days,
                weekly_cap=strategy.weekly_cap,
                unit=strategy.unit,
                carrier=strategy.carrier,
            )
        return loaded


def _settings(debtors, as_of, history):
    """``{account id: what people set}``, by now or on a past day."""
    if history:
        return history.settings(debtors, as_of)
    return {debtor.id: debtor for debtor in debtors}


def _netted_out(line, company):
    """A credit that the company chose not to net."""
    if not line["is_credit"]:
        return False
    if line["kind"] == "out_refund":
        return not company.ar_net_credit_notes
    if line["is_payment"]:
        return not company.ar_net_payments
    return not company.ar_net_entries


def _parts_left(move_ids, parts, paid):
    """Parts still to hold back: what was received since no longer is."""
    left = {}
    for move_id in move_ids & parts.keys():
        told = parts[move_id]
        notices = [part for part in told if part["kind"] == "notice"]
        shares = share(
            [(part["cents"], part["paid_before"] or 0) for part in notices],
            paid.get(move_id, 0),
        )
        # As in engine.dispute_amounts: those of one instalment before the others.
        left[move_id] = sorted(
            (dict(part) for part in told if part["kind"] == "dispute"),
            key=lambda part: not part["item_id"],
        )
        left[move_id] += [
            {**part, "cents": part["cents"] - received}
            for part, received in zip(notices, shares, strict=True)
            if part["holds"]
        ]
    return left


def _hold_item(line, left, moves_blocked, as_of):
    """Disputed and announced parts of one instalment, and what stops it whole."""
    reasons, blocked = [], False
    room, taken = max(line["residual"], 0), {"dispute": 0, "notice": 0}
    for part in left.get(line["move_id"], ()):
        if part["item_id"] and part["item_id"] != line["item_id"]:
            continue
        cents = min(part["cents"], room)
        if cents <= 0:
            continue
        part["cents"] -= cents
        room -= cents
        taken[part["kind"]] += cents
        reasons.append(_part_reason(part, cents, line["currency"]))
    if line["hold_until"] and line["hold_until"] > as_of:
        blocked = True
        day = {"date": line["hold_until"].isoformat()}
        reasons.append(Reason("item_hold", {"date": day}))
    for blocker in moves_blocked.get(line["move_id"], ()):
        if blocker.get("until") and blocker["until"] <= as_of:
            continue
        blocked = True
        reasons.append(Reason(blocker["code"], blocker.get("params") or {}))
    return reasons, blocked, taken["dispute"], taken["notice"]


def _part_reason(part, cents, currency):
    money = {"cents": cents, "currency": currency}
    if part["kind"] == "dispute":
        return Reason("disputed", {"amount": money})
    code = "announced_review" if part["state"] == "to_review" else "announced"
    return Reason(code, {"amount": money, "date": {"date": part["date"].isoformat()}})
