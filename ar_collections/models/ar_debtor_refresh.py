import json
import logging
from dataclasses import replace
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL, split_every

from ..engine.decide import decide
from .ar_bulk import sql_array
from .ar_change import HEIGHT

_logger = logging.getLogger(__name__)

CHUNK = 500
#: Machine columns of an account, with their SQL types.
AMOUNT_COLUMNS = {
    "amount_due": "numeric",
    "amount_overdue": "numeric",
    "amount_credit": "numeric",
    "amount_blocked": "numeric",
    "oldest_due_date": "date",
    "item_count": "int",
}
DECISION_COLUMNS = {
    "verdict": "varchar",
    "decision": "jsonb",
    "next_date": "date",
    "next_step_id": "int",
}
#: Machine columns of an item, with their SQL types.
ITEM_COLUMNS = {
    "debtor_id": "int",
    "move_line_id": "int",
    "is_open": "bool",
    "is_credit": "bool",
    "scope_code": "varchar",
    "due_date": "date",
    "currency_id": "int",
    "amount": "numeric",
    "residual": "numeric",
    "company_residual": "numeric",
}


def _units(cents, places):
    return Decimal(cents).scaleb(-places)


class ArDebtorRefresh(models.Model):
    """Items and accounts follow the ledger, set-based, chunk by chunk."""

    _inherit = "ar.debtor"

    @api.model
    def _ar_refresh(self, partner_ids):
        """Bring items, balances and decisions of these customers up to date.

        :param partner_ids: ids of commercial partners
        :return: the accounts concerned
        """
        debtors = self.browse()
        for chunk in split_every(CHUNK, sorted(partner_ids)):
            found, lines = self._ar_sync_chunk(list(chunk))
            found._ar_decide(lines)
            debtors |= found
        return debtors

    @api.model
    def _ar_refresh_safely(self, partner_ids):
        """The same for a cron: a customer that fails does not stop the others."""
        self._ar_safely(partner_ids, self._ar_refresh, self._ar_plan_failed)

    def _ar_decide(self, lines=None):
        """Decide about these accounts as they are, and write what differs."""
        self._ar_store(self._ar_decisions(lines))

    def _ar_decisions(self, lines=None):
        """Amounts, then strategies (whose filters may look at amounts), then decide.

        :return: ``{account id: (facts, decision)}``
        """
        facts = self.env["ar.facts"]._ar_load(self, lines=lines)
        self._ar_bulk_update(
            [(i, *self._ar_amounts(fact)) for i, fact in facts.items()], AMOUNT_COLUMNS
        )
        self._ar_assign_strategies()
        self._ar_forget_heights(facts)
        facts = self.env["ar.facts"]._ar_with_strategies(self, facts)
        return {i: (fact, decide(fact)) for i, fact in facts.items()}

    def _ar_reach_height(self, level):
        """The account has come to this level of its ladder."""
        self._ar_bulk(
            SQL(
                "UPDATE ar_debtor SET ladder_level = GREATEST(ladder_level, %s)"
                " WHERE id = ANY(%s) AND ladder_level IS DISTINCT FROM"
                " GREATEST(ladder_level, %s)",
                level,
                self.ids,
                level,
            ),
            ["ladder_level"],
        )

    def _ar_forget_heights(self, facts):
        """A ladder that never goes down begins anew once nothing is late."""
        clean = [
            debtor_id
            for debtor_id, fact in facts.items()
            if fact.ladder_level is not None
            and not any(
                i.due_date < fact.as_of and i.in_scope and not i.is_credit
                for i in fact.items
            )
        ]
        self.env["ar.change"].sudo()._ar_record(
            self._name, [(i, HEIGHT, facts[i].ladder_level, None) for i in clean]
        )
        self._ar_bulk_update([(i, None) for i in clean], {HEIGHT: "int"})
        for debtor_id in clean:
            facts[debtor_id] = replace(facts[debtor_id], ladder_level=None)

    def _ar_sync_chunk(self, partner_ids):
        """Items, accounts and notices of these partners, up to date.

        :return: the accounts, and the receivable lines that were read for them
        """
        lines = self.env["ar.facts"]._ar_lines(partner_ids)
        new = [line for line in lines if not line["debtor_id"]]
        self._ar_ensure({(line["company_id"], line["partner_id"]) for line in new})
        debtors = self.sudo().with_context(active_test=False)
        debtors = debtors.search([("partner_id", "in", partner_ids)], order="id")
        self.env["ar.item"]._ar_sync(lines, debtors)
        self.env["ar.payment.notice"]._ar_judge(debtors)
        return debtors, lines

    @api.model
    def _ar_ensure(self, pairs):
        """Create the accounts that these (company, partner) pairs lack."""
        if not pairs:
            return
        companies, partners = zip(*sorted(pairs), strict=True)
        self.env["ar.debtor"].flush_model()
        # One lane: two planners that create the same account would otherwise
        # abort each other.
        self.env.cr.execute("SELECT pg_advisory_xact_lock(hashtext('ar_debtor'))")
        self._ar_bulk(
            SQL(
                """
            INSERT INTO ar_debtor (company_id, partner_id, active, cycle, collector_id,
                                   create_uid, write_uid, create_date, write_date)
            SELECT v.company_id, v.partner_id, TRUE, 1, c.ar_collector_id,
                   %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
              FROM unnest(%(companies)s::int[], %(partners)s::int[])
                   AS v(company_id, partner_id)
              JOIN res_company c ON c.id = v.company_id
             WHERE NOT EXISTS (SELECT 1 FROM ar_debtor d
                                WHERE d.company_id = v.company_id
                                  AND d.partner_id = v.partner_id)
            ON CONFLICT (company_id, partner_id) DO NOTHING""",
                uid=self.env.uid,
                companies=list(companies),
                partners=list(partners),
            )
        )
        self._ar_grown(len(pairs))

    @api.model
    def _ar_of_moves(self, moves):
        """The accounts of these entries, created when they have none yet."""
        pairs = {
            (m.company_id._ar_collecting_company().id, m._ar_customer().id)
            for m in moves
            if m._ar_customer()
        }
        debtors = self.browse()
        for company_id, partner_id in sorted(pairs):
            debtor = self._ar_find(company_id, partner_id)
            if not debtor:
                self._ar_ensure({(company_id, partner_id)})
                debtor = self._ar_find(company_id, partner_id)
            debtors |= debtor
        return debtors

    def _ar_find(self, company_id, partner_id):
        return self.with_context(active_test=False).search(
            [("company_id", "=", company_id), ("partner_id", "=", partner_id)]
        )

    def _ar_assign_strategies(self):
        """Give each account the first strategy that fits; people's choice stays."""
        left = self.filtered(lambda d: not d.strategy_manual)
        domain = [("company_id", "in", [False, *left.company_id.ids])]
        # Archived accounts get one too; archived strategies take nobody.
        Strategy = self.env["ar.strategy"].sudo().with_context(active_test=True)
        for strategy in Strategy.search(domain).sorted(lambda s: s._ar_order()):
            if not left:
                break
            fits = left.search([("id", "in", left.ids), *strategy._ar_takes()])
            changed = fits.filtered(lambda d, s=strategy: d.strategy_id != s)
            # The first one is no change: the account begins with it.
            self.env["ar.change"].sudo()._ar_record(
                self._name,
                [
                    (d.id, "strategy_id", d.strategy_id.id, strategy.id)
                    for d in changed.filtered("strategy_id")
                ],
            )
            changed._ar_bulk_update(
                [(d.id, strategy.id) for d in changed], {"strategy_id": "int"}
            )
            left -= fits

    def _ar_store(self, decided):
        """Write what differs of ``{account id: (facts, decision)}``."""
        held = self.env["ar.item"]._ar_held(decided)
        Currency = self.env["res.currency"]
        rows, items = [], []
        for debtor_id, (fact, decision) in decided.items():
            rows.append((debtor_id, *self._ar_decision_row(decision)))
            items += [
                (
                    item.id,
                    _units(item.disputed, places),
                    _units(item.announced, places),
                    json.dumps([reason.as_dict() for reason in item.reasons]),
                )
                for item in fact.items
                if item.reasons or item.id in held
                if item.id
                for places in [Currency._ar_of(item.currency).decimal_places]
            ]
        self.env["ar.item"]._ar_bulk_update(
            items, {"disputed": "numeric", "announced": "numeric", "blockers": "jsonb"}
        )
        changed = self._ar_bulk_update(rows, DECISION_COLUMNS)
        if changed:
            today = {d.id: d.company_id._ar_today() for d in self.browse(changed)}
            self._ar_bulk_update(list(today.items()), {"decision_date": "date"})

    def _ar_amounts(self, fact):
        """What one account owes, in the order of ``AMOUNT_COLUMNS``."""
        places = self.env["res.currency"]._ar_of(fact.currency).decimal_places
        scope = [i for i in fact.items if i.in_scope]
        debits = [i for i in scope if not i.is_credit]
        overdue = [i for i in debits if i.due_date < fact.as_of]
        due_dates = [i.due_date for i in debits]
        return (
            _units(sum(i.company_residual for i in scope), places),
            _units(sum(i.company_matured for i in overdue), places),
            _units(-sum(i.company_residual for i in scope if i.is_credit), places),
            _units(
                sum(i.company_residual - i.company_chaseable for i in debits), places
            ),
            min(due_dates, default=None),
            len(fact.items),
        )

    def _ar_decision_row(self, decision):
        """What was decided, in the order of ``DECISION_COLUMNS``."""
        return (
            decision.verdict,
            json.dumps(decision.as_dict()),
            decision.next_date,
            decision.step.id if decision.step else None,
        )


