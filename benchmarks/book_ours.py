"""Booking of matches on one database; tells its measures as a line of JSON.

    python3 benchmarks/book_ours.py DB RECEIPTS [--widget N]

Fills the database with open invoices and receipts of the same amounts, books half of
them 1:1 and half with a few cents of difference, and undoes nothing. With
``--widget``, N further receipts are booked the way a screen does it: the entry's lines
rewritten and reconciled, one receipt after the other.
"""

import json
import sys
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import ledger  # noqa: E402
from meter import Meter  # noqa: E402

from tests.support.odoo_env import odoo_env  # noqa: E402

TABLES = "account\\_%"
CHUNK = 200
BATCH = 500
GAP = 0.25


def open_items(env, count):
    """The first open instalments, oldest first."""
    return env["account.move.line"].search(
        [
            ("account_id.account_type", "=", "asset_receivable"),
            ("reconciled", "=", False),
            ("parent_state", "=", "posted"),
            ("amount_residual", ">", 1),
        ],
        order="id",
        limit=count,
    )


def receipts(env, items, gap=0.0):
    """A bank line for each item, in batches; committed."""
    journal = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", env.company.id)], limit=1
    )
    made = env["account.bank.statement.line"]
    for start in range(0, len(items), BATCH):
        made |= made.create(
            [
                {
                    "journal_id": journal.id,
                    "date": date.today(),
                    "payment_ref": item.move_name,
                    "amount": item.amount_residual - gap,
                }
                for item in items[start : start + BATCH]
            ]
        )
        env.cr.commit()
    return made


def plans(lines, items, gap):
    from odoo.addons.ar_lettering.models.ar_lettering_plan import BookingPlan, Gap

    for line, item in zip(lines, items, strict=True):
        gaps = [Gap("cents", gap, item)] if gap else []
        partner = item.partner_id.commercial_partner_id
        yield BookingPlan(line, [(item, item.amount_residual)], partner, gaps=gaps)


def book(env, name, lines, items, gap=0.0):
    """Book in chunks, each committed, as the cron does."""
    env.invalidate_all()
    with Meter(env, TABLES) as meter:
        for start in range(0, len(lines), CHUNK):
            part = slice(start, start + CHUNK)
            todo = list(plans(lines[part], items[part], gap))
            booked, failed = env["ar.lettering.booking"]._ar_book(todo)
            assert len(booked) == len(todo) and not failed, failed[:1]
            env.cr.commit()
            env.invalidate_all()
    return meter.told(name, len(lines))


def widget(env, lines, items):
    """One receipt after the other: lines rewritten, then reconciled."""
    env.invalidate_all()
    with Meter(env, TABLES) as meter:
        for line, item in zip(lines, items, strict=True):
            _liquidity, suspense, _others = line._seek_for_lines()
            counterpart = {
                "name": item.name,
                "account_id": item.account_id.id,
                "partner_id": item.partner_id.id,
                "balance": suspense.balance,
            }
            line.with_context(force_delete=True, skip_readonly_check=True).write(
                {"line_ids": [(2, suspense.id), (0, 0, counterpart)]}
            )
            new = line.line_ids - line._seek_for_lines()[0]
            (new | item).reconcile()
    return meter.told("as a screen does it, one by one", len(lines))


def main():
    database, count, *options = sys.argv[1:]
    count = int(count)
    by_widget = int(options[1]) if options else 0
    with odoo_env(database) as env:
        company = env.company
        if not company.chart_template:
            env["account.chart.template"].try_loading("generic_coa", company)
        company.ar_cents_loss_account_id = env["account.account"].create(
            {"name": "Lost cents", "code": "658999", "account_type": "expense"}
        )
        ledger.build(env, count + by_widget, max(count // 20, 1), credits=False)
        env.cr.commit()
        items = open_items(env, count + by_widget)
        exact, short, others = (
            items[: count // 2],
            items[count // 2 : count],
            items[count:],
        )
        told = []
        for name, some, gap in (("1:1", exact, 0.0), ("with a gap", short, GAP)):
            told.append(book(env, name, receipts(env, some, gap), some, gap))
        if by_widget:
            told.append(widget(env, receipts(env, others), others))
    print(json.dumps(told))


if __name__ == "__main__":
    main()
