"""A large ledger, made by copying one real invoice with SQL."""

from datetime import timedelta

from odoo import Command, fields


def columns(env, table, *without):
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        " AND column_name <> ALL(%s)",
        [table, ["id", *without]],
    )
    return [f'"{row[0]}"' for row in env.cr.fetchall()]


def model_invoice(env):
    """One posted invoice of 120.00, without tax, made through Odoo's API."""
    partner = env["res.partner"].create({"name": "Model", "email": "m@example.com"})
    company = env.company
    income = env["account.account"].search(
        [("account_type", "=", "income"), ("company_ids", "=", company.id)], limit=1
    )
    today = fields.Date.today()
    move = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": today - timedelta(days=60),
            "invoice_date_due": today - timedelta(days=30),
            "invoice_payment_term_id": False,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": "Work",
                        "price_unit": 120,
                        "tax_ids": [Command.clear()],
                        "account_id": income.id,
                    }
                )
            ],
        }
    )
    move.action_post()
    env.flush_all()
    return move


def build(env, items, debtors):
    """Copy the model invoice ``items`` times over ``debtors`` customers.

    :return: ids of the customers
    """
    move = model_invoice(env)
    partners = _customers(env, move.partner_id, debtors)
    _invoices(env, move, partners, items)
    env.invalidate_all()
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
    return partners


def _customers(env, model, debtors):
    cr = env.cr
    names = columns(env, "res_partner", "name", "email", "commercial_partner_id")
    cr.execute(
        f"INSERT INTO res_partner (name, email, {', '.join(names)})"
        f" SELECT 'Customer ' || g, 'c' || g || '@example.com',"
        f" {', '.join('p.' + n for n in names)}"
        " FROM res_partner p, generate_series(1, %s) g WHERE p.id = %s RETURNING id",
        [debtors, model.id],
    )
    partners = [row[0] for row in cr.fetchall()]
    cr.execute(
        "UPDATE res_partner SET commercial_partner_id = id, complete_name = name"
        " WHERE id = ANY(%s)",
        [partners],
    )
    return partners


def _invoices(env, move, partners, items):
    cr = env.cr
    moving = ("name", "partner_id", "commercial_partner_id", "sequence_number")
    names = columns(env, "account_move", *moving)
    cr.execute(
        "CREATE TEMP TABLE bench AS SELECT nextval('account_move_id_seq')::int id, g,"
        " (%s::int[])[g %% %s + 1] partner_id FROM generate_series(1, %s) g",
        [partners, len(partners), items],
    )
    cr.execute(
        f"INSERT INTO account_move (id, {', '.join(moving)}, {', '.join(names)})"
        f" SELECT b.id, 'BENCH/' || b.g, b.partner_id, b.partner_id, b.g + 1000000,"
        f" {', '.join('m.' + n for n in names)}"
        " FROM account_move m, bench b WHERE m.id = %s",
        [move.id],
    )
    moving = ("move_id", "partner_id", "date_maturity", "move_name")
    names = columns(env, "account_move_line", *moving)
    cr.execute(
        f"INSERT INTO account_move_line ({', '.join(moving)}, {', '.join(names)})"
        " SELECT b.id, b.partner_id, CASE WHEN l.date_maturity IS NOT NULL"
        " THEN current_date - (b.g * 7 %% 100)::int + 20 END, 'BENCH/' || b.g,"
        f" {', '.join('l.' + n for n in names)}"
        " FROM account_move_line l, bench b WHERE l.move_id = %s",
        [move.id],
    )
    cr.execute("DROP TABLE bench")
