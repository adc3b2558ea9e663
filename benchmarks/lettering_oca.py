"""OCA's ``account_reconcile_oca`` on one snapshot, in a database that has it.

    python3 benchmarks/lettering_oca.py DB SNAPSHOT.JSON

It matches when bank lines are created. The last line of the output tells, in JSON,
the documents that each receipt was reconciled with.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks"), str(ROOT / "benchmarks/lettering")]


from tests.support.odoo_env import odoo_env  # noqa: E402


def build(env, told):
    """Customers, their accounts, and the open invoices."""
    partners = {}
    for ident, name, iban in told["customers"]:
        partners[ident] = env["res.partner"].create(
            {"name": name, "is_company": True, "country_id": env.ref("base.fr").id}
        )
        if iban:
            env["res.partner.bank"].create(
                {"acc_number": iban, "partner_id": partners[ident].id}
            )
    moves = env["account.move"].create(
        [_invoice_vals(partners, invoice) for invoice in told["invoices"]]
    )
    for move, invoice in zip(moves, told["invoices"], strict=True):
        move.name = invoice["number"]
    moves.action_post()
    env.cr.commit()
    return {
        move.id: invoice["id"]
        for move, invoice in zip(moves, told["invoices"], strict=True)
    }


def _invoice_vals(partners, invoice):
    cents = invoice["residual"]
    return {
        "move_type": "out_invoice" if cents > 0 else "out_refund",
        "partner_id": partners[invoice["customer"]].id,
        "invoice_date": invoice["issued"],
        "invoice_date_due": invoice["due"],
        "ref": invoice["order"],
        "invoice_line_ids": [
            (0, 0, {"name": "Work", "price_unit": abs(cents) / 100, "tax_ids": [(5,)]})
        ],
    }


def receive(env, told, items):
    """Create the bank lines, which matches them; see what they were matched with."""
    journal = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", env.company.id)], limit=1
    )
    lines = env["account.bank.statement.line"].create(
        [
            {
                "journal_id": journal.id,
                "date": receipt["date"],
                "amount": receipt["amount"] / 100,
                "payment_ref": receipt["label"],
                "partner_name": receipt["name"],
                "account_number": receipt["iban"],
                "ref": receipt["structured"],
            }
            for receipt in told["receipts"]
        ]
    )
    env.flush_all()
    matched = {}
    for line, receipt in zip(lines, told["receipts"], strict=True):
        parts = line.line_ids.matched_debit_ids | line.line_ids.matched_credit_ids
        moves = (parts.debit_move_id | parts.credit_move_id).move_id - line.move_id
        if line.is_reconciled and moves:
            matched[receipt["id"]] = sorted(items[m.id] for m in moves if m.id in items)
    env.cr.commit()
    return matched


def main():
    database, told = sys.argv[1], json.loads(Path(sys.argv[2]).read_text())
    with odoo_env(database) as env:
        print(json.dumps(receive(env, told, build(env, told))))


if __name__ == "__main__":
    main()
