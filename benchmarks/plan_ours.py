"""Nights of our plan on one database; tells its measures as a line of JSON.

    python3 benchmarks/plan_ours.py first DB ITEMS CUSTOMERS
    python3 benchmarks/plan_ours.py later DB ITEMS [--sent]

``first`` fills the database, plans, and plans again with nothing new. ``later``
lets a day pass; with ``--sent``, what was planned before counts as sent.
"""

import json
import sys
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import ledger  # noqa: E402
from meter import Meter  # noqa: E402

from tests.support.odoo_env import odoo_env  # noqa: E402

TABLES = "ar\\_%"


def first(env, items, customers):
    """The first night of all, then the plan once more with nothing new."""
    ledger.build(env, int(items), int(customers))
    told = [_night(env, "first night", int(items))]
    env.invalidate_all()
    told.append(_night(env, "again, nothing new", int(items)))
    return told


def later(env, items, *options):
    """The night after: one day has passed, 2 % of the items changed."""
    sent = "--sent" in options
    if sent:
        _count_as_sent(env)
    ledger.next_day(env)
    today = type(env.company)._ar_today

    def tomorrow(company):
        return today(company) + timedelta(days=1)

    with patch.object(type(env.company), "_ar_today", tomorrow):
        name = "next night, contacts were made" if sent else "next night, none was made"
        return [_night(env, name, int(items))]


def _night(env, name, items):
    with Meter(env, TABLES) as meter:
        env["ar.debtor"]._cron_plan()
    return meter.told(name, items)


def _count_as_sent(env):
    """All contacts planned were made, and moved their items: by SQL, not timed."""
    strategies = env["ar.strategy"].search([])
    today = env.company._ar_today()
    ladders = env["ar.facts"]._ar_strategies(strategies, env.company, today)
    levels = {
        step.id: getattr(step, "level", step.delay)
        for strategy in ladders.values()
        for step in getattr(strategy, "ladder", strategy.steps)
    }
    env.cr.execute(
        "UPDATE ar_item i SET step_id = r.step_id, step_delay = v.level,"
        " cycle = r.cycle, last_contact_date = r.planned_date"
        "  FROM ar_reminder r JOIN ar_debtor d ON d.id = r.debtor_id"
        "  JOIN unnest(%s, %s) v(step_id, level) ON v.step_id = r.step_id"
        " WHERE i.debtor_id = d.id AND r.state = 'planned'"
        "   AND d.decision->'item_ids' @> to_jsonb(i.id)",
        [list(levels), list(levels.values())],
    )
    env.cr.execute(
        "UPDATE ar_reminder SET state = 'done', sent_at = now() AT TIME ZONE 'UTC'"
        " WHERE state = 'planned'"
    )
    env.invalidate_all()
    env.cr.commit()


def main():
    action, database, *arguments = sys.argv[1:]
    with odoo_env(database) as env:
        print(json.dumps({"first": first, "later": later}[action](env, *arguments)))


if __name__ == "__main__":
    main()
