import re

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import PortalCommon, pdf


@tagged("post_install", "-at_install")
class TestRequestPage(PortalCommon):
    """An employee without any right in receivables asks for a recovery."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.lang = "en_US"
        users = cls.env["res.users"].with_context(no_reset_password=True)
        cls.paul, cls.eve = (
            users.create(
                {
                    "name": name.title(),
                    "login": f"{name}.request",
                    "password": f"{name}.request",
                    "email": f"{name}@works.example",
                    "lang": "en_US",
                    "company_ids": [(6, 0, cls.company.ids)],
                    "company_id": cls.company.id,
                    "group_ids": [(6, 0, cls.env.ref("base.group_user").ids)],
                }
            )
            for name in ("paul", "eve")
        )
        cls.url = f"/ar/request?partner={cls.customer.id}"

    def setUp(self):
        super().setUp()
        self.authenticate("paul.request", "paul.request")

    def ask(self, files=(), **values):
        data = {
            "csrf_token": self.csrf(self.url),
            "partner": self.customer.id,
            "company": self.company.id,
            "numbers": self.invoice.name,
            "reason": "Three promises, no payment.",
            "urgency": "high",
            **values,
        }
        return self.url_open(
            "/ar/request",
            data=data,
            files=[("files", (name, body, "text/html")) for name, body in files],
            allow_redirects=False,
        )

    def cases(self):
        self.env.invalidate_all()
        return self.env["ar.case"].search([("requester_id", "=", self.paul.id)])

    def mails(self):
        found = [("model", "=", "ar.case"), ("email_to", "=", "paul@works.example")]
        return self.env["mail.mail"].search(found, order="id")

    def test_he_finds_a_customer_and_sees_no_invoice_he_may_not_read(self):
        found = self.get("/ar/request?q=bertin").text
        self.assertIn(f"partner={self.customer.id}", found)
        page = self.get(self.url).text
        self.assertIn('name="reason"', page)
        self.assertNotIn(self.invoice.name, page)
        self.paul.group_ids += self.env.ref("account.group_account_readonly")
        self.assertIn(self.invoice.name, self.get(self.url).text)

    def test_the_button_of_an_invoice_ticks_it(self):
        self.paul.group_ids += self.env.ref("account.group_account_readonly")
        url = self.invoice.with_user(self.paul).action_ar_request()["url"]
        ticked = re.findall(r'name="move" value="(\d+)" checked', self.get(url).text)
        self.assertEqual(ticked, [str(self.invoice.id)])

    def test_a_request_is_kept_acknowledged_and_shown_to_him(self):
        self.assertEqual(self.ask(files=[("a.pdf", pdf())]).status_code, 303)
        case = self.cases()
        self.assertEqual((case.state, case.urgency), ("requested", "high"))
        self.assertEqual(case.partner_id, self.customer)
        self.assertEqual(case.request_move_ids, self.invoice)
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "ar.case"), ("res_id", "=", case.id)]
        )
        self.assertEqual(files.mapped("mimetype"), ["application/pdf"])
        self.assertIn("received", self.mails()[-1].subject)
        self.assertIn(case.name, self.get("/ar/request/mine").text)

    def test_pressed_twice_it_is_one_request(self):
        self.ask()
        self.ask()
        self.assertEqual(len(self.cases()), 1)
        self.assertEqual(len(self.mails()), 1)

    def test_the_page_tells_what_became_of_it(self):
        self.ask()
        case = self.cases()
        self.assertIn("Your request was received", self.get("/ar/request/mine").text)
        case.with_user(self.collector).action_accept()
        self.assertIn("being contacted", self.get("/ar/request/mine").text)
        case._ar_close("paid")
        self.assertIn("The customer has paid", self.get("/ar/request/mine").text)

    def test_a_refusal_is_told_with_its_reason(self):
        self.ask()
        self.cases().with_user(self.collector).action_refuse("Paid this morning")
        page = self.get("/ar/request/mine").text
        self.assertIn("not accepted", page)
        self.assertIn("Paid this morning", page)

    def test_mistakes_come_back_and_keep_nothing(self):
        self.assertEqual(self.ask(reason="now").status_code, 422)
        foreign = self.ask(move=self.foreign.id)
        self.assertEqual(foreign.status_code, 422)
        bad = self.ask(files=[("x.pdf", b"<html>%PDF-1.4")])
        self.assertEqual(bad.status_code, 422)
        self.assertFalse(self.cases())

    def test_reading_asks_for_nothing(self):
        for method in ("GET", "HEAD"):
            for url in (self.url, "/ar/request?q=bertin", "/ar/request/mine"):
                self.opener.request(method, f"{self.base_url()}{url}")
        self.assertFalse(self.cases())
        self.assertEqual(self.get("/ar/request?partner=x&company=-1").status_code, 200)

    def test_another_employee_sees_nothing_of_it(self):
        self.ask()
        case = self.cases()
        self.authenticate("eve.request", "eve.request")
        self.assertNotIn(case.name, self.get("/ar/request/mine").text)
        with self.assertRaises(AccessError):
            case.with_user(self.eve).read(["request_reason"])

    def test_customers_and_strangers_do_not_get_in(self):
        self.authenticate(None, None)
        self.assertIn("/web/login", self.get("/ar/request").headers["Location"])
        self.env["res.users"].with_context(no_reset_password=True).create(
            {
                "name": "Customer",
                "login": "customer.request",
                "password": "customer.request",
                "partner_id": self.customer.id,
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        self.authenticate("customer.request", "customer.request")
        for url in ("/ar/request", "/ar/request/mine"):
            self.assertTrue(self.get(url).headers["Location"].endswith("/my"))

    def test_a_company_that_is_not_his_is_not_used(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.ask(company=other.id)
        self.assertEqual(self.cases().company_id, self.company)

    def test_who_has_only_an_address_is_told_by_mail_each_time(self):
        case = self.env["ar.case"]._ar_request(
            {
                "source": "company_link",
                "source_key": "mail-only",
                "company_id": self.company.id,
                "requester_email": "nadia@works.example",
                "request_customer": "Bertin\r\nBcc: x@y.example",
                "request_numbers": self.invoice.name,
                "reason": "Please recover it.",
            }
        )
        case.action_accept()
        case._ar_close("paid")
        found = [("email_to", "=", "nadia@works.example")]
        mails = self.env["mail.mail"].search(found, order="id")
        self.assertEqual(
            [mail.subject.partition(": ")[2] for mail in mails],
            [
                "Your request was received",
                "Your request was accepted",
                "The customer has paid",
            ],
        )
        for mail in mails:
            self.assertNotIn("\n", mail.subject)
            self.assertNotIn(self.customer.name, mail.body_html)
