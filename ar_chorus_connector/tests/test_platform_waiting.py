from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from .common import ChorusCase


@tagged("post_install", "-at_install")
class TestPlatformWaiting(ChorusCase):
    """What the buyer lets lie, who is told, and how it is said."""

    def setUp(self):
        super().setUp()
        self.move = self.make_invoice(1000.0, "2026-11-01")
        self.facts = []
        self.collector = new_test_user(
            self.env,
            "collector",
            "ar_collections.group_user",
            company_id=self.company.id,
            company_ids=[fields.Command.set(self.company.ids)],
        )
        self.debtor = self.move._ar_debtor()
        self.debtor.collector_id = self.collector

    def tell(self, *facts, **values):
        self.facts += facts
        self.story(self.told(self.move, *self.facts, **values))
        self.link(self.move).action_retry()
        return self.sync()

    def tasks(self):
        return self.debtor.activity_ids.filtered(
            lambda a: self.move.name in (a.summary or "")
        )

    def ago(self, days):
        return f"{fields.Date.today() - timedelta(days=days)} 10:00"

    def test_an_invoice_nobody_looked_at_is_a_task_after_five_days(self):
        self.tell(("MISE_A_DISPOSITION", self.ago(5)))
        self.platform.idle_days = 6
        self.link(self.move)._apply()
        self.platform._watch()
        self.assertFalse(self.tasks())
        self.platform.idle_days = 5
        self.link(self.move)._apply()
        self.platform._watch()
        self.assertEqual(self.tasks().user_id, self.collector)
        self.assertIn("has not looked at it", self.tasks().summary)
        self.platform._watch()
        self.assertEqual(len(self.tasks()), 1)

    def test_an_opening_of_our_page_is_a_sign_of_life(self):
        self.tell(("MISE_A_DISPOSITION", self.ago(6)))
        self.env["ar.event"]._ar_record(
            [
                {
                    "kind": "link_opened",
                    "summary": "Opened",
                    "company_id": self.company.id,
                    "debtor_id": self.debtor.id,
                    "event_date": fields.Datetime.now() - timedelta(days=2),
                }
            ]
        )
        self.platform._watch()
        self.assertFalse(self.tasks())

    def test_the_task_goes_when_the_buyer_moves(self):
        self.tell(("MISE_A_DISPOSITION", self.ago(6)))
        self.platform._watch()
        self.assertTrue(self.tasks())
        self.tell(("SERVICE_FAIT", self.ago(1)))
        self.assertFalse(self.tasks())

    def test_the_approver_is_reminded_by_name(self):
        author = {"first": "Zoé", "last": "Noël"}
        self.tell(("A_VALIDER_1", self.ago(12), "", author))
        self.platform._watch()
        self.assertIn("remind the approver", self.tasks().summary)
        self.assertIn("Zoé Noël", self.tasks().note)

    def test_a_paid_invoice_wakes_nobody(self):
        self.tell(("A_VALIDER_1", self.ago(12)))
        self._register_payment(self.move)
        self.platform._watch()
        self.assertFalse(self.tasks())

    def notified(self, user, record):
        messages = self.env["mail.message"].search(
            [
                ("model", "=", record._name),
                ("res_id", "=", record.id),
                ("message_type", "=", "user_notification"),
            ]
        )
        return messages.filtered(lambda m: user.partner_id in m.notified_partner_ids)

    def test_the_collector_is_told_about_a_fresh_comment_only(self):
        self.tell(("A_VALIDER_1", self.ago(8), "Vieux mot"))
        self.assertFalse(self.notified(self.collector, self.debtor))
        self.tell(("A_VALIDER_2", self.ago(0), "Il manque <b>le PV</b>"))
        (message,) = self.notified(self.collector, self.debtor)
        self.assertIn("&lt;b&gt;le PV", message.body)
        self.assertNotIn("Vieux mot", message.body)

    def test_the_salesperson_is_told_about_a_dispute_once(self):
        seller = new_test_user(self.env, "seller", "base.group_user")
        self.move.invoice_user_id = seller
        self.tell(("SUSPENDUE", self.ago(1), "Numéro d'engagement absent"))
        dispute = self.disputes(self.move)
        self.assertEqual(len(self.notified(seller, dispute)), 1)
        self.assertIn(seller.partner_id, dispute.message_partner_ids)
        self.tell(("SUSPENDUE", self.ago(0), "toujours"))
        self.assertEqual(len(self.notified(seller, dispute)), 1)

    def test_the_words_of_the_comment_choose_who_answers(self):
        self.tell(("SUSPENDUE", self.ago(1), "N° d'ENGAGEMENT absent"))
        dispute = self.disputes(self.move)
        self.assertEqual(dispute.reason_id.code, "missing_order")
        self.tell(("SUSPENDUE", self.ago(0), "et le RIB"))
        self.assertEqual(self.disputes(self.move), dispute, "one and the same")
        self.assertEqual(dispute.state, "open")

    def test_the_invoice_says_what_happened_in_one_line(self):
        self.env["res.lang"]._activate_lang("en_US")
        author = {"first": "", "last": "Service comptable"}
        self.tell(
            ("SUSPENDUE", "2026-11-12 10:00", "Numéro d'engagement absent", author)
        )
        dispute = self.disputes(self.move)
        self.assertEqual(
            self.move.with_context(lang="en_US").ar_platform_story,
            "Suspended on 12 November 2026 by Service comptable: "
            f"{dispute.reason_id.name} → Dispute {dispute.name} is open: "
            "chasing stopped.",
        )
        self.assertEqual(self.move.ar_buyer_state, "suspended")
        found = self.env["account.move"].search(
            [("ar_buyer_state", "=", "suspended"), ("id", "=", self.move.id)]
        )
        self.assertEqual(found, self.move)

    def test_the_password_and_the_silence_are_told_before_they_hurt(self):
        today = fields.Date.today()
        self.platform.tech_password_date = today - timedelta(days=424 - 31)
        self.tell(("DEPOSEE", self.ago(20)))
        self.platform.last_event_date = fields.Datetime.now()
        self.platform._watch()
        self.assertFalse(self.platform.activity_ids)
        self.platform.tech_password_date = today - timedelta(days=424 - 30)
        self.platform.last_event_date = fields.Datetime.now() - timedelta(days=8)
        self.platform._watch()
        self.platform._watch()
        self.assertEqual(len(self.platform.activity_ids), 2)

    def test_a_strategy_may_count_from_the_legal_due_date(self):
        self.tell(("MISE_A_DISPOSITION", "2026-11-15 09:00"))
        item = self.env["ar.item"].search([("move_id", "=", self.move.id)])
        self.assertFalse(item.confirmed_due_date)
        self.debtor.strategy_id.legal_clock = True
        self.sync()
        self.assertEqual(str(item.confirmed_due_date), "2026-12-15")
        self.debtor.strategy_id.legal_clock = False
        self.sync()
        self.assertFalse(item.confirmed_due_date)

    def test_a_hospital_has_fifty_days(self):
        self.tell(("MISE_A_DISPOSITION", "2026-11-01 09:00"))
        self.assertEqual(str(self.link(self.move).legal_due), "2026-12-01")
        self.buyer.ar_legal_delay = 50
        self.sync()
        self.assertEqual(str(self.link(self.move).legal_due), "2026-12-21")

    def test_the_legal_delay_is_told_with_its_articles(self):
        self.tell(
            ("MISE_A_DISPOSITION", "2026-11-01 09:00"),
            ("SUSPENDUE", "2026-11-05 09:00"),
            ("COMPLETEE", "2026-11-06 09:00"),
            ("SUSPENDUE", "2026-11-08 09:00"),
        )
        law = self.link(self.move).with_context(lang="en_US").law_text
        for words in ("R2192-12", "R2192-27", "2026-11-08"):
            self.assertIn(words, law)


