from datetime import timedelta

from odoo.tests import tagged

from .common import PortalCommon

ANNE = "anne.kerleo@privacy.example"


@tagged("post_install", "-at_install")
class TestPortalPrivacy(PortalCommon):
    """What the pages know of a person is found, handed over and erased."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anne = cls.env["res.partner"].create(
            {"name": "Anne Kerleo", "email": ANNE, "parent_id": cls.customer.id}
        )
        cls.her_path = cls.path_of(cls.foreign_debtor, cls.anne)
        cls.her_link = cls.env["ar.portal.link"].search(
            [("partner_id", "=", cls.anne.id)]
        )

    def answer(self):
        wizard = self.env["ar.person.wizard"].create(
            {"partner_id": self.anne.id, "reason": "Letter of 2 March"}
        )
        wizard.action_find()
        return wizard

    def test_her_link_no_longer_opens_anything(self):
        # Of an account on which nothing is open any more.
        self.pay(self.foreign)
        self.refresh(self.stranger)
        self.env.flush_all()
        self.assertEqual(self.url_open(self.her_path).status_code, 200)
        opened = self.env["ar.event"].search([("kind", "=", "link_opened")])
        self.assertEqual(opened.mapped("actor"), [ANNE])
        wizard = self.answer()
        wizard.action_erase()
        self.env.flush_all()
        self.assertFalse(self.her_link.exists())
        self.assertFalse(opened.sudo().content_ids or opened.actor)
        self.assertNotEqual(self.url_open(self.her_path).status_code, 200)
        self.assertEqual(self.company.ar_verify_events()["faults"], [])

    def test_a_proof_of_an_unpaid_invoice_stays_and_one_of_a_paid_goes(self):
        notices = self.env["ar.payment.notice"]._ar_announce(
            [
                {
                    "source": "proof",
                    "source_key": f"proof-{move.id}",
                    "expected_date": self.today,
                    "lines": [{"move_id": move.id, "amount": 10.0}],
                }
                for move in (self.invoice, self.foreign)
            ]
        )
        proofs = (
            self.env["ar.payment.proof"]
            .sudo()
            .create(
                [
                    {
                        "notice_id": notice.id,
                        "partner_id": self.anne.id,
                        "sender": ANNE,
                        "message": "Paid yesterday",
                        "network": "198.51.100.0",
                    }
                    for notice in notices
                ]
            )
        )
        self.pay(self.foreign)
        self.refresh(self.stranger)
        unpaid, paid = proofs
        self.answer().action_erase()
        self.assertEqual(unpaid.sender, ANNE)
        self.assertFalse(paid.sender or paid.message or paid.network)

    def test_a_request_that_was_not_confirmed_goes(self):
        drafts = self.env["ar.request.draft"].sudo()
        drafts = drafts.create(
            [
                {
                    "company_id": self.company.id,
                    "email": email,
                    "person": "Somebody",
                    "token_hash": email,
                    "expires_at": f"{self.today + timedelta(days=3)} 09:00:00",
                }
                for email in (ANNE, f"jo{ANNE}")
            ]
        )
        hers, other = drafts
        self.answer().action_erase()
        self.assertEqual(drafts.exists(), other)

    def test_whoever_pays_or_answers_is_known_to_the_registry(self):
        sources = self.env["ar.person"]._ar_sources()
        for name, partners, words in (
            ("ar.colleague.link", (), {"email", "person"}),
            ("ar.dispute.advice", (), {"email", "person", "message"}),
            ("ar.request.draft", (), {"email", "person", "reason"}),
            ("ar.request.mail", (), {"email_from", "subject"}),
            ("ar.payment.request", ("partner_id",), {"sender", "message"}),
        ):
            source = sources[name]
            self.assertEqual(source.partners, partners, name)
            self.assertLessEqual(words, {*source.shown}, name)
            used = {*source.blank, *source.shown, *source.emails, *source.texts}
            self.assertLessEqual(used, {*self.env[name]._fields}, name)
            self.assertTrue(source.drop or words <= {*source.blank}, name)

    def test_old_visits_are_forgotten_under_their_rule(self):
        rule = self.env.ref("ar_portal.ar_retention_visits")
        self.assertFalse(rule.enabled or rule.months)
        rule.months = 6
        day = self.today - timedelta(days=400)
        old = self.env["ar.event"]._ar_record(
            [
                {
                    "kind": "link_opened",
                    "summary": f"Opened by {ANNE}",
                    "actor": ANNE,
                    "company_id": self.company.id,
                    "debtor_id": self.debtor.id,
                    "event_date": f"{day} 09:00:00",
                }
            ]
        )
        self.assertIn(old, rule._ar_due()[0])
