from urllib.parse import urlsplit

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestMyReceivables(PortalCommon):
    """The same pages for customers who log in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        contact = cls.env["res.partner"].create(
            {"name": "Claire", "parent_id": cls.customer.id, "lang": "en_US"}
        )
        contact.email = "claire@example.com"
        cls.portal_user = cls.env["res.users"].create(
            {
                "login": "claire.portal",
                "password": "claire.portal",
                "partner_id": contact.id,
                "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)],
            }
        )

    def setUp(self):
        super().setUp()
        self.authenticate("claire.portal", "claire.portal")
        self.mine = f"/my/receivables/{self.debtor.id}"
        self.theirs = f"/my/receivables/{self.foreign_debtor.id}"

    def follow(self, path):
        """The page in the end; Odoo adds the language to addresses under /my."""
        answer = self.url_open(path)
        return answer, urlsplit(answer.url).path.removeprefix("/en")

    def test_a_contact_sees_the_account_of_his_company(self):
        page, where = self.follow("/my/receivables")
        self.assertEqual(where, self.mine)
        self.assertIn(self.invoice.name, page.text)
        self.assertNotIn(self.foreign.name, page.text)
        self.assertEqual(page.headers["X-Frame-Options"], "SAMEORIGIN")
        self.assertIn("no-store", page.headers["Cache-Control"])

    def test_other_accounts_answer_like_unknown_ones(self):
        for path in (self.theirs, "/my/receivables/999999999"):
            for page in ("", "/proof", f"/invoice/{self.foreign.id}"):
                self.assertEqual(self.follow(path + page)[1], "/my")
        self.assertEqual(
            self.follow(f"{self.mine}/invoice/{self.foreign.id}")[1], "/my"
        )
        answer, _where = self.follow(f"{self.mine}/invoice/{self.invoice.id}")
        self.assertIn(self.invoice.name, answer.text)

    def test_a_proof_is_sent_from_there_too(self):
        answer = self.send(f"{self.mine}/proof")
        self.assertEqual(answer.status_code, 303)
        proof = self.proofs()
        self.assertEqual(proof.partner_id, self.portal_user.partner_id)
        self.assertFalse(proof.link_id)
        self.assertIn(proof.name, self.follow(self.mine)[0].text)

    def test_a_foreign_item_or_account_takes_nothing(self):
        token = self.csrf(f"{self.mine}/proof")
        answer = self.send(f"{self.theirs}/proof", csrf_token=token)
        self.assertTrue(answer.headers["Location"].endswith("/my"))
        foreign = self.foreign_debtor.item_ids.id
        answer = self.send(f"{self.mine}/proof", csrf_token=token, item=foreign)
        self.assertEqual(answer.status_code, 422)
        self.assertFalse(self.env["ar.payment.proof"].search([]))

    def test_the_home_of_the_portal_counts_accounts(self):
        self.assertIn("/my/receivables", self.follow("/my")[0].text)

    def test_several_companies_are_listed(self):
        other = self.env["res.company"].create({"name": "Second seller"})
        self.env["ar.debtor"].sudo().create(
            {"partner_id": self.customer.id, "company_id": other.id}
        )
        page, where = self.follow("/my/receivables")
        self.assertEqual(where, "/my/receivables")
        self.assertIn("Second seller", page.text)
        self.assertIn(self.mine, page.text)

    def test_anonymous_must_log_in(self):
        self.authenticate(None, None)
        self.assertEqual(self.follow(self.mine)[1], "/web/login")

    def test_portal_users_reach_nothing_by_rpc(self):
        """Every public method of our models is closed to portal users."""
        for name in (
            "ar.portal.link",
            "ar.portal.hit",
            "ar.payment.proof",
            "ar.payment.proof.file",
            "ar.payment.proof.refuse",
        ):
            model = self.env[name].with_user(self.portal_user)
            for operation in ("read", "write", "create", "unlink"):
                with self.assertRaises(AccessError):
                    model.check_access(operation)
        for method in ("action_ar_revoke",):
            with self.assertRaises(AccessError):
                getattr(self.link.with_user(self.portal_user), method)()
        self.send(f"{self.mine}/proof")
        proof = self.proofs().with_user(self.portal_user)
        for method in ("action_ar_take", "action_ar_accept", "action_ar_refuse"):
            with self.assertRaises(AccessError):
                getattr(proof, method)()
