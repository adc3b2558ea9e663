from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..engine.delivery import Outcome
from .common_channels import ChannelCommon


@tagged("post_install", "-at_install")
class TestTasks(ChannelCommon):
    def test_a_step_gives_a_colleague_something_to_do(self):
        self.channel("task", task_user_kind="salesperson", task_text="Call the boss")
        seller = new_test_user(self.env, "seller", company_id=self.company.id)
        self.customer.user_id = seller
        move, reminder = self.due_reminder()
        self.assertEqual(self.hand_over(reminder), {reminder.id: Outcome.SENT})

        [activity] = reminder.debtor_id.activity_ids
        self.assertEqual(activity.user_id, seller)
        self.assertEqual(activity.summary, "Call the boss")
        self.assertIn(move.name, activity.note)
        self.assertEqual(activity.date_deadline, self.today + timedelta(days=2))
        self.assertEqual(reminder.state, "done")
        self.assertEqual(reminder.debtor_id.item_ids.step_id, self.steps[0])
        self.assertEqual(self.smtp.accepted, [])

    def test_without_a_salesperson_the_collector_gets_it(self):
        self.channel("task", task_user_kind="salesperson")
        _move, reminder = self.due_reminder()
        self.hand_over(reminder)
        self.assertEqual(reminder.debtor_id.activity_ids.user_id, self.collector)

    def test_a_colleague_by_name_must_be_named(self):
        with self.assertRaisesRegex(UserError, "colleague"):
            self.channel("task", task_user_kind="named")
        self.channel("task", task_user_kind="named", task_user_id=self.collector.id)
        _move, reminder = self.due_reminder()
        self.hand_over(reminder)
        self.assertEqual(reminder.debtor_id.activity_ids.user_id, self.collector)

    def test_channels_of_one_batch_go_each_their_way(self):
        self.strategy.step_ids = [Command.clear()]
        self.strategy.step_ids = [
            Command.create({"name": "Task", "delay_days": 5, "channel": "task"}),
            Command.create({"name": "Mail", "delay_days": 20, "channel": "email"}),
        ]
        late = self.customer.copy({"email": "late@example.com"})
        self.make_invoice(overdue=12)
        self.make_invoice(overdue=30, partner=late)
        reminders = self.plan_for(self.customer, late)
        outcomes = self.send(reminders)
        self.assertEqual(set(outcomes.values()), {Outcome.SENT})
        self.assertEqual([to for to, _m in self.smtp.accepted], [["late@example.com"]])
