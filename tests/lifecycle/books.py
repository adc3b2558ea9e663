"""A few real entries, so that a ledger exists before the add-ons come."""

from datetime import date, timedelta


def build(env):
    """Post invoices, a credit note and payments of the main company.

    :return: how many journal items there are.
    """
    partners = env["res.partner"].create(
        [{"name": f"Customer {number}", "is_company": True} for number in range(4)]
    )
    start = date(2026, 1, 15)
    vals = [
        {
            "move_type": "out_refund" if number == 11 else "out_invoice",
            "partner_id": partners[number % 4].id,
            "invoice_date": start + timedelta(days=9 * number),
            "invoice_line_ids": [
                (0, 0, {"name": "Work", "price_unit": 100.0 + number, "quantity": 3})
            ],
        }
        for number in range(12)
    ]
    moves = env["account.move"].create(vals)
    moves.action_post()
    for move in moves[:4]:
        wizard = env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        wizard.create({"amount": 120.0})._create_payments()
    return env["account.move.line"].search_count([])
