from datetime import timedelta

from odoo import Command
from odoo.tests import new_test_user, tagged

from .common import ArCommon


@tagged("post_install", "-at_install")
class TestNotChased(ArCommon):
    """What is owed and not chased is listed, each with one reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receivable = cls.company_data["default_account_receivable"]

    def rows(self):
        self.env.invalidate_all()
        return self.env["ar.not.chased"].search([("company_id", "=", self.company.id)])

    def entry(self, amount=80.0, partner=None, **line):
        """A miscellaneous entry on the receivable account."""
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": self.today - timedelta(days=20),
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.receivable.id,
                            "balance": amount,
                            "partner_id": partner and partner.id,
                            **line,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_account_revenue"
                            ].id,
                            "balance": -amount,
                        }
                    ),
                ],
            }
        )
        move.action_post()
        return move

    def test_what_is_chased_is_not_listed(self):
        self.make_invoice(100.0, overdue=30)
        self.refresh()
        self.assertFalse(self.rows())

    def test_a_line_without_customer_is_listed_with_what_to_do(self):
        move = self.entry(80.0)
        row = self.rows()
        self.assertEqual(row.reason_id.code, "scope_no_partner")
        self.assertEqual((row.move_id, row.amount_held), (move, 80.0))
        self.assertTrue(row.why)
        self.assertIn("customer", row.advice)
        self.assertEqual(row.action_open()["res_model"], "account.move")

    def test_settled_and_credit_lines_without_customer_are_not(self):
        move = self.entry(80.0)
        self.entry(-30.0)
        settled = self.entry(50.0) + self.entry(-50.0)
        lines = settled.line_ids.filtered(lambda x: x.account_id == self.receivable)
        lines.reconcile()
        self.assertEqual(self.rows().move_id, move)

    def test_no_follow_up_is_out_of_scope(self):
        move = self.make_invoice(100.0, overdue=30)
        move.line_ids.filtered("debit").no_followup = True
        self.refresh()
        row = self.rows()
        self.assertEqual((row.kind, row.reason_id.code), ("scope", "scope_no_followup"))

    def test_opening_entries_are_out_of_scope(self):
        self.entry(80.0, self.customer)
        self.refresh()
        self.assertEqual(self.rows().reason_id.code, "scope_opening")

    def test_a_disputed_part_counts_for_its_amount(self):
        move = self.make_invoice(100.0, overdue=30)
        self.env["ar.dispute"].create(
            {
                "move_id": move.id,
                "reason_id": self.env.ref("ar_collections.reason_price").id,
                "amount": 40.0,
            }
        )
        self.refresh()
        row = self.rows()
        self.assertEqual((row.kind, row.reason_id.code), ("item", "disputed"))
        self.assertEqual((row.amount, row.amount_held), (100.0, 40.0))

    def test_a_held_account_lists_its_invoices(self):
        self.make_invoice(100.0, overdue=30)
        self.make_invoice(60.0, overdue=3)
        debtor = self.refresh()
        debtor.no_chasing = True
        self.refresh()
        rows = self.rows()
        self.assertEqual(set(rows.mapped("reason_id.code")), {"no_chasing"})
        self.assertEqual(set(rows.mapped("kind")), {"account"})
        self.assertEqual(sum(rows.mapped("amount_held")), 160.0)
        self.assertEqual(rows[0].action_open()["res_model"], "ar.debtor")

    def test_grouped_by_reason_with_sums(self):
        self.entry(80.0)
        self.entry(20.0)
        groups = self.env["ar.not.chased"]._read_group(
            [("company_id", "=", self.company.id)],
            ["reason_id"],
            ["amount_held:sum", "__count"],
        )
        self.assertEqual([(100.0, 2)], [(total, count) for _r, total, count in groups])

    def test_collectors_see_their_accounts_and_what_nobody_has(self):
        self.entry(80.0)
        move = self.make_invoice(100.0, overdue=30)
        move.line_ids.filtered("debit").no_followup = True
        debtor = self.refresh()
        collectors = [
            new_test_user(
                self.env,
                f"ar_not_chased_{name}",
                groups="ar_collections.group_user",
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            for name in ("own", "other")
        ]
        debtor.collector_id = collectors[0]
        seen = [len(self.rows().with_user(user).search([])) for user in collectors]
        self.assertEqual(seen, [2, 1])

    def test_other_companies_stay_apart(self):
        self.entry(80.0)
        other = self.setup_other_company()["company"]
        rows = self.env["ar.not.chased"].with_context(allowed_company_ids=other.ids)
        self.assertFalse(rows.search([("company_id", "=", self.company.id)]))
