from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import ArCommon


@tagged("post_install", "-at_install")
class TestPrivacyIncidents(ArCommon):
    """What was settled long ago no longer counts against a customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.ar_payer_min_invoices = 1

    def paid_late(self, due_days_ago, paid_days_ago, amount=100.0):
        move = self.make_invoice(amount, overdue=due_days_ago)
        self.debtor = self.refresh()
        self.pay(move)
        self.env.cr.execute(
            "UPDATE account_partial_reconcile r SET max_date = %s"
            "  FROM account_move_line l"
            " WHERE l.id = r.debit_move_id AND l.move_id = %s",
            [self.today - timedelta(days=paid_days_ago), move.id],
        )
        self.env.invalidate_all()
        return move

    def profile(self):
        self.env["ar.payer.profile"]._ar_profile(self.debtor)
        self.env.invalidate_all()
        return self.debtor.payer_profile_ids

    def test_a_late_payment_leaves_and_the_explanation_follows(self):
        self.paid_late(300, 200)  # 100 days late, settled 200 days ago
        self.paid_late(100, 90)  # 10 days late
        self.assertEqual(self.profile().delay_days, 55)
        self.company.ar_incident_months = 6
        self.assertEqual(self.profile().delay_days, 10)
        told = self.debtor.payer_explain()
        self.assertEqual(told["delay_days"], 10)
        self.assertEqual(len(told["parts"]), 1)

    def test_what_is_unpaid_counts_however_old(self):
        self.company.ar_incident_months = 1
        self.make_invoice(100, overdue=300)
        self.debtor = self.refresh()
        self.assertEqual(self.profile().delay_days, 300)

    def test_the_default_changes_nothing_of_the_two_years(self):
        self.assertEqual(self.company.ar_incident_months, 24)
        self.paid_late(360, 330)
        self.paid_late(600, 500)
        profile = self.profile()
        self.assertEqual(profile.delay_days, 30)
        self.assertEqual(profile.previous_delay_days, 100)
        self.company.ar_incident_months = 18
        self.assertFalse(self.profile().previous_invoice_count)

    def broken_promise(self, days_ago):
        move = self.make_invoice(100, overdue=days_ago + 40)
        self.debtor = self.refresh()
        notice = self.env["ar.payment.notice"]._ar_announce(
            [
                {
                    "source": "promise",
                    "expected_date": self.today - timedelta(days=days_ago),
                    "hold_until": self.today - timedelta(days=days_ago),
                    "lines": [{"move_id": move.id, "amount": 100.0}],
                }
            ]
        )
        notice.sudo()._update_state("broken")
        return move, notice

    def test_a_broken_promise_is_forgotten_once_settled(self):
        move, _notice = self.broken_promise(400)
        self.company.ar_incident_months = 12
        self.assertEqual(self.debtor.reliability()[0]["judged"], 1)  # still unpaid
        self.pay(move)
        self.env.cr.execute(
            "UPDATE account_partial_reconcile SET max_date = %s"
            " WHERE debit_move_id = ANY(%s)",
            [self.today - timedelta(days=380), move.line_ids.ids],
        )
        self.env.invalidate_all()
        self.assertEqual(self.debtor.reliability(), [])
        self.env["ar.debtor"]._ar_measure_word(self.debtor)
        self.assertEqual(self.debtor.word_count, 0)
        self.company.ar_incident_months = 24
        with patch.object(
            self.env.registry["ir.cron"], "_commit_progress", lambda *a, **k: True
        ):
            self.env["ar.payer.profile"]._ar_measure_words()
        self.assertEqual(self.debtor.word_count, 1)  # counts again

    def test_the_preview_tells_what_will_leave(self):
        late = self.paid_late(300, 200)
        self.paid_late(100, 90)
        action = (
            self.env["res.config.settings"].create({}).action_ar_preview_incidents()
        )
        preview = self.env["ar.incident.preview"].browse(action["res_id"])
        self.assertEqual(preview.payment_count, 0)
        preview.months = 6
        preview.action_show()
        self.assertEqual(preview.payment_count, 1)
        self.assertEqual(preview.line_ids.mapped("reference"), [late.name])
        self.assertEqual(self.company.ar_incident_months, 24)
        preview.months = 3
        preview.action_apply()  # shows first what three months would forget
        self.assertEqual(self.company.ar_incident_months, 24)
        preview.months = 6
        preview.action_show()
        preview.action_apply()
        self.assertEqual(self.company.ar_incident_months, 6)

    def test_only_one_to_24_months(self):
        for months in (0, 25):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.company.ar_incident_months = months
