"""Writes the demo company's data through Odoo's own API, in batches.

Nothing here commits: ``company.build`` does, once, so that an interrupted build leaves
no half-made company behind.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from tests.day.ledger import Due, Invoice, Receipt
from tests.day.people import Customer

BATCH = 200
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "no_reset_password": True,
    "no_vat_validation": True,
    "skip_account_move_synchronization": True,
}
#: Our own payment terms: key -> (name, [(percent, days, delay type)]).
TERMS = {
    "30": ("30 jours", [(100, 30, "days_after")]),
    "45eom": ("45 jours fin de mois", [(100, 45, "days_end_of_month_on_the")]),
    "304560": (
        "30/60/90 jours par tiers",
        [
            (33.33, 30, "days_after"),
            (33.33, 60, "days_after"),
            (33.34, 90, "days_after"),
        ],
    ),
}
RATES = {"USD": 1.08, "GBP": 0.85}
PRODUCTS = {
    "desk": ("Bureau chêne", "consu"),
    "shelf": ("Rayonnage", "consu"),
    "counter": ("Comptoir", "consu"),
    "door": ("Bloc-porte", "consu"),
    "panel": ("Panneau mural", "consu"),
    "cabinet": ("Armoire", "consu"),
    "fitting": ("Pose", "service"),
    "upkeep": ("Entretien", "service"),
}
#: Monthly money out: (day of the month, wording, euros, account code prefix).
OUTGOINGS = [
    (2, "VIR LOYER ATELIER SCI DES FORGES", 4200.00, "6132"),
    (5, "PRLV URSSAF", 18640.00, "6451"),
    (8, "PRLV ENERCIA ELECTRICITE", 1310.40, "6061"),
    (12, "VIR SCIERIE DU HAUT-FOREZ", 58500.00, "6010"),
    (18, "VIR QUINCAILLERIE INDUSTRIELLE MAUBERT", 12730.20, "6022"),
    (24, "FRAIS TENUE DE COMPTE", 46.80, "6278"),
    (27, "VIR SALAIRES", 112400.00, "6411"),
]


def batches(rows, size: int = BATCH):
    """``rows`` in slices of ``size``."""
    rows = list(rows)
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def euros(cents: int) -> float:
    return round(cents / 100, 2)


def quiet(env):
    """The environment without chatter, in the accountant's working language."""
    return env(context=dict(env.context, **QUIET))


def make_terms(env) -> dict:
    """Payment terms by key; ``"0"`` is immediate payment."""
    Term = env["account.payment.term"]
    terms = {"0": env.ref("account.account_payment_term_immediate")}
    for key, (name, steps) in TERMS.items():
        lines = [
            (
                0,
                0,
                {
                    "value": "percent",
                    "value_amount": percent,
                    "nb_days": days,
                    "delay_type": delay,
                    "days_next_month": "0",
                },
            )
            for percent, days, delay in steps
        ]
        terms[key] = Term.create({"name": name, "line_ids": [(5,), *lines]})
    return terms


def make_products(env) -> dict:
    return {
        key: env["product.product"].create(
            {
                "name": name,
                "type": kind,
                "default_code": key.upper(),
                "taxes_id": [(6, 0, _sale_tax(env, kind).ids)],
            }
        )
        for key, (name, kind) in PRODUCTS.items()
    }


def _sale_tax(env, kind: str):
    """20 % on invoices for goods; services pay their VAT when cashed."""
    scope = "service" if kind == "service" else "consu"
    return env["account.tax"].search(
        [
            ("company_id", "=", env.company.id),
            ("type_tax_use", "=", "sale"),
            ("tax_scope", "=", scope),
            ("amount", "=", 20),
            ("price_include_override", "!=", "tax_included"),
        ],
        limit=1,
    )


