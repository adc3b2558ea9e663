from datetime import date, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ChorusCase

INVOICE_LOG = "odoo.addons.ar_chorus_connector.models.ar_platform_invoice"


@tagged("post_install", "-at_install")
class TestPlatformEffects(ChorusCase):
    def setUp(self):
        super().setUp()
        self.move = self.make_invoice(1000.0, "2026-06-01")
        self.facts = []

    def tell(self, *facts, **values):
        """Tell more of the story, and read it."""
        self.facts += facts
        self.story(self.told(self.move, *self.facts, **values))
        # A fact told late does not move the current status: the weekly sweep.
        self.link(self.move).action_retry()
        return self.sync()

    def days_ago(self, days, hour="10:00"):
        return f"{fields.Date.today() - timedelta(days=days)} {hour}"

    def reasons(self):
        self.env["ar.debtor"]._ar_refresh({self.buyer.id})
        item = self.env["ar.item"].search([("move_id", "=", self.move.id)])
        return [blocker["code"] for blocker in item.blockers or ()]

    def test_payment_sent_takes_the_invoice_out_of_chasing(self):
        self.tell(("MISE_EN_PAIEMENT", self.days_ago(0)), due=900.0)
        notice = self.notices(self.move)
        self.assertEqual((notice.state, notice.source), ("active", "platform"))
        self.assertEqual(notice.amount, 900.0)
        self.assertGreater(notice.expected_date, fields.Date.today())
        self.assertGreater(notice.hold_until, notice.expected_date)
        self.assertIn("announced", self.reasons())
        self.assertIn(notice.name, self.move.ar_platform_effect)

    def test_a_rejection_opens_a_dispute_with_its_words(self):
        author = {"first": "Zoé", "last": "Noël"}
        self.tell(("REJETEE", self.days_ago(1), "Adresse fausse", author))
        dispute = self.disputes(self.move)
        self.assertEqual((dispute.state, dispute.source), ("open", "platform"))
        self.assertEqual(dispute.reason_id.code, "rejected")
        self.assertEqual(dispute.amount, 1000.0)
        self.assertEqual(dispute.description, "Rejected\nZoé Noël\nAdresse fausse")
        self.assertIn("disputed", self.reasons())
        self.assertEqual(self.move.ar_platform_comment, "Adresse fausse")
        self.assertIn(dispute.name, self.move.ar_platform_effect)

    def test_a_suspension_is_a_dispute_about_documents(self):
        self.tell(("SUSPENDUE", self.days_ago(1), "BL"))
        self.assertEqual(self.disputes(self.move).reason_id.code, "documents")

    def test_suspended_again_after_payment_sent_takes_the_notice_back(self):
        self.tell(("MISE_EN_PAIEMENT", self.days_ago(2)))
        notice = self.notices(self.move)
        self.tell(("SUSPENDUE", self.days_ago(1)))
        self.assertEqual(notice.state, "withdrawn")
        self.assertEqual(self.disputes(self.move).state, "open")

    def test_completed_closes_the_dispute_and_pauses_with_an_end(self):
        self.tell(("SUSPENDUE", self.days_ago(2)))
        self.tell(("COMPLETEE", self.days_ago(1)))
        dispute = self.disputes(self.move)
        self.assertEqual(dispute.state, "withdrawn")
        self.assertEqual(dispute.closed_by_platform, True)
        self.assertIn("platform_pause", self.reasons())
        self.assertIn("paused", self.move.ar_platform_effect)

    def test_a_pause_ends_by_itself(self):
        self.tell(("SERVICE_FAIT", self.days_ago(15)))
        self.assertNotIn("platform_pause", self.reasons())
        self.tell(("VALIDEE_1", self.days_ago(14)))
        self.assertIn("platform_pause", self.reasons())

    def test_a_person_s_closing_stands_until_a_newer_fact(self):
        self.tell(("SUSPENDUE", self.days_ago(3), "BL"))
        dispute = self.disputes(self.move)
        dispute.resolution = "customer_wrong"
        dispute.action_resolve()
        dispute.closed_at = f"{self.days_ago(1)}:00"
        self.tell(("SUSPENDUE", self.days_ago(2), "BL encore"))
        self.assertEqual(dispute.state, "resolved", "that fact is older")
        self.tell(("SUSPENDUE", self.days_ago(0), "RIB"))
        self.assertEqual(dispute.state, "open")
        self.assertIn("RIB", dispute.description)
        self.assertEqual(len(self.disputes(self.move)), 1)

    def reopened(self):
        """What stands after a newer comment of the same suspension."""
        self.tell(("SUSPENDUE", self.days_ago(0), "RIB"))
        self.assertFalse(self.link(self.move).error)
        return self.link(self.move).dispute_id

    def close_and_dispute(self, amount):
        """A person closes the platform's dispute; a colleague opens his own."""
        self.tell(("SUSPENDUE", self.days_ago(3), "BL"))
        ours = self.disputes(self.move)
        ours.resolution = "customer_wrong"
        ours.action_resolve()
        ours.closed_at = f"{self.days_ago(1)}:00"
        vals = {"move_id": self.move.id, "reason_code": "price", "amount": amount}
        return ours, self.env["ar.dispute"]._ar_raise([vals])

    def test_a_reopened_dispute_leaves_out_what_a_colleague_disputes(self):
        ours, _theirs = self.close_and_dispute(400.0)
        self.assertEqual(self.reopened(), ours)
        self.assertEqual((ours.state, ours.amount), ("open", 600.0))

    def test_nothing_is_reopened_when_all_is_disputed_already(self):
        ours, theirs = self.close_and_dispute(1000.0)
        self.assertEqual(self.reopened(), theirs)
        self.assertEqual(ours.state, "resolved")

    def test_a_running_dispute_stands_for_a_new_fact(self):
        vals = {"move_id": self.move.id, "reason_code": "price", "amount": 1000.0}
        theirs = self.env["ar.dispute"]._ar_raise([vals])
        given = patch.object(type(theirs), "_ar_raise", lambda *args: theirs)
        with given:
            self.assertEqual(self.reopened(), theirs)
            self.tell(("COMPLETEE", self.days_ago(0, "11:00")))
        self.assertEqual(theirs.state, "open", "the platform did not open it")

    def test_a_late_fact_takes_its_place_and_doubles_nothing(self):
        self.tell(("SUSPENDUE", self.days_ago(1), "BL"))
        self.tell(("SUSPENDUE", self.days_ago(5), "first one"))
        self.assertEqual(len(self.disputes(self.move)), 1)
        self.assertEqual(self.disputes(self.move).state, "open")

    def test_an_older_rejection_that_arrives_late_changes_nothing(self):
        self.tell(("MISE_A_DISPOSITION", self.days_ago(1)))
        self.tell(("REJETEE", self.days_ago(3)))
        self.assertFalse(self.disputes(self.move))
        self.assertEqual(len(self.timeline(self.move)), 2)

    def test_the_columns_of_the_item(self):
        self.tell(
            ("MISE_A_DISPOSITION", "2026-06-03 09:00"),
            ("MANDATEE", "2026-06-20 09:00", "Mandat 12"),
        )
        item = self.env["ar.item"].search([("move_id", "=", self.move.id)])
        self.assertEqual(item.buyer_status, "Payment ordered")
        self.assertEqual(item.buyer_status_date, self.utc("2026-06-20 07:00:00"))
        self.assertEqual(item.buyer_comment, "Mandat 12")
        self.assertEqual(item.confirmed_due_date, date(2026, 7, 3))
        self.assertEqual(item.interest_start, date(2026, 7, 4))
        self.tell(("REJETEE", "2026-06-21 09:00"))
        self.assertFalse(item.confirmed_due_date)

    def test_a_paid_invoice_is_only_told_about(self):
        self._register_payment(self.move)
        self.tell(("REJETEE", self.days_ago(1)))
        self.assertFalse(self.disputes(self.move))
        self.assertEqual(self.timeline(self.move), ["Rejected"])

    @mute_logger(INVOICE_LOG)
    def test_an_unknown_status_changes_nothing_and_alerts_once(self):
        self.tell(("SUSPENDUE", self.days_ago(3)))
        self.tell(("TOUT_NOUVEAU", self.days_ago(2)))
        self.tell(("TOUT_NOUVEAU", self.days_ago(1)))
        self.assertEqual(self.disputes(self.move).state, "open")
        row = self.env["ar.platform.status"].search([("code", "=", "TOUT_NOUVEAU")])
        self.assertTrue(row.to_decide)
        self.assertEqual(len(self.platform.activity_ids), 1)
        self.assertEqual(self.link(self.move).canonical, "suspended")

    @mute_logger(INVOICE_LOG)
    def test_deciding_about_a_status_applies_to_what_is_known(self):
        self.tell(("TOUT_NOUVEAU", self.days_ago(1)))
        row = self.env["ar.platform.status"].search([("code", "=", "TOUT_NOUVEAU")])
        row.write(
            {
                "canonical": "rejected",
                "effect": "dispute",
                "reason_id": self.env.ref("ar_collections.reason_rejected").id,
            }
        )
        self.assertFalse(row.to_decide)
        self.sync()
        self.assertEqual(self.disputes(self.move).state, "open")

    def test_a_company_s_own_line_replaces_the_common_one(self):
        common = self.env.ref("ar_chorus_connector.status_service_fait")
        common.copy({"company_id": self.company.id, "effect": "chase"})
        self.tell(("SERVICE_FAIT", self.days_ago(1)))
        self.assertNotIn("platform_pause", self.reasons())

    def test_an_invoice_deposited_twice_is_decided_as_one(self):
        self.story(
            self.told(self.move, ("REJETEE", self.days_ago(3)), id=1),
            self.told(self.move, ("MISE_A_DISPOSITION", self.days_ago(1)), id=2),
        )
        self.sync()
        self.assertEqual(len(self.link(self.move)), 2)
        self.assertNotIn("open", self.disputes(self.move).mapped("state"))
        self.assertEqual(
            set(self.link(self.move).mapped("canonical")), {"made_available"}
        )

    def test_the_customer_reads_his_own_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.buyer.lang = "fr_FR"
        row = self.env.ref("ar_chorus_connector.status_rejetee")
        row.with_context(lang="fr_FR").name = "Rejetée"
        self.tell(("REJETEE", self.days_ago(1)))
        item = self.env["ar.item"].search([("move_id", "=", self.move.id)])
        self.assertEqual(item.buyer_status, "Rejetée")

    def test_the_legal_delay_shows_a_suspension_that_does_not_interrupt(self):
        self.tell(
            ("MISE_A_DISPOSITION", "2026-06-01 09:00"),
            ("MANDATEE", "2026-06-05 09:00"),
            ("SUSPENDUE", "2026-06-10 09:00"),
        )
        link = self.link(self.move)
        self.assertEqual(link.legal_due, date(2026, 7, 1))
        self.assertEqual(link.unlawful, "2026-06-10")

    def test_instalments_share_what_was_decided(self):
        terms = self.env["account.payment.term"].create(
            {
                "name": "30/60",
                "line_ids": [
                    fields.Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (30, 60)
                ],
            }
        )
        self.move = self.init_invoice(
            "out_invoice", self.buyer, "2026-06-01", amounts=[1000.0], taxes=[]
        )
        self.move.invoice_payment_term_id = terms
        self.move.action_post()
        self.tell(
            ("MISE_A_DISPOSITION", "2026-06-03 09:00"), ("MANDATEE", "2026-06-20 09:00")
        )
        items = self.env["ar.item"].search([("move_id", "=", self.move.id)])
        self.assertEqual(
            items.sorted("move_rank").mapped("confirmed_due_date"),
            # Never earlier than agreed with the customer.
            [date(2026, 7, 3), date(2026, 7, 31)],
        )
