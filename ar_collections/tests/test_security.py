from datetime import timedelta

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import new_test_user, tagged

from .common import ArCommon

ROLES = {
    "reader": "ar_collections.group_reader",
    "collector": "ar_collections.group_user",
    "colleague": "ar_collections.group_user",
    "manager": "ar_collections.group_manager",
    "accountant": "account.group_account_invoice",
    "employee": "base.group_user",
}


@tagged("post_install", "-at_install")
class TestSecurity(ArCommon):
    """Who sees which account, and who may do what with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(
                cls.env,
                f"ar_{role}",
                groups=group,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for role, group in ROLES.items()
        }
        cls.invoice = cls.make_invoice(120.0, overdue=30)
        cls.mine = cls.refresh()
        cls.mine.collector_id = cls.users["collector"]
        cls.other_customer = cls.env["res.partner"].create({"name": "Scierie Nord"})
        cls.other_invoice = cls.make_invoice(50.0, partner=cls.other_customer)
        cls.theirs = cls.refresh(cls.other_customer)
        cls.theirs.collector_id = cls.users["colleague"]
        cls.free_customer = cls.env["res.partner"].create({"name": "Garage Sud"})
        cls.make_invoice(70.0, partner=cls.free_customer)
        cls.free = cls.refresh(cls.free_customer)
        cls.notice = cls.env["ar.payment.notice"]._ar_announce(
            [
                {
                    "source": "promise",
                    "lines": [{"move_id": cls.other_invoice.id, "amount": 20.0}],
                    "expected_date": cls.today + timedelta(days=3),
                }
            ]
        )
        cls.all_debtors = cls.mine | cls.theirs | cls.free

    def seen(self, role, model, domain=()):
        return self.env[model].with_user(self.users[role]).search(list(domain)).sudo()

    def test_collector_sees_own_and_free_accounts(self):
        accounts = [("id", "in", self.all_debtors.ids)]
        self.assertEqual(
            self.seen("collector", "ar.debtor", accounts), self.mine | self.free
        )
        self.assertEqual(self.seen("manager", "ar.debtor", accounts), self.all_debtors)
        self.assertEqual(self.seen("reader", "ar.debtor", accounts), self.all_debtors)
        with self.assertRaises(AccessError):
            self.seen("accountant", "ar.debtor")
        with self.assertRaises(AccessError):
            self.seen("employee", "ar.debtor")

    def test_everything_follows_its_account(self):
        theirs = [("debtor_id", "=", self.theirs.id)]
        for model in ("ar.item", "ar.payment.notice", "ar.event.link"):
            with self.subTest(model=model):
                self.assertFalse(self.seen("collector", model, theirs))
                self.assertTrue(self.seen("colleague", model, theirs))
                self.assertTrue(self.seen("reader", model, theirs))
        lines = [("notice_id", "=", self.notice.id)]
        self.assertFalse(self.seen("collector", "ar.payment.notice.line", lines))
        event = self.env["ar.event"].search(
            [("link_ids.debtor_id", "=", self.theirs.id)]
        )
        self.assertTrue(event)
        found = [("id", "in", event.ids)]
        self.assertFalse(self.seen("collector", "ar.event", found))
        self.assertEqual(self.seen("colleague", "ar.event", found), event)

    def test_invoice_entry_of_anothers_timeline_stays_hidden(self):
        entries = [("move_id", "=", self.other_invoice.id)]
        self.assertTrue(self.seen("colleague", "ar.event.link", entries))
        self.assertFalse(self.seen("collector", "ar.event.link", entries))

    def test_accountant_reads_items_and_timeline_of_invoices(self):
        entries = [("move_id", "=", self.other_invoice.id)]
        self.assertTrue(self.seen("accountant", "ar.item", entries))
        self.assertTrue(self.seen("accountant", "ar.event.link", entries))
        told = self.other_invoice.with_user(self.users["accountant"]).action_ar_why()
        self.assertEqual(told["res_model"], "ar.why")

    def test_reader_changes_nothing(self):
        debtor = self.mine.with_user(self.users["reader"])
        self.assertTrue(debtor.explain()["reasons"])
        with self.assertRaises(AccessError):
            debtor.note = "<p>Hello</p>"
        with self.assertRaises(AccessError):
            self.notice.with_user(self.users["reader"]).action_refuse()
        with self.assertRaises(AccessError):
            debtor.action_resume()

    def test_reader_and_collector_in_one_person_write_own_accounts_only(self):
        self.users["collector"].group_ids |= self.env.ref("ar_collections.group_reader")
        accounts = [("id", "in", self.all_debtors.ids)]
        self.assertEqual(
            self.seen("collector", "ar.debtor", accounts), self.all_debtors
        )
        self.mine.with_user(self.users["collector"]).note = "<p>Mine</p>"
        with self.assertRaises(AccessError):
            self.theirs.with_user(self.users["collector"]).note = "<p>Theirs</p>"

    def test_nobody_writes_history(self):
        event = self.env["ar.event"].search([], limit=1)
        for role in ("collector", "manager", "accountant", "reader"):
            with self.subTest(role=role):
                mine = event.with_user(self.users[role])
                with self.assertRaises(AccessError):
                    mine.write({"kind": "note"})
                with self.assertRaises(AccessError):
                    mine.unlink()
                with self.assertRaises(AccessError):
                    mine.create({"kind": "note"})

    def test_collector_reads_customer_invoices_only(self):
        bill = self.make_invoice(
            80.0, move_type="in_invoice", date=self.today, partner=self.other_customer
        )
        collector = self.users["collector"]
        self.assertTrue(self.invoice.with_user(collector).name)
        with self.assertRaises(AccessError):
            bill.with_user(collector).read(["name"])
        with self.assertRaises(AccessError):
            self.invoice.with_user(collector).ref = "changed"

    def test_collector_opens_the_form_of_an_invoice(self):
        self.pay(self.invoice, 20.0)
        move = self.invoice.with_user(self.users["collector"])
        arch = etree.fromstring(move.get_view(view_type="form")["arch"])
        names = arch.xpath("//field[not(ancestor::field)]/@name")
        spec = {
            name: {"fields": {"display_name": {}}}
            if move._fields[name].type in ("one2many", "many2many")
            else {}
            for name in names
        }
        self.assertIn("ar_timeline", spec)
        self.assertEqual(move.web_read(spec)[0]["name"], move.name)

    def test_accountant_who_collects_keeps_the_payments_of_vendors(self):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "supplier",
                "partner_id": self.other_customer.id,
                "amount": 12.0,
            }
        )
        with self.assertRaises(AccessError):
            payment.with_user(self.users["collector"]).read(["amount"])
        accounting = self.env.ref("account.group_account_invoice")
        self.users["collector"].group_ids |= accounting
        self.assertEqual(payment.with_user(self.users["collector"]).amount, 12.0)

    def test_owner_answers_a_dispute_without_any_role(self):
        dispute = self.env["ar.dispute"].create(
            {
                "move_id": self.invoice.id,
                "reason_id": self.env.ref("ar_collections.reason_price").id,
                "owner_id": self.users["employee"].id,
            }
        )
        other = self.env["ar.dispute"].create(
            {
                "move_id": self.other_invoice.id,
                "reason_id": self.env.ref("ar_collections.reason_price").id,
                "owner_id": self.users["manager"].id,
                "amount": 10.0,
            }
        )
        mine = dispute.with_user(self.users["employee"])
        self.assertEqual(self.seen("employee", "ar.dispute"), dispute)
        self.assertTrue(
            self.env["mail.activity"].search(
                [
                    ("res_model", "=", "ar.dispute"),
                    ("res_id", "=", dispute.id),
                    ("user_id", "=", self.users["employee"].id),
                ]
            )
        )
        mine.resolution = "customer_wrong"
        mine.action_resolve()
        self.assertEqual(dispute.state, "resolved")
        self.assertFalse(dispute.activity_ids)
        said = self.env["ar.event.link"].search(
            [("debtor_id", "=", self.mine.id), ("kind", "=", "dispute_closed")]
        )
        self.assertEqual(said.actor, self.users["employee"].name)
        mine.action_reopen()
        self.assertEqual(dispute.activity_ids.user_id, self.users["employee"])
        with self.assertRaises(AccessError):
            other.with_user(self.users["employee"]).resolution = "settled"

    def test_an_owner_answers_and_changes_nothing_else(self):
        dispute = self.env["ar.dispute"].create(
            {
                "move_id": self.invoice.id,
                "reason_id": self.env.ref("ar_collections.reason_price").id,
                "owner_id": self.users["employee"].id,
                "amount": 5.0,
            }
        )
        mine = dispute.with_user(self.users["employee"])
        for vals in ({"amount": 9.0}, {"move_id": self.other_invoice.id}):
            with self.assertRaises(AccessError):
                mine.write(vals)
        with self.assertRaises(AccessError):
            dispute.with_user(self.users["manager"]).move_id = self.other_invoice

    def test_the_decision_is_not_told_outside_finance(self):
        portal = new_test_user(self.env, "ar_portal_user", groups="base.group_portal")
        portal.partner_id.parent_id = self.invoice.partner_id
        invoice = self.invoice.with_user(portal)
        with self.assertRaises(AccessError):
            invoice.ar_explain()

    def test_mail_comes_in_through_the_gateway_alone(self):
        with self.assertRaises(AccessError):
            get_public_method(self.mine, "message_update")

    def test_configuration_is_for_managers(self):
        with self.assertRaises(AccessError):
            self.strategy.with_user(self.users["collector"]).name = "Mine"
        self.strategy.with_user(self.users["manager"]).name = "Renamed"
        self.assertEqual(self.strategy.name, "Renamed")

    def test_see_all_setting_ties_the_two_roles(self):
        group = self.env.ref("ar_collections.group_user")
        reader = self.env.ref("ar_collections.group_reader")
        self.assertNotIn(reader, group.all_implied_ids)
        settings = self.env["res.config.settings"].sudo()
        settings.create({"group_ar_see_all": True}).execute()
        self.assertIn(reader, group.all_implied_ids)


@tagged("post_install", "-at_install")
class TestCompanies(ArCommon):
    """Two companies never see each other's receivables."""

    def test_companies_are_apart(self):
        other = self.setup_other_company()
        invoice = self.make_invoice(40.0)
        debtor = self.refresh()
        self.env["ar.dispute"].create(
            {
                "move_id": invoice.id,
                "reason_id": self.env.ref("ar_collections.reason_tax").id,
            }
        )
        foreign = new_test_user(
            self.env,
            "ar_foreign",
            groups="ar_collections.group_manager",
            company_id=other["company"].id,
            company_ids=[Command.set(other["company"].ids)],
        )
        domains = {
            "ar.debtor": [("id", "=", debtor.id)],
            "ar.item": [("debtor_id", "=", debtor.id)],
            "ar.dispute": [("move_id", "=", invoice.id)],
            "ar.event.link": [("debtor_id", "=", debtor.id)],
            "ar.event": [("link_ids.debtor_id", "=", debtor.id)],
            "ar.strategy": [("id", "=", self.strategy.id)],
            "ar.strategy.step": [("strategy_id", "=", self.strategy.id)],
        }
        for model, domain in domains.items():
            with self.subTest(model=model):
                self.assertTrue(self.env[model].search(domain))
                self.assertFalse(self.env[model].with_user(foreign).search(domain))
