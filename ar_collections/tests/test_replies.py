from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..engine.reply_reading import Reading
from .common_sending import SendingCommon

GATEWAY = "odoo.addons.mail.models.mail_thread"
MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre"
MONTHS = [*MONTHS.split(), "décembre"]

MAIL = """\
Return-Path: <compta@bertin.example>
From: Menuiserie Bertin <compta@bertin.example>
To: catchall@works.example
Subject: Re: relance
Message-Id: <{key}@bertin.example>
In-Reply-To: {parent}
References: {parent}
Date: {date}
{headers}Content-Type: text/plain; charset=utf-8

{text}

Cordialement,
J. Bertin

> Merci de nous régler avant le 31/12/2030. Nous avons payé hier.
"""


@tagged("post_install", "-at_install")
class TestReplies(SendingCommon):
    """A mail of the customer is read, and a person confirms with one click."""

    def setUp(self):
        super().setUp()
        self.move = self.make_invoice(120, overdue=12)
        self.second = self.make_invoice(80, overdue=11)
        self.reminder = self.plan_for(self.customer)
        self.send(self.reminder)
        self.debtor = self.reminder.debtor_id
        self.soon = self.today + timedelta(days=10)

    @mute_logger(GATEWAY)
    def receive(self, text, key="r1", headers=""):
        moment = fields.Datetime.now()
        mail = MAIL.format(
            key=key,
            parent=self.reminder.message_id,
            headers=headers,
            text=text,
            date=moment.strftime("%a, %d %b %Y %H:%M:%S +0000"),
        )
        self.env["mail.thread"].message_process(None, mail)
        return self.debtor.suggestion_ids.filtered(
            lambda s: s.message_key == f"<{key}@bertin.example>"
        )

    def french(self, day):
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"

    def test_a_promise_in_french_is_confirmed_with_one_click(self):
        told = self.receive(
            f"Bonjour,\nla facture {self.move.name} sera réglée par virement\n"
            f"le {self.french(self.soon)}."
        )
        self.assertEqual((told.kind, told.day, told.sure), ("promise", self.soon, True))
        self.assertEqual(told.move_ids, self.move)
        self.assertIn("sera réglée par virement le", told.sentence)
        self.assertNotIn("Bonjour", told.sentence)
        self.assertTrue(told.is_ready)
        self.assertFalse(self.debtor.notice_ids, "nothing happens by itself")

        mine = told.with_user(self.collector)
        mine.action_confirm()
        notice = self.debtor.notice_ids
        self.assertEqual(notice, told.notice_id)
        self.assertEqual((notice.source, notice.state), ("promise", "active"))
        self.assertEqual((notice.amount, notice.expected_date), (120.0, self.soon))
        self.assertIn("sera réglée", notice.note)
        self.assertEqual(told.state, "confirmed")
        self.assertEqual(told.decided_by_id, self.collector)
        self.assertFalse(self.debtor.activity_ids, "the reply has been read")
        kinds = self.debtor.timeline_ids.mapped("kind")
        self.assertIn("reply_confirmed", kinds)
        self.assertIn("notice_announced", kinds)
        item = self.debtor.open_item_ids.filtered(lambda i: i.move_id == self.move)
        self.debtor._ar_decide()
        self.assertEqual(item.announced, 120.0)

        mine.action_confirm()
        self.assertEqual(len(self.debtor.notice_ids), 1)
        kinds = self.debtor.timeline_ids.mapped("kind")
        self.assertEqual(kinds.count("reply_confirmed"), 1)

    def test_the_same_mail_twice_is_read_once(self):
        text = f"Nous réglerons le {self.french(self.soon)}."
        first = self.receive(text)
        self.assertEqual(self.receive(text), first)

    def test_without_a_number_it_is_what_is_late(self):
        self.make_invoice(999, overdue=-20)
        self.refresh()
        told = self.receive(f"Nous paierons tout le {self.french(self.soon)}.")
        told.action_confirm()
        self.assertEqual(self.debtor.notice_ids.amount, 200.0)

    def test_an_unknown_number_asks_a_person(self):
        told = self.receive(
            f"La facture n° 987654 sera payée le {self.french(self.soon)}."
        )
        self.assertTrue(told.is_unclear)
        self.assertFalse(told.is_ready, "no single click")
        self.assertIn("not clear", told.to_complete)
        told.move_ids = self.second
        told.action_confirm()
        self.assertEqual(self.debtor.notice_ids.line_ids.move_id, self.second)

    def test_already_paid_waits_for_the_money(self):
        told = self.receive("Nous avons payé hier 80,00 € sous la référence VIR-5512.")
        self.assertEqual((told.kind, told.amount), ("paid", 80.0))
        self.assertEqual(told.day, self.today - timedelta(days=1))
        told.action_confirm()
        notice = told.notice_id
        self.assertEqual((notice.source, notice.state), ("payment", "to_review"))
        self.assertEqual((notice.amount, notice.reference), (80.0, "VIR-5512"))
        self.assertGreater(notice.hold_until, self.today)

    def test_a_dispute_from_the_suggestion_or_from_the_message_is_one(self):
        told = self.receive(
            f"La facture {self.move.name} est fausse : la quantité facturée est"
            " erronée."
        )
        self.assertEqual((told.kind, told.reason_id.code), ("dispute", "quantity"))
        told.with_user(self.collector).action_confirm()
        dispute = told.dispute_ids
        self.assertEqual((dispute.move_id, dispute.source), (self.move, "reply"))
        self.assertIn("quantité", dispute.description)
        message = self.debtor.message_ids.filtered(
            lambda m: m.message_id == told.message_key
        )
        action = self.debtor.with_user(self.collector).ar_dispute_from_message(
            message.id
        )
        self.assertEqual(action["res_id"], dispute.id)
        self.assertEqual(self.debtor.dispute_ids, dispute)

    def test_a_dispute_from_the_message_settles_the_suggestion(self):
        told = self.receive(f"Sur {self.move.name} le prix facturé est erroné.")
        message = self.debtor.message_ids.filtered(
            lambda m: m.message_id == told.message_key
        )
        self.debtor.with_user(self.collector).ar_dispute_from_message(message.id)
        self.assertEqual(told.state, "confirmed")
        self.assertEqual(told.dispute_ids, self.debtor.dispute_ids)
        self.assertEqual(told.dispute_ids.reason_id.code, "price")

    def test_a_message_that_names_no_invoice_opens_the_form(self):
        self.receive("Le prix ne correspond pas au devis, nous contestons.")
        message = self.debtor.message_ids[0]
        action = self.debtor.ar_dispute_from_message(message.id)
        self.assertEqual(action["context"]["default_source"], "reply")
        reason = action["context"]["default_reason_id"]
        reason = self.env["ar.dispute.reason"].browse(reason)
        self.assertEqual(reason.code, "price")
        self.assertFalse(self.debtor.dispute_ids)
        with self.assertRaises(AccessError):
            other = self.customer.message_post(body="elsewhere")
            self.debtor.ar_dispute_from_message(other.id)

    def test_the_right_person_becomes_the_contact(self):
        told = self.receive(
            "Je ne suis plus en charge de la comptabilité. Merci de vous adresser à"
            " Mme Claire Lefort, claire@bertin.example, pour toute relance."
        )
        self.assertEqual(told.kind, "contact")
        told.with_user(self.collector).action_confirm()
        person = self.debtor.contact_id
        self.assertEqual(person.email, "claire@bertin.example")
        self.assertEqual(person.name, "Mme Claire Lefort")
        self.assertEqual(person.commercial_partner_id, self.customer)

    def test_an_absence_told_by_a_machine_is_only_suggested(self):
        told = self.receive(
            f"Je suis absente du bureau, de retour le {self.french(self.soon)}.",
            headers="Auto-Submitted: auto-replied\n",
        )
        self.assertEqual((told.kind, told.day), ("away", self.soon))
        self.assertNotIn("reply", self.debtor.timeline_ids.mapped("kind"))
        self.assertFalse(self.debtor.activity_ids)
        told.action_confirm()
        self.assertEqual(self.debtor.activity_ids.date_deadline, self.soon)

    def test_a_machine_promises_nothing(self):
        told = self.receive(
            f"Votre facture sera payée le {self.french(self.soon)}.",
            headers="Auto-Submitted: auto-generated\n",
        )
        self.assertFalse(told)

    def test_what_is_unclear_or_dismissed_changes_nothing(self):
        self.assertFalse(self.receive("Je regarde et reviens vers vous.", key="a"))
        told = self.receive(f"Virement le {self.french(self.soon)}.", key="b")
        told.with_user(self.collector).action_dismiss()
        self.assertEqual(told.state, "dismissed")
        self.assertFalse(self.debtor.notice_ids)
        self.assertIn("reply_dismissed", self.debtor.timeline_ids.mapped("kind"))

    def test_another_classifier_reads_only_when_an_administrator_says_so(self):
        Debtor = type(self.env["ar.debtor"])
        asked = []

        def elsewhere(debtor, text, received):
            asked.append(text)
            return [Reading("promise", "said otherwise", day=received)]

        self.patch(Debtor, "_ar_classify_elsewhere", elsewhere)
        self.receive(f"Virement le {self.french(self.soon)}.", key="a")
        self.assertFalse(asked, "off by default")
        with self.assertRaises(AccessError):
            self.company.with_user(self.collector).write({"ar_reply_reading": "other"})
        self.company.sudo().ar_reply_reading = "other"
        told = self.receive("Bonjour", key="b")
        self.assertEqual((told.sentence, len(asked)), ("said otherwise", 1))
        self.company.sudo().ar_reply_reading = "off"
        self.assertFalse(self.receive("Virement demain.", key="c"))

    def test_a_mail_that_cannot_be_read_still_arrives(self):
        def broken(debtor, text, received):
            raise ValueError(text)

        self.patch(type(self.env["ar.debtor"]), "_ar_classify_reply", broken)
        with mute_logger("odoo.addons.ar_collections.models.ar_debtor_reply"):
            self.receive("Virement demain.")
        self.assertIn("reply", self.debtor.timeline_ids.mapped("kind"))

    def test_a_day_that_has_passed_is_no_promise_any_more(self):
        told = self.receive(f"Virement le {self.french(self.soon)}.")
        with freeze_time(fields.Datetime.now() + timedelta(days=12)):
            with self.assertRaisesRegex(UserError, "passed"):
                told.action_confirm()
