from odoo import models


class AccountPartialChange(models.Model):
    """A matching that is undone did count until then."""

    _inherit = "account.partial.reconcile"

    def unlink(self):
        rows = [row for partial in self.sudo() for row in partial._ar_matches()]
        result = super().unlink()
        self.env["ar.change"].sudo()._ar_record("account.move.line", rows)
        return result

    def _ar_matches(self):
        """What each receivable side received, as rows of ``ar.change``."""
        self.ensure_one()
        debit, credit = self.debit_move_id, self.credit_move_id
        company = self.company_id.currency_id
        known = self.company_id._ar_collecting_company()._ar_day(self.create_date)
        sides = (
            (debit, credit, 1, self.debit_amount_currency, self.debit_currency_id),
            (credit, debit, -1, self.credit_amount_currency, self.credit_currency_id),
        )
        return [
            (
                line.id,
                "match",
                {
                    "other": other.move_id.id,
                    "cents": sign * _cents(amount, currency or line.currency_id),
                    "company_cents": sign * _cents(self.amount, company),
                    "since": self.max_date.isoformat(),
                    "known": known.isoformat(),
                },
                None,
            )
            for line, other, sign, amount, currency in sides
            if line.account_type == "asset_receivable"
        ]


def _cents(amount, currency):
    return round(amount * 10**currency.decimal_places)
