from datetime import timedelta

from lxml import etree

from odoo import Command
from odoo.tests import new_test_user, tagged

from .common import ArCommon

ROLES = ("group_reader", "group_user", "group_manager")
#: Screens that a person opens from a list.
FORMS = ("ar.debtor", "ar.item", "ar.reminder", "ar.dispute", "ar.strategy")


@tagged("post_install", "-at_install")
class TestWorkplace(ArCommon):
    """What the account and the worklist tell at one glance."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old = cls.make_invoice(100.0, overdue=70)
        cls.young = cls.make_invoice(60.0, overdue=1)
        cls.edge = cls.make_invoice(30.0, overdue=30)
        cls.later = cls.make_invoice(500.0, overdue=-10)
        cls.debtor = cls.refresh()

    def ages(self):
        self.env.invalidate_all()
        return [part["amount"] for part in self.debtor.aging]

    def test_what_is_owed_by_age(self):
        self.assertEqual(self.ages(), [500.0, 90.0, 0.0, 100.0, 0.0])
        late = sum(self.ages()[1:])
        self.assertEqual(late, self.debtor.amount_overdue)

    def test_credits_and_what_is_out_of_scope_have_no_age(self):
        self.make_invoice(25.0, overdue=5, move_type="out_refund")
        self.old.line_ids.filtered("debit").no_followup = True
        self.refresh()
        self.assertEqual(self.ages(), [500.0, 90.0, 0.0, 0.0, 0.0])

    def test_due_today_is_not_late_and_a_confirmed_date_counts(self):
        self.make_invoice(7.0, overdue=0)
        self.refresh()
        item = self.debtor.open_item_ids.filtered(lambda i: i.move_id == self.old)
        item.confirmed_due_date = self.today + timedelta(days=3)
        self.assertEqual(self.ages(), [607.0, 90.0, 0.0, 0.0, 0.0])

    def test_an_age_opens_its_invoices(self):
        action = self.debtor.action_open_aged(1, 30)
        items = self.env["ar.item"].search(action["domain"])
        self.assertEqual(items.move_id, self.young + self.edge)
        action = self.debtor.action_open_aged(0, False)
        items = self.env["ar.item"].search(action["domain"])
        self.assertEqual(items.move_id, self.later)

    def test_ages_of_many_accounts_are_one_query(self):
        others = self.env["res.partner"].create(
            [{"name": f"Customer {n}"} for n in range(4)]
        )
        for partner in others:
            self.make_invoice(10.0, overdue=3, partner=partner)
            self.refresh(partner)
        debtors = self.env["ar.debtor"].search([("company_id", "=", self.company.id)])
        debtors.mapped("company_id.ar_tz")
        self.assertEqual(len(debtors), 5)
        with self.assertQueryCount(1):
            debtors._ar_aging()

    def test_status_of_items(self):
        self.env["ar.dispute"].create(
            {
                "move_id": self.edge.id,
                "reason_id": self.env.ref("ar_collections.reason_price").id,
            }
        )
        credit = self.make_invoice(25.0, overdue=5, move_type="out_refund")
        self.refresh()
        status = {item.move_id: item.status for item in self.debtor.open_item_ids}
        self.assertEqual(status[self.old], "overdue")
        self.assertEqual(status[self.edge], "disputed")
        self.assertEqual(status[self.later], "not_due")
        self.assertEqual(status[credit], "credit")
        self.debtor.no_chasing = True
        self.refresh()
        item = self.old.ar_item_ids
        self.env.invalidate_all()
        self.assertEqual(item.status, "held")

    def test_worklist_tells_step_and_invoice_first(self):
        self.assertEqual(self.debtor.verdict, "chase")
        self.assertEqual(self.debtor.todo_line, f"Third · {self.old.name}, D+70")
        self.debtor.no_chasing = True
        self.refresh()
        self.env.invalidate_all()
        self.assertEqual(self.debtor.todo_line, self.debtor.decision_line)

    def test_a_planned_reminder_tells_whom_and_how_much(self):
        self.debtor.plan()
        reminder = self.debtor.reminder_ids
        self.assertEqual(reminder.state, "planned")
        self.assertEqual(reminder.amount_asked, 190.0)
        self.assertEqual(reminder.addressee_text, "compta@bertin.example")
        contact = self.env["res.partner"].create(
            {
                "name": "Jeanne Petit",
                "email": "jeanne@bertin.example",
                "parent_id": self.customer.id,
            }
        )
        self.debtor.contact_id = contact
        self.env.invalidate_all()
        self.assertEqual(
            reminder.addressee_text, "Jeanne Petit · jeanne@bertin.example"
        )

    def test_why_tells_what_to_do(self):
        self.debtor.no_chasing = True
        action = self.debtor.action_why()
        why = self.env["ar.why"].browse(action["res_id"])
        self.assertIn("Never chase", why.reason_ids[0].advice)

    def test_forms_open_for_every_role(self):
        self.env["ar.dispute"].create(
            {
                "move_id": self.edge.id,
                "reason_id": self.env.ref("ar_collections.reason_price").id,
            }
        )
        self.debtor.plan()
        for role in ROLES:
            user = new_test_user(
                self.env,
                f"ar_forms_{role}",
                groups=f"ar_collections.{role}",
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            for model in FORMS:
                with self.subTest(role=role, model=model):
                    told = self.read_form(self.env[model].with_user(user))
                    self.assertTrue(told)
        self.assertTrue(self.debtor.reminder_ids)

    def read_form(self, Model):
        """Read one record the way its form does."""
        record = (
            Model.search([("company_id", "in", self.company.ids)], limit=1)
            if ("company_id" in Model._fields)
            else Model.search([], limit=1)
        )
        arch = etree.fromstring(Model.get_view(view_type="form")["arch"])
        spec = {}
        for node in arch.xpath("//field[not(ancestor::field)]"):
            field = Model._fields[node.get("name")]
            if field.type in ("one2many", "many2many"):
                names = {n.get("name") for n in node.xpath("./list//field")}
                spec[field.name] = {"fields": {name: {} for name in names}}
            elif field.type == "many2one":
                spec[field.name] = {"fields": {"display_name": {}}}
            else:
                spec[field.name] = {}
        return record.web_read(spec)


@tagged("post_install", "-at_install")
class TestStrategyEditor(ArCommon):
    """The form of a strategy reads like the ladder that it is."""

    def test_steps_stand_in_the_order_in_which_they_are_climbed(self):
        self.strategy.step_ids = [
            Command.create({"name": "Between", "delay_days": 10}),
        ]
        names = self.strategy.step_ids.sorted("sequence").mapped("name")
        self.assertEqual(names, ["First", "Between", "Second", "Third"])
        self.steps[0].delay_days = 50
        names = self.strategy.step_ids.sorted("sequence").mapped("name")
        self.assertEqual(names, ["Between", "Second", "Third", "First"])

    def test_the_order_of_a_mixed_ladder_is_the_users(self):
        self.steps[2].trigger = "previous"
        self.assertTrue(self.strategy.is_mixed)
        self.strategy.step_ids = [
            Command.create({"name": "Last", "delay_days": 1, "sequence": 99}),
        ]
        names = self.strategy.step_ids.sorted("sequence").mapped("name")
        self.assertEqual(names[-1], "Last")

    def test_a_step_tells_when_and_what_goes_along(self):
        step = self.steps[0]
        self.assertEqual(step.when_text, "5 days after the due date")
        step.delay_days = -3
        self.assertEqual(step.when_text, "3 days before the due date")
        step.write({"trigger": "invoice", "delay_days": 7})
        self.assertEqual(step.when_text, "7 days after the invoice")
        step.write({"attach_invoices": True, "copy_manager": True})
        self.assertEqual(step.extras_text, "invoices, copy to the manager")

    def test_each_combination_is_explained(self):
        told = set()
        for unit in ("account", "invoice"):
            for carrier in ("each", "oldest"):
                for when_paid in ("stay", "restart", "context"):
                    self.strategy.write(
                        {"unit": unit, "carrier": carrier, "when_paid": when_paid}
                    )
                    told.add(self.strategy.ladder_text)
        # Staying needs no carrier, and separate invoices know neither of the two.
        self.assertEqual(len(told), 7)
