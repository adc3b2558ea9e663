from datetime import date, timedelta

from odoo import Command
from odoo.tests import new_test_user
from odoo.tools import format_amount

from .common import ArCommon

DAY = timedelta(days=1)


class ClaimsCommon(ArCommon):
    """A company that claims interest and the indemnity, and rates for every day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.env.ref("base.EUR")
        cls.euro.active = True
        cls.company.currency_id = cls.euro
        cls.rates = cls.env["ar.interest.rate"]
        cls.rates.search([]).unlink()
        for year in range(cls.today.year - 3, cls.today.year + 2):
            for month in (1, 7):
                cls.rates.create(
                    {
                        "start_date": date(year, month, 1),
                        "ecb_rate": 5.0,
                        "legal_rate": 2.0,
                        "source": "Rates of the tests",
                        "source_date": date(year, month, 1),
                    }
                )
        cls.customer.is_company = True
        cls.company.write(
            {
                "ar_interest": True,
                "ar_indemnity": True,
                "ar_claims_since": cls.today - timedelta(days=400),
                "ar_claims_account_id": cls.company_data["default_account_revenue"].id,
            }
        )
        # 15,000 € at 15 % (5 + 10 points) for 30 days: 184.93 €.
        cls.invoice = cls.make_invoice(15000.0, overdue=30)
        cls.debtor = cls.refresh()

    def accrue(self, moves=None, as_of=None):
        self.env["ar.claim"]._ar_accrue((moves or self.invoice).ids, as_of)

    def claims(self):
        """Every claim of the company of the tests."""
        return self.env["ar.claim"].search([("company_id", "=", self.company.id)])

    def candidates(self):
        """What the night would compute."""
        return self.env["ar.claim"]._ar_candidates(limit=100_000)

    def claim(self, kind="interest", move=None):
        return self.env["ar.claim"].search(
            [("move_id", "=", (move or self.invoice).id), ("kind", "=", kind)]
        )

    def pay_on(self, move, amount, day):
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"payment_date": day, "amount": amount})
        )
        payments = wizard._create_payments()
        self.refresh(move.partner_id)
        return payments

    def rates_of(self, move):
        """``(rate, days)`` of each line of the interest on that invoice."""
        lines = self.claim(move=move).working["lines"]
        return [(line["rate"], line["days"]) for line in lines]

    def set_rate(self, day, ecb):
        rate = self.rates.search([("start_date", "<=", day)], limit=1)
        rate.ecb_rate = ecb
        return rate

    def text(self, amount):
        """That amount in euros as the reader sees it."""
        shown = format_amount(self.env, amount, self.euro)
        return shown.replace(" ", "\u00a0").replace("\ufeff", "")

    def make_user(self, role, login):
        return new_test_user(
            self.env,
            login,
            groups=role,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
