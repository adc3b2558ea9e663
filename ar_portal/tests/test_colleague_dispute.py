import re

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PortalCommon, pdf


@tagged("post_install", "-at_install")
class TestColleagueDispute(PortalCommon):
    """A colleague answers a dispute from a link; the collector validates it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.ar_portal_colleague_domains = "works.example"
        cls.company.partner_id.lang = "en_US"
        cls.dispute = cls.env["ar.dispute"]._ar_raise(
            [
                {
                    "move_id": cls.invoice.id,
                    "source": "portal",
                    "source_key": "colleague-test",
                    "reason_code": "quantity",
                    "amount": 60.0,
                    "description": "Two pallets are missing.",
                }
            ]
        )
        cls.link, cls.door = cls.make_link()

    @classmethod
    def make_link(cls, email="nadia@works.example", **options):
        """A link to the dispute, and its address as a path, from the mail."""
        before = cls.env["mail.mail"].search([], order="id desc", limit=1).id or 0
        link = cls.env["ar.colleague.link"]._ar_ask(
            cls.dispute, {"email": email, "name": "Nadia"}, **options
        )
        mail = cls.env["mail.mail"].search([("id", ">", before)], order="id desc")[:1]
        assert mail.email_to == email
        return link, re.search(r"/ar/c/[\w-]{43}", mail.body_html).group(0)

    def answer(self, door=None, files=(), **values):
        door = door or self.door
        data = {
            "csrf_token": self.csrf(door),
            "verdict": "customer_right",
            "amount": "45,50",
            "message": "One pallet was left on the quay.",
            **values,
        }
        return self.url_open(
            door,
            data=data,
            files=[("files", (name, body, "text/html")) for name, body in files],
            allow_redirects=False,
        )

    def advice(self):
        self.env.invalidate_all()
        found = [("dispute_id", "=", self.dispute.id)]
        return self.env["ar.dispute.advice"].search(found)

    # What the link shows.

    def test_the_page_shows_the_dispute_and_nothing_of_the_account(self):
        page = self.get(self.door).text
        for shown in (self.invoice.name, self.customer.name, "60.00", "pallets"):
            self.assertIn(shown, page)
        self.assertNotIn(self.later.name, page)
        self.assertNotIn("100.00", page)

    def test_reading_changes_nothing_but_a_count(self):
        for method in ("GET", "HEAD"):
            self.opener.request(method, f"{self.base_url()}{self.door}")
        self.assertFalse(self.advice())
        self.assertEqual(self.dispute.state, "open")
        self.link.invalidate_recordset()
        self.assertEqual(self.link.use_count, 1)

    def test_only_files_meant_for_him_are_handed_out(self):
        keep = self.env["ir.attachment"].create
        shown, other = (
            keep({"name": n, "raw": b"x", "res_model": "ar.dispute", "res_id": i})
            for n, i in (("note.html", self.dispute.id), ("other.pdf", self.dispute.id))
        )
        _link, door = self.make_link(attachments=shown)
        got = self.get(f"{door}/file/{shown.id}")
        self.assertEqual(got.headers["Content-Type"], "application/octet-stream")
        self.assertIn("attachment", got.headers["Content-Disposition"])
        self.assertEqual(self.get(f"{door}/file/{other.id}").status_code, 404)
        self.assertEqual(self.get(f"{door}/invoice").status_code, 404)

    # His answer.

    def test_an_answer_waits_for_the_collector_and_decides_nothing(self):
        told = self.answer(files=[("note.pdf", pdf())])
        self.assertEqual(told.status_code, 303)
        advice = self.advice()
        self.assertEqual((advice.state, advice.amount), ("to_review", 45.5))
        self.assertEqual(len(advice.attachment_ids), 1)
        self.assertEqual(self.dispute.state, "open")
        self.assertFalse(self.dispute.resolution)
        todo = self.dispute.activity_ids.filtered(
            lambda a: a.user_id == self.collector and "Nadia" in (a.summary or "")
        )
        self.assertEqual(len(todo), 1)
        self.answer(files=[("note.pdf", advice.attachment_ids.raw)])
        self.assertEqual(len(self.advice()), 1, "sent twice, it is one")

    def test_another_answer_replaces_the_one_that_waits(self):
        self.answer()
        self.answer(verdict="customer_wrong", message="Signed for in full, see note.")
        self.assertEqual(
            self.advice().mapped("state"), ["to_review", "replaced"], "latest first"
        )

    def test_mistakes_come_back_in_words_and_keep_nothing(self):
        for wrong in (
            {"verdict": "pay_me"},
            {"amount": "60,01"},
            {"amount": "nan"},
            {"message": "no"},
        ):
            with self.subTest(wrong):
                self.assertEqual(self.answer(**wrong).status_code, 422)
        bad = self.answer(files=[("x.pdf", b"<html>%PDF-1.4")])
        self.assertEqual(bad.status_code, 422)
        self.assertFalse(self.advice())

    def test_accepting_fills_the_dispute_s_own_answer(self):
        self.answer()
        advice = self.advice().with_user(self.collector)
        action = advice.action_ar_accept()
        close = (
            self.env["ar.dispute.close"]
            .with_user(self.collector)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(
            (close.resolution, close.credit_amount), ("customer_right", 45.5)
        )
        self.assertIn("quay", close.note)
        close.action_apply()
        self.assertEqual(advice.state, "accepted")
        self.assertEqual(self.dispute.credit_amount, 45.5)
        self.assertTrue(self.dispute.decided_at)
        self.assertNotIn('name="verdict"', self.get(self.door).text)

    def test_sent_back_he_reads_why_and_gets_a_fresh_link(self):
        self.answer()
        self.advice().with_user(self.collector)._ar_refuse("The note is missing")
        mail = self.env["mail.mail"].search([], order="id desc", limit=1)
        self.assertEqual(mail.email_to, "nadia@works.example")
        self.assertIn("The note is missing", mail.body_html)
        fresh = re.search(r"/ar/c/[\w-]{43}", mail.body_html).group(0)
        self.assertEqual(self.get(self.door).status_code, 404, "the old one is closed")
        self.assertIn("The note is missing", self.get(fresh).text)
        self.assertEqual(self.dispute.state, "open")

    def test_late_answers_are_told_with_a_link_each(self):
        self.dispute.owner_id = self.collector
        links = self.env["ar.colleague.link"]
        before = links.search([])
        self.dispute._ar_escalate()
        made = links.search([]) - before
        self.assertIn("sophie@example.com", made.mapped("email"))
        self.assertEqual(len(made), len(set(made.mapped("user_id.id"))))

    # Whoever should not.

    def test_forged_revoked_expired_and_of_another_scope_are_one_answer(self):
        self.link.revoked = True
        gone = self.get(self.door)
        forged = self.get("/ar/c/" + "x" * 43)
        wrong = self.get(self.path.replace("/ar/a/", "/ar/c/"))
        crossed = self.get(self.door.replace("/ar/c/", "/ar/a/"))
        for page in (gone, forged, wrong, crossed):
            self.assertEqual(page.status_code, 404)
        late, door = self.make_link()
        late.expires_at = "2020-01-01 00:00:00"
        self.assertEqual(self.get(door).status_code, 404)
        self.assertEqual(self.answer_closed(door).status_code, 404)
        self.assertFalse(self.advice())

    def answer_closed(self, door):
        """Post to a link that opens nothing."""
        return self.url_open(
            door,
            data={"csrf_token": self.csrf(door), "verdict": "customer_wrong"},
            allow_redirects=False,
        )

    def test_an_expired_link_is_renewed_to_its_first_address_only(self):
        self.link.expires_at = "2020-01-01 00:00:00"
        before = self.env["mail.mail"].search_count([])
        token = self.csrf(self.door)
        for door in (self.door, "/ar/c/" + "y" * 43):
            page = self.url_open(f"{door}/again", data={"csrf_token": token})
            self.assertEqual(page.status_code, 200)
        mails = self.env["mail.mail"].search([], order="id desc")
        self.assertEqual(len(mails) - before, 1)
        self.assertEqual(mails[0].email_to, "nadia@works.example")

    def test_no_link_goes_to_a_stranger_or_into_a_header(self):
        Link = self.env["ar.colleague.link"]
        for email in (
            "nadia@elsewhere.example",
            "nadia@works.example\nBcc: x@y.example",
            "nadia@works.example, x@y.example",
            "x@evil.works.example",
        ):
            with self.subTest(email), self.assertRaises(UserError):
                Link._ar_ask(self.dispute, {"email": email, "name": "N"})
        link = Link._ar_ask(
            self.dispute,
            {"email": "a@works.example", "name": "Ann\r\nBcc: x@y.example"},
        )
        self.assertNotIn("\n", link.person)

    def test_an_employee_reads_no_answers_and_judges_none(self):
        self.answer()
        employee = self.env["res.users"].create(
            {
                "name": "Paul",
                "login": "paul.employee",
                "group_ids": [(6, 0, self.env.ref("base.group_user").ids)],
            }
        )
        advice = self.advice().with_user(employee)
        with self.assertRaises(AccessError):
            advice.read(["message"])
        with self.assertRaises(AccessError):
            advice.action_ar_accept()
        with self.assertRaises(AccessError):
            advice.link_id.action_ar_revoke()

    def test_a_collector_of_another_company_sees_none(self):
        self.answer()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        manager = self.env["res.users"].create(
            {
                "name": "Other",
                "login": "other.manager",
                "company_ids": [(6, 0, other.ids)],
                "company_id": other.id,
                "group_ids": [(6, 0, self.env.ref("ar_collections.group_manager").ids)],
            }
        )
        advice = self.advice().with_user(manager)
        self.assertFalse(advice.search([]))
        with self.assertRaises(AccessError):
            advice.action_ar_accept()

    def test_switched_off_nothing_opens_and_nothing_is_sent(self):
        self.company.ar_portal_dispute_links = False
        self.assertEqual(self.get(self.door).status_code, 404)
        with self.assertRaises(UserError):
            self.make_link()