class ArItemSync(models.Model):
    """Items follow the journal items of the day."""

    _inherit = "ar.item"

    @api.model
    def _ar_sync(self, lines, debtors):
        """Insert, update and close items so that they tell the ledger of now.

        :param lines: what ``ar.facts._ar_lines`` found open
        :param debtors: every account of the partners concerned
        """
        accounts = {(d.company_id.id, d.partner_id.id): d.id for d in debtors}
        inserts, updates = {}, []
        for line in lines:
            line["debtor_id"] = accounts[line["company_id"], line["partner_id"]]
            if not line["item_id"]:
                inserts[line["move_id"], line["move_rank"]] = line
            elif line["differs"]:
                updates.append(line)
        moved = [line for line in updates if line["moved"]]
        self._ar_free_pointers(moved, list(inserts.values()))
        if updates:
            rows = [(line["item_id"], *_item_values(line)) for line in updates]
            self._ar_bulk_update(rows, ITEM_COLUMNS)
        for item_id, *identity in self._ar_insert(inserts):
            inserts[tuple(identity)]["item_id"] = item_id
        self._ar_grown(len(inserts))
        self._ar_close({line["item_id"] for line in lines}, debtors)

    def _ar_held(self, debtor_ids):
        """Ids of open items that have a part held back, or something that stops."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM ar_item WHERE debtor_id = ANY(%s) AND is_open"
                " AND (disputed, announced, blockers)"
                "     IS DISTINCT FROM (0::numeric, 0::numeric, '[]'::jsonb)",
                list(debtor_ids),
            )
        )
        return {row[0] for row in self.env.cr.fetchall()}

    def _ar_free_pointers(self, moved, new):
        """Pointers can be permuted between items: free them first, or the unique
        constraint would stop a swap half-way."""
        if moved or new:
            self._ar_bulk(
                SQL(
                    "UPDATE ar_item SET move_line_id = NULL"
                    " WHERE id = ANY(%s) OR move_line_id = ANY(%s)",
                    sql_array([line["item_id"] for line in moved], "int"),
                    sql_array([line["line_id"] for line in (*moved, *new)], "int"),
                ),
                ["move_line_id"],
            )

    def _ar_insert(self, lines):
        """New items of these lines, by identity.

        :return: rows ``(id, move id, rank)``
        """
        if not lines:
            return []
        columns = {"move_id": "int", "move_rank": "int", **ITEM_COLUMNS}
        columns["seen_on"] = "date"
        companies = self.env["res.company"].sudo()
        companies = companies.browse({line["company_id"] for line in lines.values()})
        today = {company.id: company._ar_today() for company in companies}
        rows = [
            (*key, *_item_values(line), today[line["company_id"]])
            for key, line in lines.items()
        ]
        return self._ar_bulk(
            SQL(
                "INSERT INTO ar_item"
                " (%s, cycle, disputed, announced, blockers)"
                " SELECT v.*, 0, 0, 0, '[]' FROM unnest(%s) AS v"
                " RETURNING id, move_id, move_rank",
                SQL(", ").join(SQL.identifier(name) for name in columns),
                self._ar_arrays(rows, columns.values()),
            )
        )

    def _ar_close(self, open_ids, debtors):
        """Items of these accounts that are no longer open."""
        self.env.cr.execute(
            SQL(
                "SELECT id, debtor_id FROM ar_item"
                " WHERE debtor_id = ANY(%s) AND is_open",
                debtors.ids,
            )
        )
        found = dict(self.env.cr.fetchall())
        closed = [item_id for item_id in found if item_id not in open_ids]
        if closed:
            today = {company: company._ar_today() for company in debtors.company_id}
            days = {debtor.id: today[debtor.company_id] for debtor in debtors}
            rows = [(item_id, days[found[item_id]]) for item_id in closed]
            self._ar_bulk(
                SQL(
                    "UPDATE ar_item i SET is_open = FALSE, residual = 0,"
                    " company_residual = 0, disputed = 0, announced = 0,"
                    " blockers = NULL, closed_date = v.day"
                    " FROM unnest(%s) AS v(id, day) WHERE i.id = v.id",
                    self._ar_arrays(rows, ["int", "date"]),
                )
            )


def _item_values(line):
    """Values of an item, in the order of ``ITEM_COLUMNS``."""
    return (
        line["debtor_id"],
        line["line_id"],
        True,
        line["is_credit"],
        line["scope_code"],
        line["due_date"],
        line["currency_id"],
        _units(line["amount"], line["dp"]),
        _units(line["residual"], line["dp"]),
        _units(line["company_residual"], line["company_dp"]),
    )
