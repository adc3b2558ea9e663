from datetime import timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import ArCommon


@tagged("post_install", "-at_install")
class TestNoticesAndDisputes(ArCommon):
    """What customers announce and contest."""

    def announce(self, move, amount, key="k", **vals):
        return self.env["ar.payment.notice"]._ar_announce(
            [
                {
                    "source": "promise",
                    "source_key": key,
                    "lines": [{"move_id": move.id, "amount": amount}],
                    "expected_date": self.today + timedelta(days=2),
                    **vals,
                }
            ]
        )

    def test_the_same_announcement_twice_is_one_notice(self):
        move = self.make_invoice(100)
        notice = self.announce(move, 100)
        self.assertEqual(self.announce(move, 90), notice)
        self.assertNotEqual(self.announce(move, 100, key="other"), notice)
        self.assertEqual(notice.hold_until, self.today + timedelta(days=5))

    def test_a_notice_is_kept_partly_kept_or_broken_by_the_ledger(self):
        move = self.make_invoice(100)
        notice = self.announce(move, 80)
        self.pay(move, 30)
        debtor = self.refresh()
        self.assertEqual((notice.state, notice.amount_received), ("active", 30.0))
        self.assertEqual(debtor.open_item_ids.announced, 50.0, "only what is to come")
        notice.hold_until = self.today - timedelta(days=1)
        self.refresh()
        self.assertEqual(notice.state, "partly")
        payment = self.pay(move, 50)
        self.refresh()
        self.assertEqual(notice.state, "kept")
        payment.action_draft()
        self.refresh()
        self.assertEqual(notice.state, "partly", "judged again when undone")

    def test_a_proof_waits_for_review_and_can_be_refused(self):
        move = self.make_invoice(100, overdue=10)
        proof = self.announce(move, 100, source="proof", state="to_review")
        debtor = self.refresh()
        self.assertEqual(self.codes(debtor.explain()), ["announced_review"])
        proof.action_refuse()
        self.assertEqual(debtor.explain()["verdict"], "chase")
        with self.assertRaisesRegex(UserError, proof.name):
            proof.action_withdraw()
        kinds = debtor.timeline_ids.mapped("kind")
        self.assertIn("notice_refused", kinds)

    def test_status_changes_only_through_its_methods(self):
        notice = self.announce(self.make_invoice(100), 100)
        with self.assertRaises(UserError):
            notice.write({"state": "kept"})
        with self.assertRaises(UserError):
            notice.with_context(ar_state_guard=True).write({"state": "kept"})

    def test_invoices_of_two_customers_are_refused(self):
        other = self.env["res.partner"].create({"name": "Other"})
        moves = self.make_invoice(100) + self.make_invoice(50, partner=other)
        with self.assertRaisesRegex(UserError, "one account"):
            self.env["ar.payment.notice"]._ar_announce(
                [
                    {
                        "source": "promise",
                        "source_key": "x",
                        "lines": [{"move_id": m.id, "amount": 10} for m in moves],
                        "expected_date": self.today,
                    }
                ]
            )

    def test_disputes_never_exceed_what_is_open(self):
        move = self.make_invoice(100)
        raised = self.env["ar.dispute"]._ar_raise(
            [
                {
                    "move_id": move.id,
                    "source": "platform",
                    "source_key": "a",
                    "reason_code": "price",
                    "amount": 70,
                },
                {
                    "move_id": move.id,
                    "source": "platform",
                    "source_key": "b",
                    "reason_code": "no such code",
                    "amount": 70,
                },
            ]
        )
        self.assertEqual(raised.mapped("amount"), [70.0, 30.0])
        self.assertEqual(raised[1].reason_id.code, "other")
        with self.assertRaisesRegex(ValidationError, move.name):
            raised[0].amount = 80
        again = self.env["ar.dispute"]._ar_raise(
            [{"move_id": move.id, "source": "platform", "source_key": "a"}]
        )
        self.assertEqual(again, raised[0])

    def test_one_receipt_counts_once_for_two_announcements(self):
        move = self.make_invoice(1000)
        first = self.announce(move, 500, key="a")
        second = self.announce(move, 500, key="b")
        self.pay(move, 500)
        debtor = self.refresh()
        self.assertEqual((first.state, second.state), ("kept", "active"))
        self.assertEqual(debtor.open_item_ids.announced, 500.0)

    def test_a_credit_note_is_no_payment(self):
        move = self.make_invoice(1000)
        notice = self.announce(move, 700)
        credit = self.make_invoice(300, move_type="out_refund")
        (move + credit).line_ids.filtered(
            lambda ln: ln.account_type == "asset_receivable"
        ).reconcile()
        debtor = self.refresh()
        self.assertEqual((notice.state, notice.amount_received), ("active", 0.0))
        self.assertEqual(debtor.open_item_ids.announced, 700.0)

    def test_nobody_announces_more_than_is_open(self):
        move = self.make_invoice(100)
        notice = self.announce(move, 5000)
        self.assertEqual(notice.line_ids.amount, 100.0)

    def test_a_second_fact_on_a_wholly_disputed_invoice_joins_the_first(self):
        move = self.make_invoice(100)
        facts = [
            {
                "move_id": move.id,
                "source": "platform",
                "source_key": key,
                "reason_code": "price",
            }
            for key in ("a", "b")
        ]
        first, second = self.env["ar.dispute"]._ar_raise(facts[:1]), None
        second = self.env["ar.dispute"]._ar_raise(facts[1:])
        self.assertEqual(first, second)
        first.resolution = "settled"
        first.action_resolve()
        self.pay(move, 60)
        first.action_reopen()
        self.assertEqual(first.amount, 40.0, "what is left to dispute")

    def test_records_begin_at_the_beginning(self):
        debtor = self.refresh() or self.make_invoice(10)._ar_debtor()
        with self.assertRaises(UserError):
            self.env["ar.reminder"].create(
                {
                    "debtor_id": debtor.id,
                    "company_id": self.company.id,
                    "planned_date": self.today,
                    "state": "done",
                }
            )

    def test_a_closed_dispute_gives_its_part_back_to_the_ladder(self):
        move = self.make_invoice(100, overdue=10)
        dispute = self.env["ar.dispute"]._ar_raise(
            [
                {
                    "move_id": move.id,
                    "source": "portal",
                    "source_key": "d",
                    "reason_code": "quality",
                }
            ]
        )
        debtor = self.refresh()
        self.assertEqual(self.codes(debtor.explain()), ["disputed"])
        with self.assertRaisesRegex(UserError, dispute.name):
            dispute.action_resolve()
        dispute.resolution = "customer_wrong"
        dispute.action_resolve()
        self.assertEqual(debtor.explain()["verdict"], "chase")
        dispute.action_reopen()
        self.assertEqual(debtor.explain()["verdict"], "hold")
        self.assertFalse(dispute.resolution)
