from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .common import ChorusCase


@tagged("post_install", "-at_install")
class TestPlatformPast(ChorusCase):
    """What the platform had told by a day, and steps that count from it."""

    def setUp(self):
        super().setUp()
        self.move = self.make_invoice(1000.0, "2026-06-01")
        self.buyer.email = "compta@saint-aubin.example"

    def tell(self, *facts):
        self.story(self.told(self.move, *facts))
        self.link(self.move).action_retry()
        self.sync()
        return self.env["ar.debtor"]._ar_refresh({self.buyer.id})

    def days_ago(self, days):
        return f"{fields.Date.today() - timedelta(days=days)} 10:00"

    def held(self, debtor, days_ago):
        """Codes of what held the invoice on a day."""
        day = self.company._ar_today() - timedelta(days=days_ago)
        (item,) = debtor.explain(day.isoformat())["items"]
        return [reason["code"] for reason in item["reasons"]]

    def test_a_pause_of_then_is_over_now(self):
        debtor = self.tell(
            ("COMPLETEE", self.days_ago(10)),
            ("REJETEE", self.days_ago(2)),
        )
        self.assertEqual(self.held(debtor, 0), ["disputed"])
        self.assertEqual(self.held(debtor, 5), ["platform_pause"])
        self.assertEqual(self.held(debtor, 10), ["platform_pause"])
        self.assertEqual(self.held(debtor, 11), [])

    def test_a_pause_of_now_was_not_there_before(self):
        debtor = self.tell(("COMPLETEE", self.days_ago(1)))
        self.assertEqual(self.held(debtor, 0), ["platform_pause"])
        self.assertEqual(self.held(debtor, 2), [])

    def test_what_was_fetched_later_was_not_known(self):
        debtor = self.tell(("COMPLETEE", self.days_ago(3)))
        self.assertEqual(self.held(debtor, 2), ["platform_pause"])
        day = self.company._ar_today() - timedelta(days=30)
        cr = self.env.cr
        cr.execute("UPDATE ar_debtor SET create_date = %s", [day])
        cr.execute("UPDATE ar_item SET seen_on = %s", [day])
        self.assertEqual(self.held(debtor, 2), [], "the platform was read today")

    def test_a_step_counts_from_a_status(self):
        strategy = self.env["ar.strategy"].create(
            {
                "name": "By status",
                "sequence": -1,
                "company_id": self.company.id,
                "step_ids": [
                    Command.create(
                        {
                            "name": "Approved, not paid",
                            "trigger": "status",
                            "status_code": "approved",
                            "delay_days": 10,
                        }
                    )
                ],
            }
        )
        self.company.ar_stale_bank_days = 0
        debtor = self.tell(("MANDATEE", self.days_ago(30)))
        item = self.env["ar.item"].search([("move_id", "=", self.move.id)])
        self.assertEqual(debtor.strategy_id, strategy)
        self.assertEqual(item.buyer_status_code, "approved")
        self.assertEqual(debtor.explain()["step"], "Approved, not paid")
        day = self.company._ar_today() - timedelta(days=21)
        told = debtor.explain(day.isoformat())
        self.assertFalse(told["step"])
        self.assertEqual(told["verdict"], "wait")
