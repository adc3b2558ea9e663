from datetime import timedelta

from odoo.tests import tagged

from .common_cases import CaseCommon


@tagged("post_install", "-at_install")
class TestCaseContacts(CaseCommon):
    """Contacts of a case are reminders under the same pipeline, cap and timeline."""

    def test_the_first_letter_leaves_by_itself_and_gives_its_date(self):
        case = self.open_case(user_id=self.collector.id)
        reminder = case.reminder_ids
        self.assertEqual(
            (reminder.state, reminder.mode, reminder.purpose),
            ("planned", "auto", "case"),
        )
        self.send(reminder)
        self.assertEqual(reminder.state, "done")
        [(to, message)] = self.smtp.accepted
        self.assertEqual(to, ["compta@bertin.example"])
        body = message.get_body(("html",)).get_content()
        self.assertIn(case.name, body)
        self.assertIn(self.first.name, body)
        self.assertIn(str(case.deadline.year), body)
        self.assertEqual(reminder.line_ids.move_id, self.first | self.second)
        self.assertIn("reminder_sent", self.kinds())
        self.assertEqual(self.first.ar_item_ids.last_contact_date, self.today)

    def test_a_contact_of_a_case_counts_in_the_cap(self):
        case = self.open_case(self.first)
        self.send(case.reminder_ids)
        told = self.debtor.explain()
        self.assertEqual(told["verdict"], "wait")
        self.assertIn(self.codes(told)[0], ("min_gap", "weekly_cap"))

    def test_a_case_waits_for_the_gap_of_the_ladder(self):
        self.mark_sent(self.debtor, self.steps[0], days_ago=1)
        case = self.open_case()
        reminder = case.reminder_ids
        self.assertGreater(reminder.release_at.date(), self.today + timedelta(days=2))
        self.assertFalse(self.send(reminder), "nothing leaves today")

    def test_the_formal_notice_waits_for_a_person(self):
        case = self.open_case()
        case._ar_go(self.stages["formal_notice"])
        first, notice = case.reminder_ids.sorted("id")
        self.assertEqual(
            (first.state, first.cancel_code), ("cancelled", "case_moved_on")
        )
        self.assertEqual((notice.mode, notice.state), ("manual", "planned"))
        self.assertFalse(self.send(notice))

    def test_what_is_paid_meanwhile_is_not_asked_for(self):
        case = self.open_case()
        self.pay(self.second)
        self.send(case.reminder_ids)
        self.assertEqual(case.reminder_ids.line_ids.move_id, self.first)

    def test_a_disputed_part_is_not_asked_for(self):
        case = self.open_case(self.first)
        self.env["ar.dispute"].create(
            {
                "move_id": self.first.id,
                "reason_id": self.env.ref("ar_collections.reason_other").id,
                "amount": 200,
            }
        )
        self.send(case.reminder_ids)
        self.assertEqual(case.reminder_ids.line_ids.amount, 1000)

    def test_a_wrong_letter_is_cancelled_with_its_trace(self):
        case = self.open_case()
        reminder = case.reminder_ids
        self.send(reminder)
        case._ar_withdraw_letter(reminder, "Wrong address")
        self.assertEqual(reminder.case_withdrawn_on, self.today)
        self.assertIn("case_letter_cancelled", self.kinds())
        again = case._ar_plan_contact()
        self.assertTrue(again, "another one may be sent in its place")

    def test_deadline_told_once_then_to_the_manager(self):
        boss = self.env.ref("base.user_admin")
        self.company.ar_manager_id = boss
        case = self.open_case(user_id=self.collector.id)
        case._ar_go(self.stages["amicable_2"])
        with self.at((case.deadline - self.today).days + 1):
            case.sudo()._ar_night()
            case.sudo()._ar_night()
        kinds = self.kinds()
        self.assertEqual(kinds.count("case_deadline"), 1)
        self.assertEqual(case.activity_ids.user_id, self.collector)
        with self.at((case.deadline - self.today).days + 8):
            case.sudo()._ar_night()
        self.assertEqual(case.activity_ids.user_id, self.collector | boss)
        self.assertEqual(self.kinds().count("case_deadline"), 1)

    def test_goes_on_by_itself_once_its_letter_was_sent(self):
        case = self.open_case()
        days = (case.deadline - self.today).days + 1
        with self.at(days):
            case.sudo()._ar_night()
            self.assertEqual(case.stage_id, self.stages["amicable_1"], "no letter yet")
        self.send(case.reminder_ids)
        days = (case.deadline - self.today).days + 1
        with self.at(days):
            case.sudo()._ar_night()
        self.assertEqual(case.stage_id, self.stages["amicable_2"])
        case.sudo()._ar_night()
        self.assertEqual(case.stage_id, self.stages["amicable_2"])

    def test_a_step_of_the_ladder_opens_the_case_once(self):
        self.steps[2].opens_case = True
        self.mark_sent(self.debtor, self.steps[1], days_ago=30)
        late = self.make_invoice(80, overdue=3)
        self.debtor.plan()
        case = self.debtor.case_ids
        self.assertEqual(case.origin, "ladder")
        self.assertEqual(case.line_ids.move_id, self.first | self.second)
        self.assertNotIn(late, case.line_ids.move_id, "only what came to that step")
        ladder = self.debtor.reminder_ids.filtered(lambda r: r.purpose == "ladder")
        self.assertNotIn("planned", ladder.mapped("state"))
        self.debtor.plan()
        self.assertEqual(self.debtor.case_ids, case)
        case._ar_close("settled", "Agreement")
        self.debtor.plan()
        self.assertEqual(self.debtor.case_ids, case, "once per invoice")
        kept = self.debtor.reminder_ids.filtered(
            lambda r: r.purpose == "ladder" and r.state == "planned"
        )
        self.assertTrue(all(r.mode == "manual" for r in kept))

    def test_merging_contacts_keeps_both_cases(self):
        double = self.env["res.partner"].create(
            {"name": "BERTIN MENUISERIE", "email": "bertin@example.com"}
        )
        move = self.make_invoice(60, partner=double)
        other = self.open_case(move)
        case = self.open_case()
        self.env.flush_all()
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            [double.id, self.customer.id], self.customer
        )
        self.env.invalidate_all()
        debtor = self.refresh()
        self.assertEqual(debtor.case_ids, case | other)
        self.assertEqual(other.partner_id, self.customer)
        self.assertEqual(other.state, "amicable")
        self.assertEqual(debtor.explain()["verdict"], "hold")

    def test_an_invoice_that_changes_customer_leaves_the_case(self):
        other = self.env["res.partner"].create({"name": "Autre client"})
        case = self.open_case()
        self.second.button_draft()
        self.second.partner_id = other
        self.second.action_post()
        self.refresh(other)
        self.refresh()
        self.assertEqual(case.line_ids.move_id, self.first)
        self.assertEqual(case.debtor_id, self.debtor)
        [line] = case.all_line_ids - case.line_ids
        self.assertIn("another customer", line.out_reason)

    def test_write_off_is_booked_matched_and_closes_the_case(self):
        case = self.open_case()
        account = self.company_data["default_account_expense"]
        journal = self.company_data["default_journal_misc"]
        wizard = self.env["ar.case.write.off"].create(
            {
                "case_id": case.id,
                "account_id": account.id,
                "journal_id": journal.id,
                "why": "Gone away",
            }
        )
        wizard.action_write_off()
        self.assertEqual((case.state, case.outcome), ("closed", "written_off"))
        loss = case.write_off_move_ids.line_ids.filtered(
            lambda ln: ln.account_id == account
        )
        self.assertEqual(loss.balance, 1500)
        self.assertEqual(set((self.first | self.second).mapped("amount_residual")), {0})

    def test_write_off_by_credit_notes(self):
        case = self.open_case()
        case._ar_write_off(
            self.company_data["default_account_expense"],
            self.company_data["default_journal_sale"],
            self.today,
            "Agreement",
            by="credit_note",
        )
        self.assertEqual(case.outcome, "written_off")
        self.assertEqual(
            set(case.write_off_move_ids.mapped("move_type")), {"out_refund"}
        )
        self.assertEqual(set((self.first | self.second).mapped("amount_residual")), {0})
