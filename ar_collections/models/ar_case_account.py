from decimal import Decimal
from fractions import Fraction

from odoo import fields, models
from odoo.tools import format_date, formatLang

from ..engine.claim_account import Account, Invoice, Paid, periods
from ..engine.claim_states import ClaimState

WAIVED = ClaimState.WAIVED.value


class ArCaseAccount(models.Model):
    """The claim of a case to a day, element by element, from the ledger."""

    _inherit = "ar.case"

    def _ar_account(self, as_of=None):
        """The account of what this case claims.

        :param as_of: last day that counts, today of the company by default
        :return: ``{currency: Account}``, the company's currency first
        """
        self.ensure_one()
        case = self.sudo()
        day = as_of or case.company_id._ar_today()
        items = case.line_ids.item_id
        kept = {(item.move_id.id, item.move_rank) for item in items}
        Claim = case.env["ar.claim"]
        # A court orders what is not contested.
        found = Claim._ar_instalments(items.move_id.ids, undisputed=True)
        known = Claim._ar_known(list(found))
        rule = case._ar_account_rule(day)
        invoices, told = {}, set()
        for move_id, rows in sorted(found.items()):
            rows = [row for row in rows if (move_id, row["move_rank"]) in kept]
            if not rows:
                continue
            told.add(move_id)
            currency = case.env["res.currency"].browse(rows[0]["currency_id"])
            invoice = case._ar_account_invoice(rows, rule, known)
            invoices.setdefault(currency, []).append(invoice)
        for line in case.line_ids:
            # An opening entry has no invoice to compute from: what is open counts.
            if line.move_id.id not in told and line.item_id.is_open:
                unit = 10**line.currency_id.decimal_places
                cents = round(line.item_id.residual * unit)
                plain = Invoice(line.number or "", cents, due=line.due_date)
                invoices.setdefault(line.currency_id, []).append(plain)
        order = sorted(invoices, key=lambda c: (c != case.currency_id, c.name))
        return {
            currency: Account(
                tuple(sorted(invoices[currency], key=lambda i: (i.due, i.number))), day
            )
            for currency in order
        }

    def _ar_account_rule(self, day):
        debtor, Claim = self.debtor_id, self.env["ar.claim"]
        table = self.env["ar.interest.rate"]._ar_table()
        regime = debtor.partner_id._ar_regime()
        return {**Claim._ar_rules(debtor, day, table, regime), "exchange": {}}

    def _ar_account_invoice(self, rows, rule, known):
        """One invoice for the engine, from the rows of its instalments."""
        move = self.env["account.move"].browse(rows[0]["move_id"])
        paid = [
            Paid(payment.day, payment.cents)
            for row in rows
            for payment in row["paid"]
            if payment.day <= rule["as_of"]
        ]
        billed = sum(row["cents"] for row in rows)
        contested = sum(row["disputed"] for row in rows)
        values = {"interest": (), "indemnity": 0}
        settled = dict.fromkeys(values, 0)
        for kind in () if rule["frozen"] else rule["kinds"]:
            row = known.get((move.id, kind), {"state": None, "settled": 0})
            if row["state"] == WAIVED:
                continue
            made = getattr(self.env["ar.claim"], f"_ar_compute_{kind}")(rows, rule)
            if kind == "interest":
                values[kind] = _periods(made, rows[0]["places"])
            else:
                values[kind] = made["cents"]
            cents = round(row["settled"] * 10 ** rows[0]["places"])
            settled[kind] = min(cents, made["cents"])
        return Invoice(
            move.name or "",
            billed,
            dated=move.invoice_date,
            due=min(row["due"] for row in rows),
            credited=billed - contested - sum(row["owed"] for row in rows),
            contested=contested,
            paid=tuple(sorted(paid, key=lambda p: p.day)),
            interest_settled=settled["interest"],
            indemnity_settled=settled["indemnity"],
            key=move.id,
            **values,
        )

    # In words.

    def _ar_account_values(self, as_of=None):
        """Values of the template ``case_account``: texts, in the language of the
        environment."""
        self.ensure_one()
        accounts = self._ar_account(as_of)
        day = as_of or self.company_id._ar_today()
        return {
            "as_of": self._ar_day(day),
            "laws": self._ar_account_laws(day),
            "blocks": [
                self._ar_account_block(account, currency)
                for currency, account in accounts.items()
            ],
        }

    def _ar_account_laws(self, day):
        """By which law interest and indemnity are claimed, one sentence each."""
        rule = self.sudo()._ar_account_rule(day)
        words = self.env["ar.claim"]._ar_law_words
        laws = {"interest": rule["law"][0], "indemnity": rule["regime"]}
        if rule["frozen"]:
            return []
        return [text for kind in rule["kinds"] if (text := words(kind, laws[kind]))]

    def _ar_account_block(self, account, currency):
        def money(cents, always=False):
            return self._ar_money(cents, currency) if cents or always else ""

        return {
            "currency": currency.name,
            "invoices": [
                self._ar_account_texts(invoice, money) for invoice in account.invoices
            ],
            "invoiced": money(account.invoiced, True),
            "received": money(-account.received, True),
            "principal": money(account.principal, True),
            "interest": money(account.interest, True),
            "indemnity": money(account.indemnity, True),
            "total": money(account.total, True),
            "cents": account.total,
        }

    def _ar_account_texts(self, invoice, money):
        day = self._ar_day
        return {
            "number": invoice.number,
            "date": day(invoice.dated),
            "due": day(invoice.due),
            "amount": money(invoice.cents),
            "credited": money(-invoice.credited),
            "contested": money(-invoice.contested),
            "paid": [
                {"day": day(p.day), "amount": money(-p.cents)} for p in invoice.paid
            ],
            "principal": money(invoice.principal, True),
            "periods": [
                {
                    "first": day(p.first),
                    "last": day(p.last),
                    "base": money(p.base),
                    "rate": self._ar_rate(p.rate),
                    "days": p.days,
                    "amount": money(p.cents, True),
                }
                for p in invoice.interest
            ],
            "interest_settled": money(-invoice.interest_settled),
            "interest": money(invoice.interest_due, True),
            "indemnity_settled": money(-invoice.indemnity_settled),
            "indemnity": money(invoice.indemnity_due, True),
            "total": money(invoice.total, True),
        }

    def _ar_rate(self, rate):
        digits = max(2, -Decimal(rate).as_tuple().exponent)
        return formatLang(self.env, float(rate), digits=digits)

    def _ar_money(self, cents, currency):
        currency = currency.with_env(self.env)
        return currency._ar_printed(currency._ar_amount(cents))

    def _ar_day(self, day):
        """The month in letters: customers abroad read 10/11 the other way round."""
        text = format_date(self.env, day, date_format="d MMMM y") if day else ""
        return text.replace(" ", "\u00a0")


def _periods(made, places):
    """Interest of an invoice as periods in whole cents."""
    lines = [
        (
            fields.Date.to_date(line["from"]),
            fields.Date.to_date(line["to"]),
            line["base"],
            line["rate"],
            line["days"],
            Fraction(line["amount"]) * 10**places,
        )
        for line in made["working"]["lines"]
    ]
    return periods(lines, made["cents"])
