from datetime import datetime, time, timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_sending import SendingCommon


@tagged("post_install", "-at_install")
class TestSimulate(SendingCommon):
    """What a strategy will do, and would have done."""

    def at(self, days_ago, hour=9):
        day = datetime.combine(self.today - timedelta(days=days_ago), time(hour))
        return freeze_time(day)

    def ago(self, days):
        return (self.today - timedelta(days=days)).isoformat()

    def day(self, days):
        return self.today - timedelta(days=days)

    def ahead(self, days):
        return self.ago(-days)

    @staticmethod
    def told(result, key="contacts"):
        return [
            (day["date"], one["debtor_id"], one["step"])
            for day in result["days"]
            for one in day[key]
        ]

    # The coming days.

    def test_the_coming_days_of_an_account(self):
        move = self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        reminders = self.env["ar.reminder"].search_count([])
        told = debtor.preview(days=40)
        self.assertEqual(
            self.told(told),
            [
                (self.ago(0), debtor.id, "First"),
                (self.ahead(10), debtor.id, "Second"),
                (self.ahead(30), debtor.id, "Third"),
            ],
        )
        self.assertEqual((told["from"], told["to"]), (self.ago(0), self.ahead(39)))
        self.assertEqual(len(told["days"]), 40)
        contact = told["days"][0]["contacts"][0]
        self.assertEqual(contact["numbers"], [move.name])
        self.assertEqual(contact["amount"], 100.0)
        self.assertIn(move.name, contact["why"])
        self.assertEqual(told["totals"]["amounts"], {debtor.currency_id.name: 300.0})
        self.assertEqual(told["totals"]["by_channel"], {"email": 3})
        self.assertEqual(self.env["ar.reminder"].search_count([]), reminders)
        self.assertFalse(debtor.open_item_ids.step_id)

    def test_it_begins_where_the_account_stands(self):
        self.make_invoice(100, overdue=10)
        with self.at(2):
            self.send(self.plan_for(self.customer))
        debtor = self.customer.ar_debtor_ids
        self.assertEqual(
            self.told(debtor.preview(20)), [(self.ahead(10), debtor.id, "Second")]
        )

    def test_a_planned_reminder_is_the_contact_of_today(self):
        self.make_invoice(100, overdue=10)
        debtor = self.plan_for(self.customer).debtor_id
        self.assertEqual(
            self.told(debtor.preview(5)), [(self.ago(0), debtor.id, "First")]
        )

    def test_pauses_end_by_their_dates(self):
        self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        debtor.hold_until = self.today + timedelta(days=3)
        self.assertEqual(self.told(debtor.preview(5))[0][0], self.ahead(3))
        debtor.hold_until = False
        notice = self.env["ar.payment.notice"]._ar_announce(
            [
                {
                    "source": "promise",
                    "source_key": "p",
                    "lines": [
                        {"move_id": debtor.open_item_ids.move_id.id, "amount": 100}
                    ],
                    "expected_date": self.today + timedelta(days=1),
                }
            ]
        )
        after = notice.hold_until + timedelta(days=1)
        self.assertEqual(self.told(debtor.preview(9))[0][0], after.isoformat())

    def test_what_may_not_leave_on_a_day_leaves_on_the_next(self):
        days = [
            "send_monday",
            "send_tuesday",
            "send_wednesday",
            "send_thursday",
            "send_friday",
            "send_saturday",
            "send_sunday",
        ]
        tomorrow = (self.today + timedelta(days=1)).weekday()
        self.strategy.write({day: n == tomorrow for n, day in enumerate(days)})
        self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        self.assertEqual(
            [day for day, *_rest in self.told(debtor.preview(30))],
            [self.ahead(1), self.ahead(15)],
        )

    def test_a_strategy_shows_all_its_accounts(self):
        others = self.env["res.partner"].create(
            [{"name": f"C{n}", "phone": f"+33 1 99 00 12 3{n}"} for n in range(3)]
        )
        for partner in others:
            self.make_invoice(50, overdue=10, partner=partner)
        self.env["ar.debtor"]._ar_refresh(others.ids)
        self.steps[0].channel = "call"
        Simulation = self.env.registry["ar.simulation"]
        self.patch(Simulation, "_ar_may_leave", lambda *args: True)
        told = self.strategy.preview(days=1)
        self.assertEqual(told["totals"]["calls_max"], 3)
        self.assertEqual(told["totals"]["accounts"], 3)

    # The past.

    def test_a_dry_run_tells_what_a_daily_plan_would_have_sent(self):
        """The ledger is played day by day, once really and once simulated."""
        books = self.play()
        real = self.really_send(books, 45)
        told = self.strategy.dry_run(self.ago(45), self.ago(0))
        self.assertGreater(len(real), 8)
        self.assertEqual(self.told(told), real)
        self.assertEqual(sorted(self.told(told, "sent")), sorted(real))
        self.assertEqual(told["real"]["contacts"], len(real))
        self.assertEqual(told["comparison"]["only_simulated"], 0)
        self.assertEqual(told["comparison"]["only_real"], 0)

    def play(self):
        """Customers who pay late, partly, or ask for patience: ``{days ago: work}``."""
        partners = self.env["res.partner"].create(
            [{"name": f"P{n}", "email": f"p{n}@example.com"} for n in range(5)]
        )
        books = {}

        def invoice(partner, amount, overdue):
            return self.make_invoice(amount, overdue=overdue, partner=partner)

        a, b, c, d, e = partners
        first = invoice(a, 100, 44)
        invoice(a, 60, 20)
        books[30] = lambda: self.pay_on(first, 100, 30)
        second = invoice(b, 500, 38)
        books[22] = lambda: self.pay_on(second, 200, 22)
        invoice(c, 80, 50)
        hold = {"hold_until": self.today - timedelta(days=15)}
        books[35] = lambda: c.ar_debtor_ids.write(hold)
        invoice(d, 40, 12)
        invoice(d, 70, 3)
        invoice(e, 90, 30)
        books[18] = lambda: self.make_invoice(
            400, 18, partner=e, move_type="out_refund", invoice_date=self.day(18)
        )
        self.env["ar.debtor"]._ar_refresh(partners.ids)
        return partners, books

    def pay_on(self, moves, amount, days_ago):
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=moves.ids)
            .create(
                {
                    "group_payment": True,
                    "payment_date": self.today - timedelta(days=days_ago),
                    "amount": amount,
                }
            )
        )
        return wizard._create_payments()

    def really_send(self, played, days):
        """Each morning: what happens, the plan, the sending."""
        partners, books = played
        told = []
        debtors = partners.ar_debtor_ids
        for days_ago in range(days, -1, -1):
            with self.at(days_ago):
                if days_ago in books:
                    books[days_ago]()
                debtors.plan()
                waiting = debtors.reminder_ids.filtered(lambda r: r.state == "planned")
                self.send(waiting)
                told += [
                    (self.ago(days_ago), r.debtor_id.id, r.step_id.name)
                    for r in waiting.sorted(lambda r: r.debtor_id.id)
                    if r.state == "done"
                ]
        return told

    def test_an_archived_strategy_is_tried_before_it_is_in_force(self):
        draft = self.strategy.copy(
            {"name": "Draft", "sequence": -5, "active": False, "min_gap_days": 0}
        )
        steps = draft.step_ids.sorted("delay_days")
        steps[0].delay_days, steps[2].delay_days = 2, 45
        self.make_invoice(100, overdue=30)
        debtor = self.refresh()
        with self.at(25):
            self.send(self.plan_for(self.customer))
        self.assertEqual(debtor.strategy_id, self.strategy)
        told = draft.dry_run(self.ago(28), self.ago(0))
        self.assertEqual(
            self.told(told),
            [
                (self.ago(28), debtor.id, "First"),
                (self.ago(10), debtor.id, "Second"),
            ],
        )
        self.assertEqual(self.told(told, "sent"), [(self.ago(25), debtor.id, "First")])
        self.assertEqual(
            told["comparison"], {"both": 1, "only_simulated": 0, "only_real": 0}
        )
        self.assertIn(debtor, draft._ar_accounts())
        self.assertEqual(
            self.told(draft.preview(20)),
            [(self.ago(0), debtor.id, "Second"), (self.ahead(15), debtor.id, "Third")],
        )

    def test_the_accounts_are_those_that_the_assignment_would_give(self):
        self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        later = self.strategy.copy(
            {"name": "Later", "sequence": 50, "active": False, "domain": "[]"}
        )
        self.assertNotIn(debtor, later._ar_accounts(), "another one comes first")
        later.sequence = -50
        self.assertIn(debtor, later._ar_accounts())
        debtor.write({"strategy_id": self.strategy.id, "strategy_manual": True})
        self.assertNotIn(debtor, later._ar_accounts(), "kept by hand")

    def test_a_reminder_by_hand_counts_in_a_dry_run(self):
        self.make_invoice(100, overdue=20)
        debtor = self.refresh()
        with self.at(17):
            reminder = self.env["ar.reminder"].create(
                {
                    "debtor_id": debtor.id,
                    "company_id": debtor.company_id.id,
                    "planned_date": self.today - timedelta(days=17),
                    "is_manual": True,
                }
            )
            reminder.action_send()
            self.send(reminder)
        self.assertEqual(reminder.state, "done")
        told = self.strategy.dry_run(self.ago(20), self.ago(5))
        self.assertEqual(self.told(told), [(self.ago(10), debtor.id, "First")])

    def test_dates_that_make_no_sense_are_refused_in_words(self):
        for first, last, words in (
            (self.ago(1), self.ago(5), "comes after"),
            (self.ago(5), self.ahead(1), "looks back"),
            (self.ago(400), self.ago(0), "366"),
            ("soon", self.ago(0), "YYYY"),
            (False, False, "YYYY"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.strategy.dry_run(first, last)
        for days in (0, 367, "30", None):
            with self.subTest(days), self.assertRaisesRegex(UserError, "366"):
                self.strategy.preview(days)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_a_collector_sees_his_own_accounts_only(self):
        self.make_invoice(100, overdue=10)
        mine = self.refresh()
        mine.collector_id = self.collector
        other = self.env["res.partner"].create({"name": "B", "email": "b@b.example"})
        self.make_invoice(50, overdue=10, partner=other)
        theirs = self.refresh(other)
        theirs.collector_id = self.env.ref("base.user_admin")
        strategy = self.strategy.with_user(self.collector)
        told = {debtor for _day, debtor, _step in self.told(strategy.preview(1))}
        self.assertIn(mine.id, told)
        self.assertNotIn(theirs.id, told)
