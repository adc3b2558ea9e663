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
