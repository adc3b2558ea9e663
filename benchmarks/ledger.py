"""A large ledger, made by copying real documents with SQL.

It needs Odoo's accounting only, so that every program under comparison reads the
same one. One open item in 25 is a credit note; amounts and due dates vary, four
items in five are late, by up to 80 days. For each open item there is one document
of a year before, each invoice matched with a credit of the same amount.
"""

from datetime import timedelta

from odoo import Command, fields

#: Amounts of the model that the copies multiply.
AMOUNTS = {
    "account_move": (
        "amount_untaxed",
        "amount_tax",
        "amount_total",
        "amount_residual",
        "amount_untaxed_signed",
        "amount_untaxed_in_currency_signed",
        "amount_tax_signed",
        "amount_total_signed",
        "amount_total_in_currency_signed",
        "amount_residual_signed",
    ),
    "account_move_line": (
        "debit",
        "credit",
        "balance",
        "amount_currency",
        "amount_residual",
        "amount_residual_currency",
        "price_unit",
        "price_subtotal",
        "price_total",
    ),
}


def build(env, items, customers, credits=True):
    """Fill the database; committed.

    :param int items: open items
    :param bool credits: with credit notes among them
    :return: ids of the customers
    """
    models = {kind: _model(env, kind) for kind in ("out_invoice", "out_refund")}
    partners = _customers(env, models["out_invoice"].partner_id, customers)
    if not credits:
        models["out_refund"] = models["out_invoice"]
    _documents(env, models, partners, range(1, items + 1))
    _documents(env, models, partners, range(1, items + 1), paid=True)
    _settle(env)
    return partners


def next_day(env, share=0.02):
    """A day's business: half of ``share`` of the items is paid, half is new.

    :return: number of items touched
    """
    env.cr.execute(
        "SELECT id FROM account_move_line WHERE move_name LIKE 'OPEN/%' AND debit > 0"
        " AND display_type = 'payment_term' AND NOT reconciled ORDER BY id"
    )
    lines = [row[0] for row in env.cr.fetchall()]
    paid = lines[:: max(round(2 / share), 1)]
    _pay(env, paid)
    env.cr.execute("SELECT id FROM res_partner WHERE ref = 'BENCH' ORDER BY id")
    partners = [row[0] for row in env.cr.fetchall()]
    models = {
        kind: env["account.move"].search([("ref", "=", f"MODEL {kind}")])
        for kind in ("out_invoice", "out_refund")
    }
    numbers = range(10_000_001, 10_000_001 + len(paid))
    _documents(env, models, partners, numbers, due="current_date + 30")
    _settle(env)
    return 2 * len(paid)


def _model(env, kind):
    """One posted document of 1.00, without tax, made through Odoo's API."""
    company = env.company
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company)
    partner = env["res.partner"].create(
        {"name": "Model", "email": "m@example.com", "is_company": True, "lang": "en_US"}
    )
    income = env["account.account"].search(
        [("account_type", "=", "income"), ("company_ids", "=", company.id)], limit=1
    )
    due = fields.Date.today() - timedelta(days=30)
    line = {"name": "Work", "price_unit": 1, "tax_ids": [], "account_id": income.id}
    move = env["account.move"].create(
        {
            "move_type": kind,
            "ref": f"MODEL {kind}",
            "partner_id": partner.id,
            "invoice_date": due - timedelta(days=30),
            "invoice_date_due": due,
            "invoice_payment_term_id": False,
            "invoice_line_ids": [Command.create(line)],
        }
    )
    move.action_post()
    env.flush_all()
    return move


def _customers(env, model, count):
    cr = env.cr
    taken = ("name", "email", "ref", "commercial_partner_id")
    names = _columns(env, "res_partner", *taken)
    cr.execute(
        f"INSERT INTO res_partner (name, email, ref, {', '.join(names)})"
        f" SELECT 'Customer ' || g, 'c' || g || '@example.com', 'BENCH',"
        f" {', '.join('p.' + n for n in names)}"
        " FROM res_partner p, generate_series(1, %s) g WHERE p.id = %s RETURNING id",
        [count, model.id],
    )
    partners = [row[0] for row in cr.fetchall()]
    cr.execute(
        "UPDATE res_partner SET commercial_partner_id = id, complete_name = name"
        " WHERE id = ANY(%s)",
        [partners],
    )
    return partners


