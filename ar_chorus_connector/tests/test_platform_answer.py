import base64
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import ChorusCase

LOG = "odoo.addons.ar_chorus_connector.models.ar_platform_answer"
COMPLETE = "completer"


@tagged("post_install", "-at_install")
class TestPlatformAnswer(ChorusCase):
    """We answer the buyer on his platform, once, and know what became of it."""

    def setUp(self):
        super().setUp()
        self.move = self.make_invoice(1000.0, "2026-11-01")
        self.suspend()

    def suspend(self):
        fact = ("SUSPENDUE", "2026-11-12 10:00", "BL manquant")
        self.story(self.told(self.move, fact))
        self.sync()

    def ask(self, comment="Voici le bon de livraison", files=()):
        action = self.link(self.move).action_answer()
        attachments = self.env["ir.attachment"].create(
            [{"name": name, "datas": base64.b64encode(b"x")} for name in files]
        )
        answer = (
            self.env["ar.platform.answer"]
            .with_context(**action["context"])
            .create(
                {
                    "comment": comment,
                    "attachment_ids": [fields.Command.set(attachments.ids)],
                }
            )
        )
        answer.action_send()
        return answer

    def run_cron(self, **later):
        self.env["ar.platform.answer"].search([]).retry_at = False
        self.env["ar.platform.answer"]._send_waiting(lambda done: True)

    def test_a_suspended_invoice_is_completed_with_its_document(self):
        name = "Bon de livraison signé par le service des marchés publics.pdf"
        answer = self.ask(files=[name])
        self.run_cron()
        self.assertEqual((answer.state, answer.error), ("sent", False))
        (told,) = self.control("answers")
        self.assertEqual((told["kind"], told["files"]), ("complete", 1))
        self.assertEqual(told["comment"], "Voici le bon de livraison")
        self.sync()
        self.assertEqual(self.link(self.move).canonical, "completed")
        self.assertNotIn("open", self.disputes(self.move).mapped("state"))
        links = self.env["ar.event.link"].search(
            [("move_id", "=", self.move.id), ("kind", "=", "platform_answer")]
        )
        self.assertEqual(len(links), 1)

    @mute_logger(LOG)
    def test_an_answer_that_cannot_be_made_does_not_stop_the_next(self):
        first = self.ask(files=["damaged.pdf"])
        other = self.make_invoice(500.0, "2026-11-02")
        self.story(
            *[
                self.told(move, ("SUSPENDUE", "2026-11-12 10:00", "BL manquant"))
                for move in (self.move, other)
            ]
        )
        self.platform.mark = False
        self.sync()
        self.move = other
        second = self.ask()
        with patch.object(
            type(first), "_upload", autospec=True, side_effect=self.damaged(first)
        ):
            self.run_cron()
        self.assertEqual((first.state, first.error_count), ("waiting", 1))
        self.assertIn("damaged", first.error)
        self.assertEqual(second.state, "sent")

    def damaged(self, answer):
        def upload(tried, _client):
            if tried == answer:
                raise ValueError("the document is damaged")
            return []

        return upload

    @mute_logger(LOG)
    def test_an_answer_lost_on_the_way_is_tried_again(self):
        answer = self.ask()
        self.control("faults", [{"route": COMPLETE, "kind": "status", "status": 503}])
        self.run_cron()
        self.assertEqual((answer.state, answer.error_count), ("waiting", 1))
        self.run_cron()
        self.assertEqual(answer.state, "sent")
        self.assertEqual(len(self.control("answers")), 1)

    @mute_logger(LOG)
    def test_an_answer_that_arrived_without_its_receipt_is_not_repeated(self):
        answer = self.ask()
        self.control("faults", [{"route": COMPLETE, "kind": "cut"}])
        self.run_cron()
        self.assertEqual(answer.state, "waiting")
        self.run_cron()
        self.assertEqual(answer.state, "sent")
        self.assertEqual(len(self.control("answers")), 1)

    def test_what_the_platform_refuses_says_why_and_may_be_sent_again(self):
        answer = self.ask()
        done = {"code": "MISE_A_DISPOSITION", "date": "2026-11-13 10:00"}
        self.control("advance", {"number": self.move.name, "history": [done]})
        self.run_cron()
        self.assertEqual(answer.state, "refused")
        self.assertIn("GDP_MSG_11.001", answer.error)

    def test_a_rejection_is_marked_as_dealt_with(self):
        self.link(self.move).action_retry()
        rejected = {"code": "REJETEE", "date": "2026-11-13 10:00"}
        self.control("advance", {"number": self.move.name, "history": [rejected]})
        self.sync()
        self.ask("Avoir émis")
        self.run_cron()
        (told,) = self.control("answers")
        self.assertEqual((told["kind"], told["comment"]), ("rejection", "Avoir émis"))

    @mute_logger(LOG)
    def test_a_wrong_password_keeps_the_answer(self):
        answer = self.ask()
        self.platform.tech_password = "wrong"
        self.run_cron()
        self.assertEqual((answer.state, answer.attempt_at), ("waiting", False))
        self.assertIn("technical account", answer.error)
        self.assertNotIn("wrong", answer.error)

    def test_nobody_sends_a_document_that_he_may_not_read(self):
        collector = new_test_user(
            self.env,
            "collector",
            "ar_collections.group_user",
            company_id=self.company.id,
            company_ids=[fields.Command.set(self.company.ids)],
        )
        secret = self.env["ir.attachment"].create({"name": "s.txt", "raw": b"secret"})
        values = {
            "link_id": self.link(self.move).id,
            "comment": "x",
            "attachment_ids": [fields.Command.set(secret.ids)],
        }
        Answer = self.env["ar.platform.answer"].with_user(collector)
        with self.assertRaises(AccessError):
            Answer.create(values).action_send()

    def test_a_reader_answers_nothing(self):
        reader = new_test_user(self.env, "reader", "ar_collections.group_reader")
        answer = self.ask()
        with self.assertRaises(AccessError):
            answer.with_user(reader).action_send()
