from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import ArCommon


@tagged("post_install", "-at_install")
class TestPrivacyRetention(ArCommon):
    """How long data are kept; nothing is erased before somebody has looked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paid = cls.make_invoice(100, overdue=1500)
        cls.refresh()  # the account exists from when something was open
        cls.pay(cls.paid)
        cls.env.cr.execute(
            "UPDATE account_partial_reconcile r SET max_date = %s"
            "  FROM account_move_line l"
            " WHERE l.id = r.debit_move_id AND l.move_id = %s",
            [cls.today - timedelta(days=1400), cls.paid.id],
        )
        cls.env.invalidate_all()
        cls.refresh()
        cls.debtor = cls.env["ar.debtor"]._ar_of_moves(cls.paid)
        cls.rule = cls.env.ref("ar_collections.ar_retention_replies")
        cls.rule.months = 36

    def tell(self, kind, days, move=None, **vals):
        day = self.today - timedelta(days=days)
        return self.env["ar.event"]._ar_record(
            [
                {
                    "kind": kind,
                    "summary": f"{kind} of {days} days ago",
                    "company_id": self.company.id,
                    "debtor_id": self.debtor.id,
                    "move_ids": move.ids if move else [],
                    "event_date": f"{day} 09:00:00",
                    **vals,
                }
            ]
        )

    def run_cron(self):
        with patch.object(
            self.env.registry["ir.cron"], "_commit_progress", lambda *a, **k: True
        ):
            return self.env["ar.retention.rule"]._cron_erase()

    def words(self, *events):
        return [bool(event.sudo().content_ids) for event in events]

    def test_all_rules_are_shipped_off(self):
        rules = self.env["ar.retention.rule"].search([])
        self.assertFalse(rules.filtered("enabled"))
        self.assertTrue(all(rule.basis for rule in rules))
        old = self.tell("reply", 2000)
        self.run_cron()
        self.assertEqual(self.words(old), [True])

    def test_the_preview_tells_what_the_night_erases(self):
        old, young = self.tell("reply", 1300), self.tell("reply", 900)
        other = self.tell("reminder_sent", 1300)
        paid = self.tell("reply", 1300, self.paid)
        self.env["ar.event.seal"]._ar_seal_batch(5000)
        preview = self.env["ar.retention.preview"].browse(
            self.rule.action_preview()["res_id"]
        )
        due, _kept = self.rule._ar_due()
        self.assertEqual(preview.due_count, len(due))
        self.assertLessEqual(old + paid, due)
        self.assertEqual(self.words(old, paid), [True, True])
        preview.action_switch_on()
        self.assertEqual(self.run_cron(), preview.due_count)
        self.assertEqual(self.words(old, paid, young, other), [False] * 2 + [True] * 2)
        self.assertEqual(self.run_cron(), 0)
        self.assertEqual(self.rule.erased_count, preview.due_count)
        self.assertEqual(self.company.ar_verify_events()["faults"], [])

    def test_what_is_still_needed_stays(self):
        unpaid = self.make_invoice(50, overdue=1500)
        self.refresh()
        needed = self.tell("reply", 1300, unpaid)
        about_all = self.tell("reply", 1310)  # of the time of the unpaid invoice
        before = self.tell("reply", 1600)  # older than anything that is open
        due, kept = self.rule._ar_due()
        self.assertNotIn(needed, due)
        self.assertNotIn(about_all, due)
        self.assertIn(before, due)
        self.assertEqual(kept[needed.id].value, "unpaid")
        self.debtor.legal_hold = True
        due, kept = self.rule._ar_due()
        self.assertNotIn(before, due)
        self.assertEqual(kept[before.id].value, "hold")

    def test_an_open_case_and_an_open_dispute_keep_theirs(self):
        reply = self.tell("reply", 1300, self.paid)
        self.assertIn(reply, self.rule._ar_due()[0])
        unpaid = self.make_invoice(50, overdue=1500)
        contested = self.make_invoice(60, overdue=1500)
        self.refresh()
        about, against = (
            self.tell("reply", 1300, unpaid),
            self.tell("reply", 1300, contested),
        )
        self.env["ar.case"]._ar_open(
            {"debtor_id": self.debtor.id, "move_ids": unpaid.ids}
        )
        self.env["ar.dispute"]._ar_raise(
            [
                {
                    "move_id": contested.id,
                    "reason_id": self.env["ar.dispute.reason"].search([], limit=1).id,
                    "amount": 60.0,
                    "source": "person",
                }
            ]
        )
        kept = self.rule._ar_due()[1]
        self.assertEqual(kept[about.id].value, "case")
        self.assertEqual(kept[against.id].value, "dispute")

    def test_months_count_from_the_settlement_of_the_invoice(self):
        late = self.make_invoice(70, overdue=1500)
        self.refresh()
        reply = self.tell("reply", 1300, late)
        self.pay(late)  # today
        self.refresh()
        self.assertNotIn(reply, self.rule._ar_due()[0])

    def test_a_note_goes_from_the_thread_as_well(self):
        rule = self.env.ref("ar_collections.ar_retention_notes")
        rule.months = 12
        message = self.debtor.message_post(
            body="He was rude", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.env.cr.execute(
            "UPDATE mail_message SET date = %s WHERE id = %s",
            [self.today - timedelta(days=500), message.id],
        )
        self.env.invalidate_all()
        event = self.env["ar.event"].search([("source_key", "=", str(message.id))])
        # Recorded when it was written; as if that had been long ago.
        self.env.cr.execute("ALTER TABLE ar_event DISABLE TRIGGER ar_event_guard_row")
        self.env.cr.execute(
            "UPDATE ar_event SET event_date = %s WHERE id = %s",
            [self.today - timedelta(days=500), event.id],
        )
        self.env.cr.execute("ALTER TABLE ar_event ENABLE TRIGGER ar_event_guard_row")
        self.env.invalidate_all()
        rule._ar_switch_on()
        self.run_cron()
        self.assertNotIn("rude", message.body)
        self.assertEqual(self.words(event), [False])

    def test_one_that_cannot_be_erased_does_not_stop_the_rest(self):
        first, second = self.tell("reply", 1300), self.tell("reply", 1301)
        self.rule._ar_switch_on()
        Event = self.env.registry["ar.event"]
        erase = Event._ar_erase_words

        def fail(events, basis, **payload):
            if first in events:
                raise ValueError("Broken")
            return erase(events, basis, **payload)

        with (
            patch.object(Event, "_ar_erase_words", fail),
            mute_logger("odoo.addons.ar_collections.models.ar_retention_due"),
        ):
            self.run_cron()
        self.assertEqual(self.words(first, second), [True, False])
        self.assertIn("Broken", self.rule.problem)

    def test_idle_contacts_are_forgotten_and_busy_ones_stay(self):
        rule = self.env.ref("ar_collections.ar_retention_contacts")
        people = self.env["res.partner"].create(
            [
                {"name": name, "parent_id": self.customer.id, "email": f"{name}@x.test"}
                for name in ("Idle", "Busy", "Chosen")
            ]
        )
        idle, busy, chosen = people
        self.debtor.contact_id = chosen
        self.debtor.message_post(body="Hello", author_id=busy.id)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET write_date = '2015-01-01' WHERE id = ANY(%s)",
            [people.ids],
        )
        self.env.invalidate_all()
        rule._ar_switch_on()
        self.debtor.legal_hold = True
        due, kept = rule._ar_due()
        self.assertFalse(due & people)
        self.assertEqual(kept[idle.id].value, "hold")
        self.debtor.legal_hold = False
        self.assertEqual(rule._ar_due()[0] & people, idle)
        self.run_cron()
        self.assertFalse(idle.active or idle.email)
        self.assertEqual((busy | chosen).mapped("active"), [True, True])
        self.assertFalse(rule._ar_due()[0] & people)

    def test_a_company_may_have_a_rule_of_its_own(self):
        other = self.setup_other_company()["company"]
        self.env["ar.retention.rule"].create(
            {"kind": "replies", "months": 120, "company_id": other.id}
        )
        self.assertNotIn(other, self.rule._ar_companies())
        theirs = self.env["ar.event"]._ar_record(
            [
                {
                    "kind": "reply",
                    "summary": "Theirs",
                    "company_id": other.id,
                    "event_date": f"{self.today - timedelta(days=1300)} 09:00:00",
                }
            ]
        )
        self.assertNotIn(theirs, self.rule._ar_due()[0])

    def test_changing_a_rule_switches_it_off(self):
        self.rule._ar_switch_on()
        self.rule.months = 24
        self.assertFalse(self.rule.enabled)
        self.rule.months = 0
        with self.assertRaises(UserError):
            self.rule._ar_switch_on()

    def test_only_an_administrator_switches_a_rule_on(self):
        manager = new_test_user(
            self.env,
            "manager_p",
            groups="ar_collections.group_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        rule = self.rule.with_user(manager)
        self.assertTrue(rule.basis)
        with self.assertRaises(AccessError):
            rule.action_preview()
        with self.assertRaises(AccessError):
            rule.months = 1
