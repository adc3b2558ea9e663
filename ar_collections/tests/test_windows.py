from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from ..engine.delivery import Outcome
from ..models.ar_strategy_window import DAYS
from .common_sending import SendingCommon

#: Half past nine in the evening in Paris, on the eve of Bastille Day 2026.
EVENING = "2026-07-13 19:30:00"
OFFICE_HOURS = {
    "send_saturday": False,
    "send_sunday": False,
    "hour_from": 8.5,
    "hour_to": 17.5,
    "skip_holidays": True,
    "spread_minutes": 60,
}


@tagged("post_install", "-at_install")
@freeze_time(EVENING)
class TestWindows(SendingCommon):
    """Reminders leave in the hours of the customer's clock and calendar."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.france = cls.env.ref("base.fr")
        cls.company.write({"ar_tz": "Europe/Paris", "country_id": cls.france.id})
        cls.today = cls.company._ar_today()
        cls.customer.write({"country_id": cls.france.id, "zip": "49000", "tz": False})
        cls.strategy.write(OFFICE_HOURS)

    def planned(self, **address):
        """The reminder that the plan makes for this customer tonight."""
        self.customer.write(address)
        self.make_invoice(overdue=12)
        reminder = self.plan_for(self.customer)
        return reminder.with_context(lang="en_US")

    def codes_of(self, reminder):
        return [reason["code"] for reason in reminder.reasons]

    # What the plan decides.

    def test_a_reminder_planned_in_the_evening_leaves_after_the_holiday(self):
        reminder = self.planned()
        first = datetime(2026, 7, 15, 6, 30)
        self.assertGreaterEqual(reminder.release_at, first)
        self.assertLess(reminder.release_at, first + timedelta(hours=1))
        self.assertEqual(self.send(reminder), {})
        with freeze_time(reminder.release_at):
            self.assertEqual(self.send(reminder), {reminder.id: Outcome.SENT})

    def test_it_tells_when_it_will_leave_and_which_holiday_it_waits_for(self):
        reminder = self.planned()
        wall = (reminder.release_at + timedelta(hours=2)).strftime("%H:%M")
        self.assertIn(
            f"It will leave on Wednesday, July 15, 2026 at {wall}, customer's time. "
            "Tuesday, July 14, 2026 is a public holiday for the customer "
            "(National Day).",
            reminder.reason_line,
        )
        self.assertIn("July 15, 2026", reminder.reason_text)
        collector = reminder.with_user(self.collector)
        self.assertIn("07/15/2026", collector.leaves_text)
        self.assertIn("(Europe/Paris)", collector.leaves_text)
        told = reminder.debtor_id.explain()
        self.assertEqual(self.codes(told)[-2:], ["window", "public_holiday"])
        self.env["res.lang"]._activate_lang("fr_FR")
        reminder.invalidate_recordset()
        french = reminder.with_context(lang="fr_FR").reason_line
        self.assertIn("mercredi 15 juillet 2026", french)
        self.assertIn("Fête nationale", french)

    def test_it_leaves_in_the_hours_of_its_customer(self):
        japan = self.env.ref("base.jp")
        # A contact gets the zone of whoever creates it: the address knows better.
        reminder = self.planned(country_id=japan.id, tz="Europe/Paris")
        first = datetime(2026, 7, 13, 23, 30)
        self.assertGreaterEqual(reminder.release_at, first)
        self.assertLess(reminder.release_at, first + timedelta(hours=1))
        self.assertIn("Asia/Tokyo", reminder.leaves_text)
        self.assertIn("07/14/2026 0", reminder.leaves_text)

    def test_hours_to_object_come_before_the_sending_hours(self):
        self.strategy.write({"mode": "confirm", "confirm_hours": 60})
        reminder = self.planned()
        self.assertEqual(reminder.mode, "confirm")
        objected = fields.Datetime.to_datetime(EVENING) + timedelta(hours=60)
        self.assertEqual(objected, datetime(2026, 7, 16, 7, 30))
        self.assertGreaterEqual(reminder.release_at, objected)
        self.assertLess(reminder.release_at, objected + timedelta(hours=1))

    def test_what_a_person_sends_does_not_wait(self):
        self.steps[0].mode = "manual"
        reminder = self.planned()
        self.assertEqual(reminder.release_at, fields.Datetime.now())
        self.assertFalse(reminder.leaves_text)

    def test_nothing_is_promised_while_nothing_leaves_by_itself(self):
        reminder = self.planned()
        self.company.ar_automation = False
        reminder.invalidate_recordset()
        self.assertFalse(reminder.leaves_text)
        self.assertNotIn("It will leave", reminder.reason_line)

    # What happens at the moment of sending.

    def test_outside_the_hours_it_waits_for_the_next_opening(self):
        reminder = self.planned()
        # An hour of the lanes was lost, or the plan was made under other hours.
        reminder.release_at = fields.Datetime.now() - timedelta(hours=1)
        self.assertEqual(self.send(reminder), {})
        self.assertEqual(reminder.state, "planned")
        self.assertEqual(self.smtp.accepted, [])
        self.assertGreaterEqual(reminder.release_at, datetime(2026, 7, 15, 6, 30))
        self.assertIn(
            "It could not leave on Monday, July 13, 2026 at 21:30", reminder.reason_line
        )
        moved = reminder.release_at
        reminder.release_at = fields.Datetime.now()
        self.send(reminder)
        self.assertEqual(reminder.release_at, moved, "its minute is its own")
        self.assertEqual(self.codes_of(reminder).count("window_closed"), 1)
        with freeze_time(moved):
            self.assertEqual(self.send(reminder), {reminder.id: Outcome.SENT})

    def test_one_that_waits_stops_none_of_the_others(self):
        tokyo = self.customer.copy(
            {
                "name": "Tokyo",
                "email": "keiri@tokyo.example",
                "country_id": self.env.ref("base.jp").id,
            }
        )
        for partner in self.customer | tokyo:
            self.make_invoice(overdue=12, partner=partner)
        reminders = self.plan_for(self.customer, tokyo)
        with freeze_time("2026-07-14 02:00:00"):
            reminders.release_at = fields.Datetime.now()
            self.send(reminders)
        left = reminders.filtered(lambda r: r.state == "done")
        self.assertEqual(left.partner_id, tokyo)
        self.assertEqual((reminders - left).state, "planned")

    def test_what_a_person_approved_leaves_at_once(self):
        reminder = self.planned()
        reminder.with_user(self.collector).action_send()
        self.assertEqual(self.send(reminder), {reminder.id: Outcome.SENT})

    def test_a_reminder_paid_while_it_waits_is_called_off(self):
        move = self.make_invoice(overdue=12)
        reminder = self.plan_for(self.customer)
        self.pay(move)
        with freeze_time(reminder.release_at):
            self.assertEqual(self.send(reminder), {})
        self.assertEqual(reminder.state, "cancelled")
        self.assertEqual(reminder.cancel_code, "paid_since")

    # Where the customer is.

    def place(self, **values):
        self.customer.write(values)
        return self.account()._ar_place()

    def account(self):
        self.make_invoice()
        return self.refresh()

    def test_the_calendar_is_that_of_the_region(self):
        self.assertEqual(self.place(zip="67000").subdivision, "6AE")
        self.assertEqual(self.place(zip="97410").tz, "Indian/Reunion")
        bavaria = self.env["res.country.state"].search([("code", "=", "DE-BY")])
        bavaria = bavaria or self.env["res.country.state"].create(
            {
                "name": "Bayern",
                "code": "DE-BY",
                "country_id": self.env.ref("base.de").id,
            }
        )
        place = self.place(country_id=self.env.ref("base.de").id, state_id=bavaria.id)
        self.assertEqual((place.country, place.subdivision), ("DE", "BY"))

    def test_an_address_without_a_country_is_at_home(self):
        place = self.place(country_id=False)
        self.assertEqual((place.tz, place.country), ("Europe/Paris", "FR"))

    def test_a_person_s_word_on_the_time_zone_stands(self):
        debtor = self.account()
        debtor.local_tz = "Europe/Warsaw"
        place = debtor._ar_place()
        self.assertEqual((place.tz, place.country), ("Europe/Warsaw", "FR"))

    def test_the_hours_are_those_of_the_office_that_pays(self):
        centre = self.env["res.partner"].create(
            {"name": "AP centre", "country_id": self.env.ref("base.jp").id}
        )
        debtor = self.account()
        debtor.paying_centre_id = centre
        self.assertEqual(debtor._ar_place().tz, "Asia/Tokyo")
        twin = self.customer.copy({"name": "Twin"})
        self.make_invoice(partner=twin)
        twin = self.refresh(twin)
        twin.paying_centre_id = centre
        now = fields.Datetime.now()
        moments = [d._ar_next_opening(self.strategy, now) for d in (debtor, twin)]
        self.assertEqual(*moments, "one mail to the centre can carry both")

    def test_an_unknown_calendar_is_told(self):
        debtor = self.account()
        self.assertIn("public holidays of France", debtor.place_text)
        self.customer.country_id = self.env["res.country"].create(
            {"name": "Nowhere", "code": "ZZ"}
        )
        debtor.invalidate_recordset()
        self.assertIn("no public holidays are known for Nowhere", debtor.place_text)

    def test_accounts_are_placed_without_a_query_for_each(self):
        partners = self.customer
        for number in range(12):
            partners |= self.customer.copy({"name": f"Customer {number}"})
        for partner in partners:
            self.make_invoice(overdue=12, partner=partner)
        debtors = self.env["ar.debtor"]._ar_refresh(partners.ids)
        now = fields.Datetime.now()
        counts = []
        for some in (debtors[:1], debtors[:2], debtors):  # the first warms the caches
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            for debtor in some:
                debtor._ar_next_opening(self.strategy, now)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertGreater(counts[1], 0)
        self.assertEqual(counts[1], counts[2])

    # The company's own working days.

    def test_a_holiday_makes_no_bank_feed_late(self):
        self.make_invoice(100, overdue=10)
        self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "payment_ref": "before the holiday",
                "amount": -5,
                "date": date(2026, 7, 10),
            }
        )
        self.company.ar_stale_bank_days = 2
        with freeze_time("2026-07-15 08:00:00"):
            # Monday and Wednesday: the 14th is no working day of this company.
            self.assertEqual(self.refresh().explain()["verdict"], "chase")
            self.company.country_id = self.env.ref("base.de")
            self.assertEqual(self.codes(self.refresh().explain()), ["stale_bank"])

    # What a manager may enter.

    def test_hours_that_never_open_are_refused_in_words(self):
        strategy = self.strategy.with_context(lang="en_US")
        refused = [
            ("a day of the week", dict.fromkeys(DAYS, False)),
            ("must begin before they end", {"hour_from": 18.0}),
            ("must begin before they end", {"hour_to": 24.5}),
            ("must begin before they end", {"hour_from": -1.0}),
        ]
        for words, values in refused:
            with (
                self.assertRaisesRegex(ValidationError, words),
                self.env.cr.savepoint(),
            ):
                strategy.write(values)

    def test_new_strategies_keep_office_hours(self):
        with Form(self.env["ar.strategy"]) as form:
            form.name = "New"
            self.assertEqual((form.hour_from, form.hour_to), (8.5, 17.5))
            self.assertTrue(form.skip_holidays)
            self.assertEqual(form.spread_minutes, 60)
        strategy = form.save()
        strategy.step_ids = [Command.create({"name": "One", "delay_days": 3})]
        self.assertEqual(strategy._ar_window().weekdays, frozenset(range(5)))