def make_rates(env, today: date) -> None:
    """A rate per month, drifting a little, for the foreign currencies."""
    env["res.currency"].with_context(active_test=False).search(
        [("name", "in", list(RATES))]
    ).active = True
    values = {}
    for name, base in RATES.items():
        currency = env["res.currency"].search([("name", "=", name)])
        for rank in range(21):
            month = today.year * 12 + today.month - 1 - rank
            day = date(month // 12, month % 12 + 1, 1)
            drift = ((rank * 7) % 11 - 5) / 400
            values[currency.id, day] = round(base * (1 + drift), 4)
    env["res.currency.rate"].create(
        [
            {
                "currency_id": currency,
                "name": day,
                "rate": rate,
                "company_id": env.company.id,
            }
            for (currency, day), rate in sorted(values.items())
        ]
    )


def _tag(env, kind: str):
    """The tag that steers the strategy, where the collections add-on brings one."""
    Tag = env["res.partner.category"]
    return (
        env.ref(f"ar_collections.ar_partner_category_{kind}", raise_if_not_found=False)
        or Tag
    )


def _partner_values(env, customer: Customer, terms: dict) -> dict:
    country = env["res.country"].search([("code", "=", customer.country)], limit=1)
    return {
        "name": customer.name,
        "ref": customer.key.upper(),
        "is_company": customer.kind != "person",
        "lang": customer.lang,
        "street": customer.street,
        "zip": customer.zip,
        "city": customer.city,
        "country_id": country.id,
        "email": False if "no_email" in customer.flags else customer.email,
        "phone": customer.phone,
        "company_registry": customer.siret or False,
        "vat": customer.vat or False,
        "property_payment_term_id": terms[customer.term].id,
        "customer_rank": 1,
        "category_id": [(6, 0, _tag(env, customer.kind).ids)],
        "child_ids": [
            (
                0,
                0,
                {
                    "name": contact.name,
                    "type": contact.kind,
                    "function": contact.function,
                    "email": contact.email,
                    "phone": contact.phone,
                    "city": contact.city,
                    "zip": contact.zip,
                    "lang": customer.lang,
                },
            )
            for contact in customer.contacts
        ],
        "bank_ids": (
            [(0, 0, {"acc_number": customer.iban, "allow_out_payment": True})]
            if customer.iban
            else []
        ),
    }


def make_partners(env, customers: list[Customer], terms: dict) -> dict:
    """The partner of each customer, by key."""
    partners = {}
    for chunk in batches(customers):
        created = env["res.partner"].create(
            [_partner_values(env, customer, terms) for customer in chunk]
        )
        partners.update(zip([c.key for c in chunk], created, strict=True))
    return partners


def _move_values(env, invoice: Invoice, partner, terms: dict, products: dict) -> dict:
    sites = partner.child_ids.filtered(lambda child: child.type == "delivery")
    values = {
        "move_type": "out_refund" if invoice.credit else "out_invoice",
        "partner_id": partner.id,
        "invoice_date": invoice.day,
        "date": invoice.day,
        "invoice_payment_term_id": terms[invoice.term].id,
        "currency_id": env.ref(f"base.{invoice.currency}").id,
        "invoice_line_ids": [
            (
                0,
                0,
                {
                    "product_id": products[line.product].id,
                    "name": line.label,
                    "quantity": line.quantity,
                    "price_unit": euros(line.price),
                },
            )
            for line in invoice.lines
        ],
    }
    if invoice.reference:
        values["payment_reference"] = invoice.reference
    if invoice.site >= 0 and sites:
        values["partner_shipping_id"] = sites[invoice.site % len(sites)].id
    return values


def post_invoices(env, invoices, partners, terms, products, say) -> dict:
    """Create and post; the move of each invoice, by key."""
    moves, done = {}, 0
    for chunk in batches(invoices):
        created = env["account.move"].create(
            [
                _move_values(env, invoice, partners[invoice.customer], terms, products)
                for invoice in chunk
            ]
        )
        created.action_post()
        created.is_move_sent = True
        ids = zip([i.key for i in chunk], created.ids, strict=True)
        moves.update((key, env["account.move"].browse(move)) for key, move in ids)
        env.flush_all()
        env.invalidate_all()
        done += len(chunk)
        say(f"  {done}/{len(invoices)} invoices posted")
    return moves


def read_dues(env, invoices: list[Invoice], moves: dict) -> list[Due]:
    """The posted instalments, ranked by due date within their invoice."""
    by_move = {moves[invoice.key].id: invoice for invoice in invoices}
    lines = env["account.move.line"].search(
        [
            ("move_id", "in", list(by_move)),
            ("account_type", "=", "asset_receivable"),
        ],
        order="move_id, date_maturity, id",
    )
    ranks = defaultdict(int)
    dues = []
    for line in lines:
        invoice = by_move[line.move_id.id]
        dues.append(
            Due(
                invoice=invoice.key,
                number=line.move_name,
                rank=ranks[invoice.key],
                day=line.date_maturity,
                cents=round(line.amount_currency * 100),
                customer=invoice.customer,
                currency=invoice.currency,
                credits=invoice.credits,
            )
        )
        ranks[invoice.key] += 1
    return dues


def receivable_lines(env, invoices: list[Invoice], moves: dict) -> dict:
    """The receivable journal item of each (invoice key, rank)."""
    found = {}
    for invoice in invoices:
        lines = (
            moves[invoice.key]
            .line_ids.filtered(lambda line: line.account_type == "asset_receivable")
            .sorted(lambda line: (line.date_maturity, line.id))
        )
        found.update(((invoice.key, rank), line) for rank, line in enumerate(lines))
    return found


def allocate_credits(env, dues: list[Due], lines: dict, say) -> None:
    """Reconcile the credit notes that name their invoice with its first instalment."""
    plan = [
        lines[due.invoice, due.rank] + lines[due.credits, 0]
        for due in dues
        if due.credits
    ]
    for chunk in batches(plan):
        env["account.move.line"]._reconcile_plan(chunk)
    say(f"  {len(plan)} credit notes allocated")


def _bank_line_values(env, journal, receipt: Receipt, partner) -> dict:
    values = {
        "journal_id": journal.id,
        "date": receipt.day,
        "payment_ref": receipt.label,
        "partner_id": partner.id,
        "amount": euros(receipt.cents),
    }
    if receipt.currency != env.company.currency_id.name:
        currency = env.ref(f"base.{receipt.currency}")
        values.update(
            foreign_currency_id=currency.id,
            amount_currency=euros(receipt.cents),
            amount=currency._convert(
                euros(receipt.cents), env.company.currency_id, env.company, receipt.day
            ),
        )
    if receipt.way != "suspense":
        account = partner.property_account_receivable_id
        values["counterpart_account_id"] = account.id
    return values


def _outgoing_values(env, journal, today: date, days: int, scale: float) -> list[dict]:
    accounts = {
        prefix: env["account.account"].search(
            [("code", "=like", f"{prefix}%")], limit=1
        )
        for _day, _label, _euros, prefix in OUTGOINGS
    }
    values, first = [], today - timedelta(days=days)
    for offset in range(days):
        day = first + timedelta(days=offset)
        for rank, label, amount, prefix in OUTGOINGS:
            if day.day == rank:
                values.append(
                    {
                        "journal_id": journal.id,
                        "date": day,
                        "payment_ref": label,
                        "amount": -round(amount * scale, 2),
                        "counterpart_account_id": accounts[prefix].id,
                    }
                )
    return values


def _settles(move, receipt: Receipt, lines: dict):
    """The journal items to reconcile: the receipt's own and those it pays."""
    if not receipt.pays:
        return None
    own = move.line_ids.filtered(lambda item: item.account_type == "asset_receivable")
    return own.concat(own, *(lines[paid] for paid in receipt.pays))


def reconcile_all(env, plan: list) -> None:
    """Reconcile groups of items at once; VAT on receipts in one pass at the end."""
    Item = env["account.move.line"].with_context(no_cash_basis=True)
    Item._reconcile_plan([items.with_env(Item.env) for items in plan])
    partials = Item.concat(*plan).matched_debit_ids
    partials |= Item.concat(*plan).matched_credit_ids
    due = partials.filtered(
        lambda partial: (
            partial.debit_move_id.move_id.always_tax_exigible is False
            and not partial.exchange_move_id
            and "on_payment"
            in partial.debit_move_id.move_id.line_ids.tax_ids.mapped("tax_exigibility")
        )
    )
    known = (
        env["account.move"]
        .search([("tax_cash_basis_rec_id", "in", due.ids)])
        .tax_cash_basis_rec_id
    )
    fresh = (due - known).with_context(no_cash_basis=False)
    if fresh:
        fresh._create_tax_cash_basis_moves()
        fresh._set_draft_caba_move_vals()


def book_receipts(env, journal, receipts, partners, lines, say) -> None:
    """Bank lines posted straight on the receivable account, reconciled in batches."""
    bank = [receipt for receipt in receipts if receipt.way != "cheque"]
    done = 0
    for chunk in batches(bank):
        created = env["account.bank.statement.line"].create(
            [
                _bank_line_values(env, journal, receipt, partners[receipt.customer])
                for receipt in chunk
            ]
        )
        pairs = zip(chunk, created, strict=True)
        plan = [_settles(line.move_id, receipt, lines) for receipt, line in pairs]
        reconcile_all(env, [items for items in plan if items])
        env.flush_all()
        done += len(chunk)
        say(f"  {done}/{len(bank)} bank receipts booked")


def book_cheques(env, journal, receipts, partners, lines, say) -> None:
    """Cheques: ordinary payments registered on the invoice, posted."""
    cheques = [receipt for receipt in receipts if receipt.way == "cheque"]
    account = journal.default_account_id
    methods = journal.inbound_payment_method_line_ids
    methods.payment_account_id = account
    for receipt in cheques:
        payment = env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": partners[receipt.customer].id,
                "amount": euros(receipt.cents),
                "date": receipt.day,
                "journal_id": journal.id,
                "memo": receipt.label,
            }
        )
        payment.action_post()
        _settles(payment.move_id, receipt, lines).reconcile()
    say(f"  {len(cheques)} cheques registered")


def book_outgoings(env, journal, today, days, scale, say) -> None:
    values = _outgoing_values(env, journal, today, days, scale)
    env["account.bank.statement.line"].create(values)
    say(f"  {len(values)} outgoing bank lines")


def make_statements(env, journal, opening: float, say) -> float:
    """One statement per month over all bank lines; returns the closing balance."""
    lines = env["account.bank.statement.line"].search(
        [("journal_id", "=", journal.id)], order="date, id"
    )
    months = defaultdict(lambda: env["account.bank.statement.line"])
    for line in lines:
        months[line.date.strftime("%Y-%m")] |= line
    balance = opening
    for month, group in sorted(months.items()):
        closing = round(balance + sum(group.mapped("amount")), 2)
        env["account.bank.statement"].create(
            {
                "name": f"{journal.code} {month}",
                "line_ids": [(6, 0, group.ids)],
                "balance_start": balance,
                "balance_end_real": closing,
            }
        )
        balance = closing
    say(f"  {len(months)} bank statements, closing balance {balance:.2f}")
    return balance