def _documents(env, models, partners, numbers, due=None, paid=False):
    """Copies of the models, one per number.

    :param due: SQL of the due date of all; spread over 100 days when not given
    :param paid: paid long ago
    """
    rank, refunds = "g", "(g + g / %(count)s) %% 25 = 0"
    if paid:  # an invoice and what paid it follow each other
        rank, refunds = "(g / 2)", "g %% 2 = 1"
    kind = f"CASE WHEN {refunds} THEN %(refund)s ELSE %(inv)s END"
    late = "(g * 7 + g / %(count)s * 11) %% 100 - 20"
    age = " - 365" if paid else ""
    env.cr.execute(
        "CREATE TEMP TABLE bench AS SELECT nextval('account_move_id_seq')::int id, g,"
        f" (%(partners)s::int[])[{rank} %% %(count)s + 1] partner_id,"
        f" 50 + {rank} * 37 %% 2000 x,"
        f" {kind if due is None else '%(inv)s'} model_id,"
        f" {due or f'current_date - ({late})::int {age}'} due"
        " FROM generate_series(%(first)s, %(last)s) g",
        {
            "partners": partners,
            "count": len(partners),
            "inv": models["out_invoice"].id,
            "refund": models["out_refund"].id,
            "first": numbers[0],
            "last": numbers[-1],
        },
    )
    prefix = "'PAID/' || b.g" if paid else "'OPEN/' || b.g"
    _copy_moves(env, prefix)
    _copy_lines(env, prefix)
    if paid:
        _match(env)
    env.cr.execute("DROP TABLE bench")


def _copy_moves(env, name):
    values = {
        "id": "b.id",
        "name": name,
        "ref": "NULL",
        "partner_id": "b.partner_id",
        "commercial_partner_id": "b.partner_id",
        "sequence_number": "b.id + 1000000",
        "date": "b.due - 30",
        "invoice_date": "b.due - 30",
        "invoice_date_due": "b.due",
    }
    names, values = _copied(env, "account_move", values)
    env.cr.execute(
        f"INSERT INTO account_move ({names}) SELECT {values}"
        " FROM bench b JOIN account_move m ON m.id = b.model_id"
    )


def _copy_lines(env, name):
    values = {
        "move_id": "b.id",
        "move_name": name,
        "ref": "NULL",
        "partner_id": "b.partner_id",
        "date": "b.due - 30",
        "invoice_date": "b.due - 30",
        "date_maturity": "CASE WHEN m.date_maturity IS NOT NULL THEN b.due END",
    }
    names, values = _copied(env, "account_move_line", values)
    env.cr.execute(
        f"INSERT INTO account_move_line ({names}) SELECT {values}"
        " FROM bench b JOIN account_move_line m ON m.move_id = b.model_id"
    )


def _copied(env, table, values):
    """Column names and SQL values of a copy: given, multiplied, or as they are."""
    money = {name: f"m.{name} * b.x" for name in AMOUNTS[table]}
    known = {**money, **values}
    for name in _columns(env, table):
        known.setdefault(name.strip('"'), f"m.{name}")
    if "id" not in values:
        known.pop("id", None)
    return ", ".join(f'"{name}"' for name in known), ", ".join(known.values())


def _columns(env, table, *without):
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        " AND column_name <> ALL(%s)",
        [table, ["id", *without]],
    )
    return [f'"{row[0]}"' for row in env.cr.fetchall()]


def _match(env):
    """Each invoice of the documents just made with the credit that follows it."""
    env.cr.execute(
        "INSERT INTO account_partial_reconcile (debit_move_id, credit_move_id,"
        " debit_currency_id, credit_currency_id, company_id, max_date, amount,"
        " debit_amount_currency, credit_amount_currency, create_date)"
        " SELECT d.id, c.id, d.currency_id, c.currency_id, d.company_id, c.date,"
        " d.balance, d.amount_currency, d.amount_currency, c.date"
        "  FROM bench b JOIN bench n ON n.g = b.g + 1"
        "  JOIN account_move_line d ON d.move_id = b.id AND d.debit > 0"
        "   AND d.display_type = 'payment_term'"
        "  JOIN account_move_line c ON c.move_id = n.id AND c.credit > 0"
        "   AND c.display_type = 'payment_term' WHERE b.g % 2 = 0"
    )
    # So many rows in one transaction: without new figures the join goes row by row.
    env.cr.execute("ANALYZE account_move_line, account_partial_reconcile")
    env.cr.execute(
        "UPDATE account_move_line l SET matching_number = 'P' || p.id"
        "  FROM account_partial_reconcile p JOIN account_move_line d"
        "    ON d.id = p.debit_move_id AND d.move_name LIKE 'PAID/%'"
        " WHERE l.id IN (p.debit_move_id, p.credit_move_id)"
    )
    env.cr.execute("SELECT id FROM bench")
    _pay_moves(env, [row[0] for row in env.cr.fetchall()])


def _pay(env, line_ids):
    env.cr.execute(
        "SELECT move_id FROM account_move_line WHERE id = ANY(%s)", [line_ids]
    )
    _pay_moves(env, [row[0] for row in env.cr.fetchall()])


def _pay_moves(env, move_ids):
    """Paid, as the ledger shows it afterwards."""
    env.cr.execute(
        "UPDATE account_move_line SET amount_residual = 0, reconciled = TRUE,"
        " amount_residual_currency = 0"
        " WHERE move_id = ANY(%s) AND display_type = 'payment_term'",
        [move_ids],
    )
    env.cr.execute(
        "UPDATE account_move SET amount_residual = 0, amount_residual_signed = 0,"
        " payment_state = 'paid' WHERE id = ANY(%s)",
        [move_ids],
    )


def _settle(env):
    """Commit, with the statistics that any older database has."""
    env.invalidate_all()
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
