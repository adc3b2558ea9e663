"""A company with ten receipts to clear, for a person at the screen.

Called by :mod:`devkit.inside` with an environment of the database.
"""

from __future__ import annotations

from datetime import timedelta

from odoo import Command, fields

LOGIN = "marie"
NUMBER = 10


def build(env, login=LOGIN):
    """Open invoices, receipts of the same customers, and who clears them.

    Two receipts name their invoice, three are the only amount of a known customer,
    three are some cents short, and of two nothing tells who paid.

    :return: ids of the receipts, oldest first
    """
    env["res.lang"]._activate_lang("fr_FR")
    company = env.company
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company)
    account = env["account.account"].create(
        {"name": "Pertes de centimes", "code": "658100", "account_type": "expense"}
    )
    company.ar_cents_loss_account_id = account
    env["res.users"].with_context(no_reset_password=True).create(
        {
            "name": "Marie Comptable",
            "login": login,
            "password": login,
            "lang": "fr_FR",
            "group_ids": [
                Command.link(env.ref("base.group_user").id),
                Command.link(env.ref("ar_lettering.group_user").id),
                Command.link(env.ref("account.group_account_invoice").id),
            ],
        }
    )
    today = fields.Date.context_today(env.user)
    journal = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
    )
    receipts = env["account.bank.statement.line"]
    for number in range(NUMBER):
        customer = env["res.partner"].create(
            {"name": f"Client {number:02d} SARL", "is_company": True}
        )
        invoices = [
            _invoice(env, customer, amount, today - timedelta(days=40))
            for amount in (100 + 7 * number, 311 + 13 * number, 523 + number)
        ]
        receipts |= receipts.create(
            {
                "journal_id": journal.id,
                "date": today - timedelta(days=1),
                **_receipt(number, customer, invoices),
            }
        )
    return receipts.ids


def _receipt(number, customer, invoices):
    first, second, third = invoices
    known = {"partner_id": customer.id}
    if number < 2:
        return {"payment_ref": f"VIR {first.name}", "amount": first.amount_total}
    if number < 5:
        return {**known, "payment_ref": "VIREMENT", "amount": second.amount_total}
    if number < 8:
        return {**known, "payment_ref": "VIR SEPA", "amount": first.amount_total - 0.4}
    return {"payment_ref": "REMISE DIVERS", "amount": third.amount_total}


def _invoice(env, customer, amount, day):
    line = {"name": "Prestation", "price_unit": amount, "tax_ids": [Command.clear()]}
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_date": day,
            "invoice_line_ids": [Command.create(line)],
        }
    )
    invoice.action_post()
    return invoice


def state(env):
    """What the ledger says of the receipts.

    :return: per receipt: matched or not, and what is open of what it pays
    """
    lines = env["account.bank.statement.line"].search([], order="id")
    return [
        {
            "reconciled": line.is_reconciled,
            "state": line.ar_lettering_state,
            "balance": round(sum(line.line_ids.mapped("balance")), 2),
            "by": line.ar_proposal_ids.filtered(
                lambda p: p.state in ("validated", "booked")
            ).decided_by_id.login,
        }
        for line in lines
    ]
