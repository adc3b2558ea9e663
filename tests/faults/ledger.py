"""A small ledger on which weeks pass, and what is true of it after a crash."""

from __future__ import annotations

from datetime import timedelta

#: A week after week there is one more step: each week every account is contacted.
WEEK = 7
#: So many customers are paid for by one office, which gets one mail for all.
GROUP, CENTRE = 4, "centre@office.example"
#: Tables in which a plan that has nothing new to say must not write.
QUIET = (
    "ar_debtor",
    "ar_item",
    "ar_reminder",
    "ar_reminder_line",
    "ar_event",
    "ar_payment_notice",
    "mail_message",
    "mail_activity",
)

#: What exists once: table, columns that tell them apart, condition.
ONCE = {
    "accounts": ("ar_debtor", "company_id, partner_id", "TRUE"),
    "items": ("ar_item", "move_id, move_rank", "TRUE"),
    "steps sent": (
        "ar_reminder",
        "debtor_id, unit_key, step_id",
        "state IN ('done', 'in_doubt', 'sending')",
    ),
    "events of one sending": (
        "ar_event",
        "res_id, kind",
        "res_model = 'ar.reminder' AND kind = 'reminder_sent'",
    ),
}


def build(env, today, customers, weeks, port):
    """Customers with an overdue invoice each, a long ladder, an outgoing server.

    :param today: first day of the story
    :param weeks: how long the ladder must last
    """
    company = env.company
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company)
    company.write(
        {
            "email": "compta@works.example",
            "ar_stale_bank_days": 0,
            "ar_automation": True,
        }
    )
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create(
        {"name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": port}
    )
    env["ar.strategy"].search([]).active = False
    steps = [
        {"name": f"Week {week}", "delay_days": WEEK * week, "channel": "email"}
        for week in range(1, weeks + 4)
    ]
    env["ar.strategy"].create(
        {
            "name": "A step a week",
            "is_default": True,
            "mode": "auto",
            "min_gap_days": 0,
            "weekly_cap": 7,
            "hour_from": 0,
            "hour_to": 24,
            "send_saturday": True,
            "send_sunday": True,
            "skip_holidays": False,
            "spread_minutes": 0,
            "step_ids": [(0, 0, step) for step in steps],
        }
    )
    owing = new_customers(env, 1, customers)
    owe(env, owing, today - timedelta(days=10))
    debtors = env["ar.debtor"]._ar_refresh(owing.ids)
    group = debtors.filtered(lambda d: d.partner_id in owing[:GROUP])
    group.paying_centre_id = env["res.partner"].create(
        {"name": "Paying centre", "email": CENTRE}
    )


def new_customers(env, first, count):
    return env["res.partner"].create(
        [
            {"name": f"Customer {n}", "email": f"c{n}@client.example"}
            for n in range(first, first + count)
        ]
    )


def owe(env, partners, due):
    """One posted invoice per customer, due on that day."""
    moves = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": due,
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    (0, 0, {"name": "Work", "price_unit": 100, "tax_ids": []})
                ],
            }
            for partner in partners
        ]
    )
    moves.action_post()
    return moves


def pass_week(env, today, number):
    """What happened since: somebody new, one more invoice, somebody paid.

    :return: addresses that are to be contacted today, once each
    """
    Partner = env["res.partner"]
    known = Partner.search([("email", "like", "@client.example")], order="id")
    owing = known.filtered(lambda p: _open_moves(env, p))
    newest = new_customers(env, len(known) + 1, 1)
    owe(env, newest, today - timedelta(days=8))
    owe(env, owing[number % len(owing)], today - timedelta(days=1))
    payer = owing[GROUP]
    _pay(env, _open_moves(env, payer), today)
    return ((owing | newest) - payer).mapped("email")


def _open_moves(env, partner):
    return env["account.move"].search(
        [
            ("partner_id", "=", partner.id),
            ("state", "=", "posted"),
            ("payment_state", "=", "not_paid"),
        ]
    )


def _pay(env, moves, today):
    """An entry on the bank's account, matched with the invoices."""
    receivable = moves.line_ids.filtered(
        lambda line: line.account_id.account_type == "asset_receivable"
    )
    journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
    amount = sum(receivable.mapped("amount_residual"))
    base = {"partner_id": moves.partner_id.id, "name": "Paid"}
    account = receivable.account_id.id
    bank = journal.default_account_id.id
    entry = env["account.move"].create(
        {
            "move_type": "entry",
            "journal_id": journal.id,
            "date": today,
            "line_ids": [
                (0, 0, {**base, "account_id": bank, "debit": amount}),
                (0, 0, {**base, "account_id": account, "credit": amount}),
            ],
        }
    )
    entry.action_post()
    line = entry.line_ids.filtered(lambda line: line.account_id.id == account)
    (receivable | line).reconcile()


def states(env, today):
    """``{address: [status of each reminder of today]}``, without the cancelled."""
    found = {}
    reminders = env["ar.reminder"].search(
        [("planned_date", "=", today), ("state", "!=", "cancelled")]
    )
    for reminder in reminders:
        found.setdefault(reminder.partner_id.email, []).append(reminder.state)
    return found


def grouped(env):
    """Addresses of the customers of the paying centre."""
    return (
        env["ar.debtor"]
        .search([("paying_centre_id", "!=", False)])
        .mapped("partner_id.email")
    )


def unfinished(env):
    """How many reminders are neither done nor called off."""
    return env["ar.reminder"].search_count([("state", "not in", ("done", "cancelled"))])


def doubles(env):
    """``{what: how many}`` that exist twice and must not."""
    found = {}
    for what, (table, columns, which) in ONCE.items():
        env.cr.execute(
            f"SELECT count(*) FROM (SELECT {columns} FROM {table} WHERE {which}"
            f" GROUP BY {columns} HAVING count(*) > 1) AS twice"
        )
        found[what] = env.cr.fetchone()[0]
    return found


def marks(env):
    """One line per table that changes whenever a row of it is written."""
    found = {}
    for table in QUIET:
        env.cr.execute(
            "SELECT md5(COALESCE(string_agg(ctid::text || xmin::text, ','"
            f" ORDER BY ctid), '')) FROM {table}"
        )
        found[table] = env.cr.fetchone()[0]
    return found


def settle(env):
    """A person looks at what is in doubt; how many mails that is."""
    doubts = env["ar.reminder"].search([("state", "=", "in_doubt")])
    mails = {(doubt.lead_id or doubt).id for doubt in doubts}
    doubts.action_confirm_sent()
    return len(mails)
