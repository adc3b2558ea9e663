from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common_plans import PlanCommon
from .common_sending import SendingCommon

PDF = b"%PDF-1.4 plan"


@tagged("post_install", "-at_install")
class TestPlanPeople(PlanCommon, SendingCommon):
    """Who prepares, approves, accepts and sees a plan."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor.collector_id = cls.collector
        cls.colleague = cls.make_user("colleague", "ar_collections.group_user")

    @classmethod
    def make_user(cls, login, groups, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def prepared_by(self, user):
        wizard = (
            self.env["ar.payment.plan.new"]
            .with_user(user)
            .with_context(default_item_ids=self.item.ids)
            .create({"template_id": self.three.id})
        )
        self.assertEqual(len(wizard.preview.splitlines()), 3)
        action = wizard.action_prepare()
        return self.env["ar.payment.plan"].with_user(user).browse(action["res_id"])

    def test_no_other_company_s_limit_decides_who_approves(self):
        other = self.setup_other_company()["company"]
        plan = self.prepared_by(self.collector).sudo()
        copied = plan.copy({"company_id": other.id})
        self.assertEqual(copied.company_id, self.debtor.company_id)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            plan.company_id = other

    def record(self, plan, **vals):
        wizard = self.env["ar.payment.plan.accept"].with_user(plan.env.user)
        return wizard.create({"plan_id": plan.id, "by": "Mrs Bertin", **vals})

    def test_a_collector_prepares_proposes_and_records_the_acceptance(self):
        plan = self.prepared_by(self.collector)
        plan.action_mark_proposed()
        with self.assertRaisesRegex(UserError, "reply"):
            self.record(plan).action_accept()
        Report = type(self.env["ir.actions.report"])
        with patch.object(Report, "_ar_pdf", return_value=PDF):
            self.record(plan, note="Her mail of today").action_accept()
        self.assertEqual(plan.state, "running")
        self.assertEqual(plan.attachment_ids.raw, PDF)
        self.assertIn("Acknowledgement", plan.attachment_ids.name)
        event = self.debtor.timeline_ids.event_id.filtered(
            lambda e: e.kind == "plan_accepted"
        )
        content = event.content_ids
        self.assertEqual(event.actor, self.collector.display_name)
        self.assertEqual(content.payload["cents"], 30_000)
        self.assertEqual(len(content.payload["instalments"]), 3)
        for words in ("acknowledges owing", self.invoice.name, "Mrs Bertin"):
            self.assertIn(words, content.body)
        self.assertIn(event, self.invoice.ar_timeline_ids.event_id)

    def test_accepted_twice_is_accepted_once_even_without_a_printer(self):
        plan = self.prepare()
        Report = type(self.env["ir.actions.report"])
        with patch.object(Report, "get_wkhtmltopdf_state", return_value="install"):
            self.assertTrue(plan._ar_accept("Portal user", {"kind": "portal"}))
            self.assertFalse(plan._ar_accept("Portal user", {"kind": "portal"}))
        self.assertEqual(plan.state, "running")
        kinds = self.debtor.timeline_ids.mapped("kind")
        self.assertEqual(kinds.count("plan_accepted"), 1)

    def test_above_the_amount_a_credit_manager_approves(self):
        self.company.ar_plan_approval_amount = 299
        plan = self.prepared_by(self.collector)
        self.assertTrue(plan.needs_approval)
        for act in (plan.action_mark_proposed, plan.action_propose):
            with self.assertRaisesRegex(UserError, "credit manager"):
                act()
        with self.assertRaisesRegex(UserError, "credit manager"):
            self.record(plan, note="Her mail").action_accept()
        with self.assertRaises(AccessError):
            plan.action_approve()
        with self.assertRaises(UserError):
            plan.write({"approved_by_id": self.collector.id})
        manager = self.make_user("manager", "ar_collections.group_manager")
        plan.with_user(manager).action_approve()
        self.assertFalse(plan.needs_approval)
        # Other terms have to be approved again.
        plan.line_ids[0].amount = 90
        self.assertTrue(plan.needs_approval)
        plan.line_ids[0].amount = 100
        plan.with_user(manager).action_approve()
        plan.action_mark_proposed()
        self.assertEqual((plan.state, plan.approved_by_id), ("sent", manager))

    def test_what_is_recorded_cannot_be_written_by_hand(self):
        plan = self.prepared_by(self.collector)
        for vals in (
            {"state": "running"},
            {"accepted_by": "Nobody"},
            {"amount_received": 300},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                plan.write(vals)

    def test_a_plan_follows_its_account_and_its_company(self):
        plan = self.prepare()
        other = self.setup_other_company()
        foreign = self.make_user(
            "foreign", "ar_collections.group_manager", other["company"]
        )
        Plan = self.env["ar.payment.plan"]
        here = [("id", "=", plan.id)]
        self.assertEqual(Plan.with_user(self.collector).search(here), plan)
        for user in (self.colleague, foreign):
            self.assertFalse(Plan.with_user(user).search(here))
            for lines in (plan.line_ids, plan.part_ids):
                found = lines.with_user(user).search([("plan_id", "=", plan.id)])
                self.assertFalse(found, f"{user.login} {lines}")
        reader = self.make_user("reader", "ar_collections.group_reader")
        self.assertEqual(Plan.with_user(reader).search(here), plan)
        with self.assertRaises(AccessError):
            plan.with_user(reader).action_mark_proposed()

    def test_invoices_of_two_accounts_make_no_plan(self):
        partner = self.env["res.partner"].create({"name": "Other"})
        other = self.make_invoice(50, partner=partner)
        self.refresh(partner)
        with self.assertRaisesRegex(UserError, "one account"):
            self.prepare(items=self.item + other.ar_item_ids)

    def test_the_proposal_leaves_as_an_e_mail_with_the_plan(self):
        plan = self.prepare()
        plan.with_user(self.collector).action_propose()
        self.assertEqual(self.codes(self.told()), ["plan_sent"])
        reminder = self.debtor.reminder_ids.filtered(lambda r: r.plan_id == plan)
        self.assertEqual(reminder.state, "approved")
        Report = type(self.env["ir.actions.report"])
        with patch.object(Report, "_ar_pdf", return_value=PDF):
            self.send(reminder)
        self.assertEqual(reminder.state, "done")
        ((_to, message),) = self.smtp.accepted
        body = message.get_body(("html",)).get_content()
        self.assertIn("100.00", body)
        self.assertIn("acknowledge this debt", body)
        names = [part.get_filename() for part in message.iter_attachments()]
        self.assertTrue(any("Instalment plan" in (n or "") for n in names), names)
        # A proposal taken back before it left does not leave.
        plan.action_draft()
        plan.action_propose()
        again = self.debtor.reminder_ids.filtered(lambda r: r.state == "approved")
        plan.action_draft()
        self.send(again)
        self.assertEqual(
            (again.state, again.cancel_code), ("cancelled", "plan_changed")
        )
        self.assertEqual(len(self.smtp.accepted), 1)

    def test_a_plan_follows_a_customer_who_is_merged(self):
        plan = self.accepted()
        target = self.env["res.partner"].create({"name": "Bertin SAS"})
        self.make_invoice(10, partner=target)
        kept = self.refresh(target)
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            [target.id, self.customer.id], target
        )
        self.env.invalidate_all()
        self.assertEqual(plan.debtor_id, kept)