@tagged("post_install", "-at_install")
class TestPlatformMatch(ChorusCase):
    """Which invoice of ours the platform speaks of."""

    def test_an_invoice_deposited_by_hand_under_another_number(self):
        move, other = self.make_invoice(250.0), self.make_invoice(99.0)
        (move + other).ar_deposit_number = "CPP77"
        row = self.told("PAPIER-1", ("DEPOSEE", "2026-06-02 10:00"), deposit="CPP77")
        self.story({**row, "total": 250.0, "due": 250.0})
        self.sync()
        self.assertEqual(self.link(move).number, "PAPIER-1")
        self.assertFalse(self.link(other))

    def test_two_that_fit_the_deposit_find_nothing(self):
        moves = self.make_invoice(250.0) + self.make_invoice(250.0)
        moves.ar_deposit_number = "CPP78"
        row = self.told("PAPIER-2", ("DEPOSEE", "2026-06-02 10:00"), deposit="CPP78")
        self.story({**row, "total": 250.0, "due": 250.0})
        self.sync()
        self.assertFalse(self.link(moves[0]) + self.link(moves[1]))
        self.assertEqual(self.platform.unmatched_count, 1)

    def test_a_refused_deposit_contests_the_invoice_that_no_list_shows(self):
        bad, good = self.make_invoice(250.0), self.make_invoice(99.0)
        (bad + good).write({"ar_deposit_number": "CPP80"})
        self.env.cr.execute(
            "UPDATE account_move SET invoice_date = '2026-11-01' WHERE id IN %s",
            [tuple((bad + good).ids)],
        )
        self.env.invalidate_all()
        told = {"state": "IN_INTEGRE_PARTIEL", "refused": {bad.name: "SIRET inconnu"}}
        self.story(deposits={"CPP80": told})
        self.sync()
        self.assertIn("SIRET inconnu", self.disputes(bad).description)
        self.assertFalse(self.disputes(good))
        self.sync()
        self.assertEqual(len(self.disputes(bad)), 1)
        deposit = self.platform.deposit_ids
        self.assertEqual((deposit.number, deposit.state), ("CPP80", "partial"))

    def test_another_seller_s_invoice_is_not_ours(self):
        move = self.make_invoice()
        self.company.company_registry = "12345678900011"
        self.story(
            self.told(move, ("DEPOSEE", "2026-06-02 10:00"), supplier="99999999900011")
        )
        self.sync()
        self.assertFalse(self.link(move))
