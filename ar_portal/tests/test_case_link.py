from urllib.parse import urlsplit

from odoo.tests import tagged

from odoo.addons.ar_collections.models.ar_reminder_content import HIDDEN_URL

from .common import PortalCommon, pdf


@tagged("post_install", "-at_install")
class TestCaseLink(PortalCommon):
    """A customer's link to one recovery case."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.make_invoice(330.0, overdue=40)
        cls.refresh()
        cls.case = cls.env["ar.case"]._ar_open(
            {"debtor_id": cls.debtor.id, "move_ids": cls.invoice.ids}
        )
        cls.case._ar_go(cls.env.ref("ar_collections.ar_case_stage_formal_notice"))
        cls.door = urlsplit(cls.case._ar_action_url(cls.customer)).path
        cls.case_link = cls.env["ar.portal.link"].search([], limit=1)
        cls.notice, cls.working = (
            cls.env["ar.case.document"].create(
                {
                    "case_id": cls.case.id,
                    "kind": kind,
                    "name": name,
                    "attachment_id": cls.env["ir.attachment"]
                    .create({"name": f"{name}.pdf", "raw": pdf()})
                    .id,
                }
            )
            for kind, name in (
                ("formal_notice", "Formal notice"),
                ("claim_working", "Account of the claim"),
            )
        )

    def test_it_shows_the_case_and_only_what_it_covers(self):
        page = self.get(self.door).text
        self.assertIn(self.case.name, page)
        self.assertIn("Formal notice to pay", page)
        self.assertIn(self.invoice.name, page)
        for hidden in (self.second.name, self.later.name, "statement.pdf"):
            self.assertNotIn(hidden, page)

    def test_the_notice_is_handed_out_and_nothing_else_of_the_file(self):
        got = self.get(f"{self.door}/document/{self.notice.id}")
        self.assertTrue(got.content.startswith(b"%PDF-"))
        closed = self.get(f"{self.door}/document/{self.working.id}")
        self.assertEqual(closed.status_code, 404)
        account = self.get(f"{self.path}/document/{self.notice.id}")
        self.assertEqual(account.status_code, 404, "a link to the account is no case")
        other = self.env["ar.case"]._ar_open({"move_ids": self.foreign.ids})
        crossed = urlsplit(other._ar_action_url(self.stranger)).path
        self.assertEqual(
            self.get(f"{crossed}/document/{self.notice.id}").status_code, 404
        )

    def test_other_invoices_of_the_account_stay_closed(self):
        self.assertEqual(
            self.get(f"{self.door}/invoice/{self.second.id}").status_code, 404
        )
        for path in ("statement.pdf", "statement.xlsx"):
            self.assertEqual(self.get(f"{self.door}/{path}").status_code, 404)
        outside = self.debtor.item_ids.filtered(lambda i: i.move_id == self.second)
        sent = self.send(f"{self.door}/proof", item=outside.id)
        self.assertEqual(sent.status_code, 422)
        self.assertFalse(self.proofs())

    def test_the_same_answers_can_be_given(self):
        self.assertEqual(self.send(f"{self.door}/proof").status_code, 303)
        self.assertEqual(self.proofs().line_ids.move_id, self.invoice)
        self.assertIn(self.proofs().name, self.get(self.door).text)

    def test_what_was_said_of_other_invoices_is_not_shown(self):
        outside = self.debtor.item_ids.filtered(lambda i: i.move_id == self.second)
        self.send(item=outside.id)
        self.assertIn(self.proofs().name, self.get(self.path).text)
        self.assertNotIn(self.proofs().name, self.get(self.door).text)

    def test_a_case_that_shows_nothing_opens_nothing(self):
        self.case.line_ids.sudo().active = False
        self.assertEqual(self.get(self.door).status_code, 404)

    def test_a_closed_case_says_so(self):
        self.case._ar_close("paid")
        page = self.get(self.door).text
        self.assertIn("This file is closed", page)
        self.assertIn("Everything was paid", page)

    def test_an_expired_link_is_renewed_for_the_case_only(self):
        self.case_link.expires_at = "2020-01-01 00:00:00"
        token = self.csrf(self.door)
        self.url_open(f"{self.door}/again", data={"csrf_token": token})
        fresh = self.env["ar.portal.link"].search([], limit=1)
        self.assertEqual((fresh.scope, fresh.case_id), ("case", self.case))

    def test_a_contact_of_the_case_carries_its_link(self):
        reminder = self.env["ar.reminder"].create(
            {
                "debtor_id": self.debtor.id,
                "company_id": self.company.id,
                "planned_date": self.today,
                "purpose": "case",
                "unit_key": "case:test",
                "case_id": self.case.id,
                "recipient_id": self.customer.id,
            }
        )
        plain = reminder.copy(
            {
                "case_id": False,
                "purpose": "info",
                "unit_key": "plain",
                "name": "P",
                "recipient_id": self.customer.id,
            }
        )
        for one, scope in ((reminder, "case"), (plain, "account")):
            body = one._ar_with_page(f'<a href="{HIDDEN_URL}">Answer</a>')
            made = self.env["ar.portal.link"].search([], limit=1)
            self.assertEqual(made.scope, scope)
            self.assertIn("/ar/a/", body)
