from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from .common import ArCommon


@tagged("post_install", "-at_install")
class TestScreens(ArCommon):
    """What a collector does from the account's form."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = new_test_user(
            cls.env,
            "ar_screens",
            groups="ar_collections.group_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.old = cls.make_invoice(100.0, overdue=30)
        cls.young = cls.make_invoice(60.0, overdue=10)
        cls.debtor = cls.refresh().with_user(cls.collector)

    def kinds(self):
        return self.debtor.sudo().timeline_ids.mapped("kind")

    def test_why_tells_reasons_and_items(self):
        action = self.debtor.action_why()
        why = self.env["ar.why"].with_user(self.collector).browse(action["res_id"])
        self.assertEqual(why.verdict, "chase")
        self.assertTrue(why.reason_ids[0].words)
        self.assertEqual(
            set(why.item_ids.mapped("number")), {self.old.name, self.young.name}
        )
        self.assertTrue(all(why.item_ids.mapped("included")))

    def test_suspend_holds_at_once_and_ends(self):
        until = self.today + timedelta(days=10)
        hold = self.env["ar.hold"].with_user(self.collector)
        hold = hold.with_context(default_debtor_ids=self.debtor.ids)
        with Form(hold) as form:
            form.hold_until = until
            form.reason = "New contact"
        form.record.action_hold()
        self.assertEqual(self.debtor.verdict, "hold")
        self.assertIn("hold_set", self.kinds())
        self.assertEqual(self.debtor.explain()["reasons"][0]["code"], "hold_until")
        self.debtor.action_resume()
        self.assertEqual(self.debtor.verdict, "chase")
        self.assertFalse(self.debtor.hold_until)
        self.assertIn("hold_lifted", self.kinds())

    def test_suspension_without_end_is_refused(self):
        wizard = self.env["ar.hold"].with_user(self.collector)
        wizard = wizard.create(
            {
                "debtor_ids": [Command.set(self.debtor.ids)],
                "hold_until": self.today,
                "reason": "x",
            }
        )
        with self.assertRaises(UserError):
            wizard.action_hold()

    def promise(self, amount=None):
        Promise = self.env["ar.promise"].with_user(self.collector)
        with Form(Promise.with_context(default_debtor_id=self.debtor.id)) as form:
            form.expected_date = self.today + timedelta(days=5)
            if amount:
                form.amount = amount
        return form.record

    def test_promise_takes_everything_overdue(self):
        promise = self.promise()
        self.assertEqual(promise.amount, 160.0)
        promise.action_record()
        notice = self.debtor.notice_ids
        self.assertEqual((notice.source, notice.state), ("promise", "active"))
        self.assertEqual(self.debtor.verdict, "hold")
        self.assertEqual(self.debtor.open_notice_count, 1)

    def test_partial_promise_goes_to_the_oldest_first(self):
        self.promise(130.0).action_record()
        parts = {line.move_id: line.amount for line in self.debtor.notice_ids.line_ids}
        self.assertEqual(parts, {self.old: 100.0, self.young: 30.0})

    def test_promise_above_what_is_open_is_refused(self):
        with self.assertRaises(UserError):
            self.promise(160.01).action_record()

    def test_dispute_from_the_account(self):
        action = self.debtor.action_new_dispute()
        Dispute = self.env["ar.dispute"].with_user(self.collector)
        with Form(Dispute.with_context(**action["context"])) as form:
            form.move_id = self.old
            self.assertEqual(form.amount, 100.0)
            form.reason_id = self.env.ref("ar_collections.reason_quality")
            form.amount = 40.0
        dispute = form.record
        self.assertEqual(dispute.debtor_id, self.debtor)
        self.refresh()
        item = self.debtor.open_item_ids.filtered(lambda i: i.move_id == self.old)
        self.assertEqual(item.disputed, 40.0)
        self.assertTrue(item.is_held)
        held = self.env["ar.item"].search(
            [("debtor_id", "=", self.debtor.id), ("is_held", "=", True)]
        )
        self.assertEqual(held, item)
        free = self.env["ar.item"].search(
            [("debtor_id", "=", self.debtor.id), ("is_held", "=", False)]
        )
        self.assertEqual(free.move_id, self.young)

    def test_dispute_follows_its_owner(self):
        dispute = self.env["ar.dispute"].create(
            {
                "move_id": self.old.id,
                "reason_id": self.env.ref("ar_collections.reason_price").id,
                "owner_id": self.collector.id,
            }
        )
        self.assertEqual(dispute.activity_ids.user_id, self.collector)
        dispute.owner_id = self.env.user
        self.assertEqual(dispute.activity_ids.user_id, self.env.user)
        dispute.action_withdraw()
        self.assertFalse(dispute.activity_ids)

    def test_a_code_told_many_times_is_counted(self):
        day = {"date": self.today.isoformat()}
        amount = {"cents": 1000, "currency": self.company.currency_id.name}
        reason = {"code": "announced", "params": {"amount": amount, "date": day}}
        line = self.env["ar.reason"]._ar_line([{"code": "nothing_due"}, reason, reason])
        self.assertEqual(line, "Nothing is due. Payment announced (2).")

    def test_step_is_named_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.steps[1].with_context(lang="fr_FR").name = "Deuxième relance"
        french = self.debtor.with_context(lang="fr_FR")
        self.assertIn("Deuxième relance", french.decision_line)
        self.assertNotIn("Second", french.decision_line)
