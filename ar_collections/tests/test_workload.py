from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import ArCommon

GROUPS = {
    "claire": "ar_collections.group_user",
    "paul": "ar_collections.group_user",
    "lea": "ar_collections.group_user",
    "manager": "ar_collections.group_manager",
    "reader": "ar_collections.group_reader",
}


@tagged("post_install", "-at_install")
class TestWorkload(ArCommon):
    """Who sees and works which account, while colleagues come and go."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        data = cls.setup_other_company(name="Second house")
        cls.company_2 = data["company"]
        cls.company_2.ar_stale_bank_days = 0
        both = cls.company | cls.company_2
        cls.users = {
            role: new_test_user(
                cls.env,
                f"ar_people_{role}",
                groups=group,
                email=f"{role}@works.example",
                company_id=cls.company.id,
                company_ids=[Command.set((cls.company if role == "lea" else both).ids)],
            )
            for role, group in GROUPS.items()
        }
        cls.claire, cls.paul = cls.users["claire"], cls.users["paul"]
        cls.make_invoice(300.0, overdue=12)
        cls.mine = cls.refresh()
        cls.mine.collector_id = cls.claire
        cls.other = cls.env["res.partner"].create({"name": "Scierie Nord"})
        cls.make_invoice(100.0, overdue=12, partner=cls.other)
        cls.theirs = cls.refresh(cls.other)
        cls.theirs.collector_id = cls.paul
        cls.make_second_invoice(data)
        cls.abroad = cls.refresh(cls.other) - cls.theirs
        cls.abroad.collector_id = cls.claire
        cls.accounts = cls.mine | cls.theirs | cls.abroad

    @classmethod
    def make_second_invoice(cls, data):
        """An invoice of the same customer in the second company."""
        customer = cls.other.with_company(cls.company_2)
        customer.property_account_receivable_id = data["default_account_receivable"]
        line = {
            "name": "Work",
            "price_unit": 80.0,
            "tax_ids": [],
            "account_id": data["default_account_revenue"].id,
        }
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": cls.company_2.id,
                "partner_id": cls.other.id,
                "invoice_date": cls.today - timedelta(days=60),
                "invoice_date_due": cls.today - timedelta(days=30),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [Command.create(line)],
            }
        )
        move.action_post()

    def seen(self, role, companies=None):
        """Accounts of these tests that this person finds."""
        companies = companies or self.users[role].company_ids
        Debtor = self.env["ar.debtor"].with_user(self.users[role])
        Debtor = Debtor.with_context(allowed_company_ids=companies.ids)
        return Debtor.search([("id", "in", self.accounts.ids)]).sudo()

    def away(self, start=0, end=5, user=None, substitute=None):
        return self.env["ar.absence"].create(
            {
                "user_id": (user or self.claire).id,
                "substitute_id": (substitute or self.paul).id,
                "date_from": self.today + timedelta(days=start),
                "date_to": self.today + timedelta(days=end),
            }
        )

    def time_passes(self, absence, days):
        """As if the absence lay ``days`` earlier; then the hourly run."""
        shift = timedelta(days=days)
        absence.sudo().write(
            {"date_from": absence.date_from - shift, "date_to": absence.date_to - shift}
        )
        absence._ar_apply()

    # Who sees what.

    def test_everybody_sees_their_accounts_in_their_companies(self):
        self.assertEqual(self.seen("claire"), self.mine | self.abroad)
        self.assertEqual(self.seen("claire", self.company), self.mine)
        self.assertEqual(self.seen("paul"), self.theirs)
        self.assertEqual(self.seen("manager"), self.accounts)
        self.assertEqual(self.seen("reader"), self.accounts)
        with self.assertRaises(AccessError):
            self.mine.with_user(self.users["reader"]).note = "<p>x</p>"

    def test_substitute_sees_and_works_the_accounts_and_they_return(self):
        # The rules are cached per person: ask once before.
        self.assertEqual(self.seen("paul"), self.theirs)
        absence = self.away(start=0, end=3)
        self.assertEqual(absence.state, "running")
        self.assertEqual(self.seen("paul"), self.accounts)
        self.mine.with_user(self.paul).note = "<p>Called</p>"
        self.mine.with_user(self.paul).action_remind()
        items = self.env["ar.item"].with_user(self.paul)
        mine = [("debtor_id", "=", self.mine.id)]
        self.assertTrue(items.search(mine))
        self.assertTrue(self.env["ar.reminder"].with_user(self.paul).search(mine))
        self.assertTrue(self.env["ar.event.link"].with_user(self.paul).search(mine))
        self.time_passes(absence, 3)
        self.assertEqual(absence.state, "running", "the last day is included")
        self.time_passes(absence, 1)
        self.assertEqual(absence.state, "ended")
        self.assertEqual(self.seen("paul"), self.theirs)
        self.assertEqual(self.mine.collector_id, self.claire)
        self.assertFalse(items.search(mine))
        with self.assertRaises(AccessError):
            self.mine.with_user(self.paul).note = "<p>No more</p>"

    def test_absence_begins_on_its_day(self):
        absence = self.away(start=2, end=5)
        self.assertEqual(absence.state, "planned")
        self.assertEqual(self.seen("paul"), self.theirs)
        self.time_passes(absence, 2)
        self.assertEqual(self.seen("paul"), self.accounts)

    def test_missed_nights_do_not_begin_what_is_over(self):
        absence = self.away(start=2, end=5)
        self.time_passes(absence, 9)
        self.assertEqual(absence.state, "ended")
        self.assertFalse(self.claire.ar_substitute_id)

    def test_account_opened_meanwhile_is_the_substitute_s_too(self):
        self.away()
        self.company.ar_collector_id = self.claire
        fresh = self.env["res.partner"].create({"name": "Garage Sud"})
        self.make_invoice(50.0, partner=fresh)
        debtor = self.refresh(fresh)
        self.accounts |= debtor
        self.assertEqual(debtor.collector_id, self.claire)
        self.assertIn(debtor, self.seen("paul"))

    # What follows the accounts.

    def test_activities_and_alerts_go_to_the_substitute_and_come_back(self):
        kept = self.mine.activity_schedule(
            "mail.mail_activity_data_todo", summary="Mine", user_id=self.claire.id
        )
        own = self.mine.activity_schedule(
            "mail.mail_activity_data_todo", summary="Paul's", user_id=self.paul.id
        )
        absence = self.away()
        self.assertEqual(kept.user_id, self.paul)
        self.mine._ar_alert("failed", "Address refused")
        alert = self.mine.activity_ids - kept - own
        self.assertEqual(alert.user_id, self.paul)
        absence.action_end()
        self.assertEqual((kept | alert).user_id, self.claire)
        self.assertEqual(own.user_id, self.paul)

    def test_absence_is_one_fact_on_every_timeline(self):
        absence = self.away()
        entries = self.accounts.timeline_ids.filtered(
            lambda e: e.kind == "absence_started"
        )
        self.assertEqual(entries.debtor_id, self.mine | self.abroad)
        self.assertEqual(len(entries.event_id), 2, "one for each company")
        self.assertIn(self.paul.name, entries[0].summary)
        absence.action_end()
        kinds = self.mine.timeline_ids.mapped("kind")
        self.assertEqual(kinds.count("absence_ended"), 1)

    def test_substitute_signs_in_his_own_name_unless_told_otherwise(self):
        self.mine.plan()
        reminder = self.mine.reminder_ids
        self.assertEqual(reminder._ar_sender(), self.claire)
        absence = self.away()
        self.assertEqual(reminder._ar_sender(), self.paul)
        self.assertIn("paul@works.example", reminder._ar_email_from())
        self.company.ar_substitute_signs = "collector"
        self.assertEqual(reminder._ar_sender(), self.claire)
        self.company.ar_substitute_signs = "substitute"
        absence.action_end()
        self.assertEqual(reminder._ar_sender(), self.claire)

    def test_calls_of_an_absent_colleague_are_in_the_round(self):
        self.customer.phone = "+33 1 40 00 00 01"
        self.strategy.step_ids[0].channel = "call"
        self.mine.plan()
        Reminder = self.env["ar.reminder"].with_user(self.paul)
        self.assertFalse(Reminder.search(Reminder._ar_calls_domain()))
        self.away()
        found = Reminder.search(Reminder._ar_calls_domain())
        self.assertEqual(found.debtor_id.sudo(), self.mine)

    # Arrangements that cannot work.

    def test_substitute_must_be_there_and_have_the_companies(self):
        lea = self.users["lea"]
        with self.assertRaises(ValidationError) as refused:
            self.away(substitute=lea)
        self.assertIn("Second house", str(refused.exception))
        with self.assertRaises(ValidationError):
            self.away(substitute=self.claire)
        with self.assertRaises(ValidationError):
            self.away(substitute=self.users["reader"])
        self.away(user=self.paul, substitute=self.users["manager"], start=3, end=4)
        with self.assertRaises(ValidationError):
            self.away(start=4, end=9)
        self.away(start=5, end=9)
        with self.assertRaises(ValidationError):
            self.away(start=9, end=10, substitute=self.users["manager"])

    def test_everybody_arranges_their_own_absence_only(self):
        dates = {"date_from": self.today, "date_to": self.today}
        Absence = self.env["ar.absence"]
        Absence.with_user(self.claire).create(
            {"substitute_id": self.paul.id, **dates}
        ).action_end()
        self.assertFalse(self.claire.ar_substitute_id)
        with self.assertRaises(AccessError):
            Absence.with_user(self.paul).create(
                {"user_id": self.claire.id, "substitute_id": self.paul.id, **dates}
            )
        with self.assertRaises(AccessError):
            self.claire.with_user(self.paul).ar_substitute_id = self.paul
        absence = Absence.with_user(self.users["manager"]).create(
            {"user_id": self.claire.id, "substitute_id": self.paul.id, **dates}
        )
        with self.assertRaises(AccessError):
            absence.with_user(self.paul).action_end()
        with self.assertRaises(UserError):
            absence.with_user(self.claire).state = "ended"
        with self.assertRaises(UserError):
            absence.with_user(self.claire).unlink()

    # For good.

    def reassign(self, **values):
        wizard = self.env["ar.reassign"].with_user(self.users["manager"])
        wizard = wizard.with_context(
            allowed_company_ids=(self.company | self.company_2).ids
        )
        return wizard.create({"user_id": self.paul.id, **values}).action_reassign()

    def test_accounts_chosen_are_passed_on_with_what_is_to_do(self):
        activity = self.mine.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.claire.id
        )
        self.mine.plan()
        dispute = self.env["ar.dispute"]._ar_raise(
            [
                {
                    "move_id": self.mine.open_item_ids.move_id.id,
                    "source": "person",
                    "reason_code": "other",
                    "owner_id": self.claire.id,
                    "amount": 10.0,
                }
            ]
        )
        self.reassign(debtor_ids=self.mine.ids, reason="New sector")
        self.assertEqual(self.mine.collector_id, self.paul)
        self.assertEqual(self.abroad.collector_id, self.claire)
        self.assertEqual(activity.user_id, self.paul)
        self.assertEqual(self.mine.reminder_ids.user_id, self.paul)
        self.assertEqual(dispute.owner_id, self.paul)
        event = self.mine.timeline_ids.filtered(lambda e: e.kind == "reassigned")
        self.assertEqual(len(event), 1)
        self.assertIn("New sector", event.summary)
        self.assertIn(self.claire.name, event.summary)
        self.assertNotIn(self.mine, self.seen("claire"))

    def test_all_accounts_of_a_collector_in_every_company(self):
        self.reassign(scope="collector", from_id=self.claire.id)
        self.assertEqual(self.accounts.collector_id, self.paul)
        self.assertFalse(self.seen("claire"))
        self.assertFalse(
            self.theirs.timeline_ids.filtered(lambda e: e.kind == "reassigned")
        )

    def test_new_collector_must_be_able_to_work(self):
        with self.assertRaises(UserError) as refused:
            self.reassign(
                scope="collector",
                from_id=self.claire.id,
                user_id=self.users["lea"].id,
            )
        self.assertIn("Second house", str(refused.exception))
        with self.assertRaises(UserError):
            self.reassign(debtor_ids=self.mine.ids, user_id=self.users["reader"].id)
        with self.assertRaises(UserError):
            self.reassign(debtor_ids=[])
        with self.assertRaises(AccessError):
            self.env["ar.reassign"].with_user(self.paul).create(
                {"user_id": self.paul.id, "debtor_ids": self.mine.ids}
            )

    # How much there is to do.

    def rows(self, role):
        Workload = self.env["ar.workload"].with_user(self.users[role])
        both = (self.company | self.company_2).ids
        return Workload.with_context(allowed_company_ids=both)._read_group(
            [("debtor_id", "in", self.accounts.ids)],
            ["worker_id"],
            ["account_count:sum", "amount_overdue:sum", "todo_count:sum"],
        )

    def test_workload_adds_up_per_collector(self):
        self.mine.plan()
        rows = {user: figures for user, *figures in self.rows("manager")}
        self.assertEqual(rows[self.paul][:2], [1, 100.0])
        self.assertEqual(rows[self.claire][0], 2)
        self.assertEqual(rows[self.claire][1], 380.0)
        todo = sum(d.verdict in ("chase", "ask") for d in self.mine | self.abroad)
        self.assertEqual(rows[self.claire][2], todo)
        self.assertTrue(todo)
        self.assertEqual([row[0] for row in self.rows("paul")], [self.paul])
        self.assertEqual(len(self.rows("reader")), 2)

    def test_workload_shows_calls_troubles_and_who_stands_in(self):
        self.customer.phone = "+33 1 40 00 00 01"
        self.strategy.step_ids[0].channel = "call"
        self.mine.plan()
        self.away()
        self.env.flush_all()
        row = self.env["ar.workload"].search([("debtor_id", "=", self.mine.id)])
        self.assertEqual((row.call_count, row.trouble_count), (1, 0))
        self.assertEqual((row.collector_id, row.worker_id), (self.claire, self.paul))
        self.mine.reminder_ids._update_state("approved")
        self.mine.reminder_ids._ar_fail("Refused")
        self.env.flush_all()
        row.invalidate_recordset()
        self.assertEqual((row.call_count, row.trouble_count), (0, 1))

    def test_hourly_run_moves_what_is_due(self):
        absence = self.away(start=1, end=1)
        yesterday = self.today - timedelta(days=1)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ar_absence SET date_from = %s WHERE id = %s",
            (yesterday, absence.id),
        )
        self.env.invalidate_all()
        self.assertEqual(absence._ar_apply(), 1)
        self.assertEqual(absence._ar_apply(), 0, "once")
