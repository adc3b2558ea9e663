from datetime import date, timedelta
from decimal import Decimal

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, tagged

from .common_claims import DAY, ClaimsCommon


@tagged("post_install", "-at_install")
class TestClaims(ClaimsCommon):
    """What a late invoice gives a right to, from the ledger."""

    def test_the_published_example_through_the_ledger(self):
        self.accrue()
        interest, indemnity = self.claim(), self.claim("indemnity")
        self.assertEqual(interest.amount, 184.93)
        self.assertEqual(indemnity.amount, 40.0)
        self.assertEqual(interest.as_of, self.today)
        self.assertEqual(interest.state, "accruing")
        lines = interest.working["lines"]
        self.assertEqual(sum(line["days"] for line in lines), 30)
        exact = sum(Decimal(line["amount"]) for line in lines)
        self.assertAlmostEqual(exact, Decimal("184.9315"), 3)
        self.assertIn(self.text(184.93), interest.working_html)

    def test_nothing_before_the_first_day_late(self):
        fresh = self.make_invoice(100.0, overdue=0)
        self.refresh()
        self.accrue(fresh)
        self.assertFalse(self.claim(move=fresh))
        self.assertFalse(self.claim("indemnity", fresh))

    def test_twice_writes_nothing_and_makes_nothing_twice(self):
        self.accrue()
        before = self.claims().mapped("write_date")
        writes = []
        bulk = type(self.env["ar.claim"])._ar_bulk

        def spy(model, query, fnames=None):
            rows = bulk(model, query, fnames)
            writes.extend(rows)
            return rows

        self.patch(type(self.env["ar.claim"]), "_ar_bulk", spy)
        self.accrue()
        self.assertFalse(writes)
        self.assertEqual(self.claims().mapped("write_date"), before)
        self.assertEqual(len(self.claims()), 2)

    def test_partial_payment_lowers_the_base_from_the_next_day(self):
        due = self.today - timedelta(days=30)
        self.pay_on(self.invoice, 5000.0, due + timedelta(days=10))
        self.accrue()
        # 15,000 × 10 days + 10,000 × 20 days at 15 %.
        self.assertEqual(self.claim().amount, 143.84)
        self.assertEqual(
            sorted({line["base"] for line in self.claim().working["lines"]}),
            [1000000, 1500000],
        )

    def test_claims_survive_the_payment_and_stand_still(self):
        self.pay_on(self.invoice, 15000.0, self.today - timedelta(days=10))
        self.accrue()
        interest = self.claim()
        self.assertEqual(interest.amount, 123.29)  # 20 days
        self.assertEqual(interest.as_of, self.today - timedelta(days=10))
        self.accrue(as_of=self.today + timedelta(days=60))
        self.assertEqual(interest.amount, 123.29)
        self.assertEqual(interest.amount_open, 123.29)
        self.assertEqual(self.claim("indemnity").amount_open, 40.0)

    def test_an_invoice_paid_late_before_any_night_is_still_claimed(self):
        self.pay_on(self.invoice, 15000.0, self.today - timedelta(days=10))
        self.env["ar.claim"]._ar_accrue_safely(self.candidates())
        self.assertEqual(self.claim().amount, 123.29)

    def test_what_was_paid_before_the_start_is_not_dug_out(self):
        self.company.ar_claims_since = self.today + DAY
        self.pay_on(self.invoice, 15000.0, self.today - timedelta(days=10))
        self.assertNotIn(self.invoice.id, self.candidates())

    def test_a_payment_undone_starts_interest_again(self):
        self.pay_on(self.invoice, 15000.0, self.today - timedelta(days=10))
        self.accrue()
        self.invoice.line_ids.remove_move_reconcile()
        self.refresh()
        self.accrue()
        self.assertEqual(self.claim().amount, 184.93)

    def test_a_credit_note_on_the_invoice_was_never_owed(self):
        reversal = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=self.invoice.ids)
            .create(
                {
                    "journal_id": self.invoice.journal_id.id,
                    # Odoo does not post what its own clock has still to come.
                    "date": fields.Date.today(),
                }
            )
        )
        reversal.refund_moves()
        note = reversal.new_move_ids
        note.invoice_line_ids.price_unit = 5000.0
        note.action_post()
        lines = (note + self.invoice).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        if not all(lines.mapped("reconciled")):
            lines.filtered(lambda line: not line.reconciled).reconcile()
        self.refresh()
        self.accrue()
        # 10,000 € for the whole 30 days.
        self.assertEqual(self.claim().amount, 123.29)

    def test_half_years_are_split_for_businesses_and_frozen_for_public_buyers(self):
        first = date(self.today.year - 1, 12, 16)
        invoice = self.make_invoice(10000.0, overdue=(self.today - first).days + 1)
        self.refresh()
        self.set_rate(date(first.year, 12, 31), 4.25)
        self.set_rate(date(first.year + 1, 1, 1), 2.15)
        as_of = date(first.year + 1, 1, 15)
        self.accrue(invoice, as_of)
        told = [
            (x["rate"], x["days"]) for x in self.claim(move=invoice).working["lines"]
        ]
        self.assertEqual(told, [("14.25", 16), ("12.15", 15)])
        self.customer.ar_claims_regime = "public"
        self.accrue(invoice, as_of)
        told = [
            (x["rate"], x["days"]) for x in self.claim(move=invoice).working["lines"]
        ]
        self.assertEqual(told, [("12.25", 31)])

    def test_public_buyer_is_known_by_his_siren_and_his_platform_tells_the_start(self):
        self.customer.write(
            {
                "country_id": self.env.ref("base.fr").id,
                "company_registry": "21750001600019",
            }
        )
        self.assertEqual(self.customer._ar_regime(), "public")
        item = self.invoice.ar_item_ids
        item._ar_bulk_update([(item.id, "Suspended")], {"buyer_status": "varchar"})
        self.accrue()
        # The legal delay is interrupted: no first day of interest is known.
        self.assertFalse(self.claim())
        start = self.today - timedelta(days=9)
        item._ar_bulk_update([(item.id, start)], {"interest_start": "date"})
        self.accrue()
        self.assertEqual(sum(x["days"] for x in self.claim().working["lines"]), 10)
        self.assertEqual(self.claim().working["law"], "public")

    def test_consumers_owe_nothing(self):
        self.customer.write({"is_company": False, "vat": False})
        self.assertEqual(self.customer._ar_regime(), "consumer")
        self.accrue()
        self.assertFalse(self.claims())
        self.customer.company_registry = "73282932000074"
        self.accrue()
        self.assertEqual(self.claim().amount, 184.93)

    def test_the_indemnity_is_once_per_invoice_and_not_divisible(self):
        self.pay_on(self.invoice, 14999.0, self.today - timedelta(days=29))
        for days in (0, 10, 400):
            self.accrue(as_of=self.today + timedelta(days=days))
        self.assertEqual(self.claim("indemnity").amount, 40.0)
        self.assertEqual(len(self.invoice.ar_claim_ids), 2)

    def test_paid_on_the_last_day_owes_nothing(self):
        self.pay_on(self.invoice, 15000.0, self.today - timedelta(days=30))
        self.accrue()
        self.assertFalse(self.claims())

    def test_indemnity_in_another_currency_at_the_rate_of_the_due_date(self):
        dollar = self.env.ref("base.USD")
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": dollar.id,
                    "name": self.today - timedelta(days=60),
                    "rate": 1.25,
                    "company_id": self.company.id,
                },
                {
                    "currency_id": dollar.id,
                    "name": self.today,
                    "rate": 2.0,
                    "company_id": self.company.id,
                },
            ]
        )
        invoice = self.make_invoice(1000.0, overdue=30, currency_id=dollar.id)
        self.refresh()
        self.accrue(invoice)
        claim = self.claim("indemnity", invoice)
        self.assertEqual((claim.amount, claim.currency_id), (50.0, dollar))

    def test_no_exchange_rate_is_said_not_guessed(self):
        yen = self.env["res.currency"].create({"name": "XAR", "symbol": "x"})
        invoice = self.make_invoice(1000.0, overdue=30, currency_id=yen.id)
        self.refresh()
        self.accrue(invoice)
        claim = self.claim("indemnity", invoice)
        self.assertEqual(claim.amount, 0)
        self.assertIn("XAR", claim.problem_text)

    def test_two_instalments_make_one_claim_rounded_once(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Half now, half in ten days",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": 0}
                    ),
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": 10}
                    ),
                ],
            }
        )
        invoice = self.make_invoice(
            2000.0,
            invoice_date=self.today - timedelta(days=30),
            invoice_payment_term_id=term.id,
            invoice_date_due=False,
        )
        self.refresh()
        self.accrue(invoice)
        claim = self.claim(move=invoice)
        self.assertEqual({x["rank"] for x in claim.working["lines"]}, {1, 2})
        # 1,000 € for 30 days and 1,000 € for 20 days at 15 %.
        self.assertEqual(claim.amount, 20.55)

    def test_an_invoice_that_is_not_chased_bears_no_claim(self):
        self.invoice.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).no_followup = True
        self.refresh()
        self.accrue()
        self.assertFalse(self.claims())

    def test_an_invoice_reset_to_draft_counts_nothing(self):
        self.accrue()
        self.invoice.button_draft()
        self.accrue()
        self.assertEqual(self.claim().amount_open, 0)
        self.assertTrue(self.claim().problem_text)

    def test_switched_off_claims_stand_still(self):
        self.accrue()
        self.company.write({"ar_interest": False, "ar_indemnity": False})
        self.assertNotIn(self.invoice.id, self.candidates())
        self.accrue(as_of=self.today + timedelta(days=30))
        self.assertEqual(self.claim().amount, 184.93)

    def test_one_invoice_that_cannot_be_computed_fails_alone(self):
        other = self.make_invoice(1000.0, overdue=30)
        self.refresh()
        self.accrue()
        compute = type(self.env["ar.claim"])._ar_compute_interest

        def fail(model, rows, rule):
            if rows[0]["move_id"] == self.invoice.id:
                raise ValueError("broken on purpose")
            return compute(model, rows, rule)

        self.patch(type(self.env["ar.claim"]), "_ar_compute_interest", fail)
        with self.assertLogs("odoo.addons.ar_collections.models.ar_claim_accrue"):
            self.env["ar.claim"]._ar_accrue_safely((self.invoice + other).ids)
        self.assertIn("broken on purpose", self.claim().problem_text)
        self.assertEqual(self.claim(move=other).amount, 12.33)

    # Insolvency.

    def test_insolvency_stops_interest_and_the_indemnity(self):
        self.accrue()
        judged = self.today - timedelta(days=20)
        self.debtor.write({"insolvency": "safeguard", "insolvency_date": judged})
        self.accrue()
        # 9 days: up to the day before the judgment, the 10th day late.
        self.assertEqual(self.claim().as_of, judged - DAY)
        self.assertEqual(self.claim().amount, 55.48)
        self.assertEqual(self.claim("indemnity").amount_open, 0)
        self.assertTrue(self.claim("indemnity").problem_text)
        self.debtor.write({"insolvency": False, "insolvency_date": False})
        self.accrue()
        self.assertEqual(self.claim().amount, 184.93)
        self.assertEqual(self.claim("indemnity").amount_open, 40.0)

    def test_insolvency_without_a_date_computes_nothing_more(self):
        self.accrue()
        self.debtor.insolvency = "liquidation"
        self.accrue(as_of=self.today + timedelta(days=30))
        self.assertEqual(self.claim().amount, 184.93)

    # Rates.

    def test_a_missing_half_year_stops_interest_and_is_told(self):
        gone = self.rates.search([("start_date", "<=", self.today)], limit=1)
        start = gone.start_date
        invoice = self.make_invoice(1000.0, overdue=(self.today - start).days + 10)
        self.refresh()
        gone.unlink()
        self.accrue(invoice)
        claim = self.claim(move=invoice)
        self.assertEqual(claim.as_of, start - DAY)
        self.assertEqual(sum(x["days"] for x in claim.working["lines"]), 9)
        self.assertIn(str(start.year), claim.problem_text)
        self.assertTrue(self.company._ar_claims_warning())
        self.assertTrue(self.debtor.claims_warning)

    def test_managers_are_asked_once_for_a_missing_rate(self):
        manager = self.make_user("ar_collections.group_manager", "ar_rates_manager")
        gone = self.rates.search([("start_date", "<=", self.today)], limit=1)
        values = gone.copy_data()[0]
        gone.unlink()
        for _night in range(2):
            self.rates._ar_warn()
        asked = self.env["mail.activity"].search(
            [("res_model", "=", "ar.interest.rate"), ("user_id", "=", manager.id)]
        )
        self.assertEqual(len(asked), 1)
        self.rates.create(values)
        self.assertFalse(asked.exists())

    def test_a_half_year_begins_in_january_or_july(self):
        with self.assertRaises(ValidationError):
            self.rates.search([], limit=1).start_date = date(self.today.year, 3, 1)

    def test_a_contractual_rate_is_checked_against_the_floor_with_words(self):
        with self.assertRaisesRegex(ValidationError, "6.00"):
            self.company.write(
                {"ar_interest_mode": "contract", "ar_interest_contract": 5.9}
            )
        self.company.write(
            {"ar_interest_mode": "contract", "ar_interest_contract": 6.0}
        )
        self.accrue()
        self.assertEqual(self.claim().amount, 73.97)
        self.assertEqual(self.claim().working["law"], "contract")

    def test_the_floor_never_lifts_the_default_rate(self):
        for rate in self.rates.search([]):
            rate.legal_rate = 9.0
        self.accrue()
        self.assertEqual({x["rate"] for x in self.claim().working["lines"]}, {"15.00"})
        self.assertFalse(self.company._ar_claims_warning())


@tagged("post_install", "-at_install")
class TestInterestRates(TransactionCase):
    """The rates that come with the add-on."""

    def test_shipped_rates_are_those_published_with_their_source(self):
        rates = {
            (half.year, half.number): rate
            for half, rate in self.env["ar.interest.rate"]._ar_table().ecb.items()
        }
        # Default rates of 14.25 % and 12.15 %.
        self.assertEqual(rates[2024, 2], Decimal("4.25"))
        self.assertEqual(rates[2026, 1], Decimal("2.15"))
        for rate in self.env["ar.interest.rate"].search([]):
            self.assertTrue(rate.source and rate.source_date)
