from datetime import timedelta

from odoo import fields
from odoo.tests import Form, new_test_user, tagged

from .common import ChorusCase


@tagged("post_install", "-at_install")
class TestPlatformShows(ChorusCase):
    """Where people read what the buyer's platform says."""

    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("en_US")
        self.move = self.make_invoice(1000.0, "2026-09-01")
        self.collector = new_test_user(
            self.env,
            "collector",
            "ar_collections.group_user",
            email="collector@example.com",
            company_id=self.company.id,
            company_ids=[fields.Command.set(self.company.ids)],
        )
        self.debtor = self.move._ar_debtor()
        self.debtor.collector_id = self.collector

    def suspend(self, comment="Manque <b>le PV</b>"):
        fact = ("SUSPENDUE", "2026-11-19 10:00", comment)
        self.story(self.told(self.move, fact))
        self.sync()

    def test_the_statement_of_account_tells_status_and_comment(self):
        self.suspend()
        debtor = self.debtor.with_context(lang="en_US")
        (sheet,) = debtor._ar_statement_values()["sheets"]
        (row,) = [r for r in sheet["rows"] if r["number"] == self.move.name]
        self.assertIn("Status with you: Suspended (", row["buyer"])
        self.assertIn(" – Manque <b>le PV</b>", row["buyer"])
        document = debtor._ar_statement_document(lang="en_US")
        self.assertIn("&lt;b&gt;le PV", str(document["parts"][0]))

    def test_a_reminder_quotes_status_and_comment_unless_told_not_to(self):
        self.suspend()
        Reminder = self.env["ar.reminder"].new(
            {"debtor_id": self.debtor.id, "company_id": self.company.id}
        )
        item = self.env["ar.item"].search([("move_id", "=", self.move.id)])
        line = {
            "item_id": item.id,
            "move_id": self.move.id,
            "number": self.move.name,
            "amount": 1000.0,
            "currency_id": self.currency.id,
            "status": "Suspended",
        }
        fact = {"lines": [line], "credits": []}
        (told,) = Reminder._ar_make_content(fact)["lines"]
        self.assertEqual(told["comment"], "Manque <b>le PV</b>")
        texts = Reminder._ar_line_texts(told)
        self.assertEqual(texts["status"], "Suspended – “Manque <b>le PV</b>”")
        self.company.ar_quote_comment = False
        (told,) = Reminder._ar_make_content(fact)["lines"]
        self.assertNotIn("comment", told)

    def test_the_invoice_form_opens_with_its_platform(self):
        self.suspend()
        with Form(self.move) as form:
            self.assertEqual(form.ar_buyer_state, "suspended")
            self.assertIn("chasing stopped", form.ar_platform_story)

    def test_the_filters_of_invoices(self):
        self.suspend()
        Move = self.env["account.move"]
        view = Move.get_view(
            self.env.ref("account.view_account_invoice_filter").id, "search"
        )
        for name in ("ar_rejected_week", "ar_validated_not_paid", "ar_by_buyer_state"):
            self.assertIn(f'name="{name}"', view["arch"])
        groups = Move.formatted_read_group(
            [("id", "=", self.move.id)], ["ar_buyer_state"], ["__count"]
        )
        self.assertEqual(groups[0]["ar_buyer_state"], "suspended")

    def digest(self):
        return self.platform._send_digest()

    def test_the_digest_tells_each_collector_his_news_once(self):
        other = self.make_invoice(55.0, "2026-09-02")
        self.story(
            self.told(self.move, ("SUSPENDUE", "2026-11-19 10:00", "Manque le PV")),
            self.told(other, ("MISE_EN_PAIEMENT", "2026-11-19 11:00")),
            self.told("FOREIGN/1", ("REJETEE", "2026-11-19 11:00")),
        )
        self.platform.digest_until = fields.Datetime.now() - timedelta(hours=1)
        self.sync()
        (mail,) = self.digest()
        self.assertEqual(mail.recipient_ids, self.collector.partner_id)
        for words in (self.move.name, other.name, "Manque le PV"):
            self.assertIn(words, mail.body_html)
        self.assertNotIn("FOREIGN/1", mail.body_html)
        self.assertLess(
            mail.body_html.index(self.move.name), mail.body_html.index(other.name)
        )
        self.platform.digest_until = fields.Datetime.now() + timedelta(seconds=1)
        self.assertFalse(self.digest())

    def test_nobody_who_declined_gets_a_digest(self):
        self.collector.ar_platform_digest = False
        self.platform.digest_until = fields.Datetime.now() - timedelta(hours=1)
        self.suspend()
        self.assertFalse(self.digest())
