import re
from urllib.parse import urlsplit

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import PortalCommon, pdf


@tagged("post_install", "-at_install")
class TestCompanyRequest(PortalCommon):
    """Somebody without a log-in asks with the company's link."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.lang = "en_US"
        cls.company.write(
            {
                "ar_portal_colleague_domains": "works.example",
                "ar_portal_company_link": True,
            }
        )
        cls.manager = cls.env["res.users"].create(
            {
                "name": "Marc",
                "login": "marc.company",
                "company_ids": [(6, 0, cls.company.ids)],
                "company_id": cls.company.id,
                "group_ids": [(6, 0, cls.env.ref("ar_collections.group_manager").ids)],
            }
        )
        wizard = cls.env["ar.company.link"].with_user(cls.manager).create({})
        wizard.company_id = cls.company
        cls.door = urlsplit(wizard.action_make()["context"]["default_url"]).path
        cls.link = cls.env["ar.colleague.link"].search([], limit=1)

    def ask(self, files=(), **values):
        data = {
            "csrf_token": self.csrf(self.door),
            "email": "nadia@works.example",
            "name": "Nadia",
            "customer": "Bertin, the carpenter",
            "numbers": self.invoice.name,
            "reason": "He promised three times.",
            **values,
        }
        return self.url_open(
            self.door,
            data=data,
            files=[("files", (name, body, "text/html")) for name, body in files],
            allow_redirects=False,
        )

    def cases(self):
        self.env.invalidate_all()
        return self.env["ar.case"].search([("source", "=", "company_link")])

    def drafts(self):
        return self.env["ar.request.draft"].search([])

    def confirmation(self):
        mail = self.env["mail.mail"].search([], order="id desc", limit=1)
        return re.search(r"/ar/c/[\w-]{43}/confirm", mail.body_html).group(0)

    def test_the_request_exists_only_after_the_button_of_the_mail(self):
        self.assertEqual(self.ask(files=[("a.pdf", pdf())]).status_code, 303)
        self.assertFalse(self.cases())
        door = self.confirmation()
        for method in ("GET", "HEAD"):
            self.opener.request(method, f"{self.base_url()}{door}")
        self.assertFalse(self.cases(), "a scanner confirms nothing")
        for _press in range(2):
            self.url_open(door, data={"csrf_token": self.csrf(self.door)})
        case = self.cases()
        self.assertEqual(len(case), 1)
        self.assertEqual(case.requester_email, "nadia@works.example")
        self.assertEqual(case.request_customer, "Bertin, the carpenter")
        self.assertEqual(case.request_move_ids, self.invoice)
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "ar.case"), ("res_id", "=", case.id)]
        )
        self.assertEqual(files.mapped("mimetype"), ["application/pdf"])

    def test_the_page_never_tells_what_is_known(self):
        known = self.ask()
        unknown = self.ask(customer="Nobody", numbers="NONE/1")
        stranger = self.ask(email="x@elsewhere.example")
        for answer in (unknown, stranger):
            self.assertEqual(answer.status_code, known.status_code)
            self.assertEqual(answer.headers["Location"], known.headers["Location"])
        self.assertEqual(len(self.drafts()), 2, "the stranger's is not kept")
        sent = self.env["mail.mail"].search([("email_to", "like", "elsewhere")])
        self.assertFalse(sent)
        page = self.get(self.door).text
        self.assertNotIn("search", page.lower())
        self.assertNotIn(self.customer.name, page)

    def test_no_header_can_be_written_through_the_form(self):
        for email in (
            "nadia@works.example\r\nBcc: x@y.example",
            "nadia@works.example,x@y.example",
            '"x" <nadia@works.example>',
        ):
            with self.subTest(email):
                self.assertEqual(self.ask(email=email).status_code, 422)
        self.ask(name="Nadia\r\nBcc: x@y.example", customer="A\nB")
        draft = self.drafts()
        self.assertEqual(draft.person, "Nadia Bcc: x@y.example")
        self.assertEqual(draft.customer, "A B")

    def test_an_address_is_not_flooded(self):
        before = self.env["mail.mail"].search_count([])
        answers = [self.ask(reason=f"Reason number {n}") for n in range(8)]
        self.assertEqual({answer.status_code for answer in answers}, {303})
        self.assertEqual(self.env["mail.mail"].search_count([]) - before, 5)

    def test_closed_doors_look_the_same(self):
        self.ask()
        door = self.confirmation()
        account = self.path.replace("/ar/a/", "/ar/c/") + "/request"
        forged = "/ar/c/" + "x" * 43
        crossed = door.replace("/confirm", "/request")
        self.company.ar_portal_company_link = False
        for path in (self.door, door, account, crossed, f"{forged}/confirm"):
            with self.subTest(path.rsplit("/", 1)[1]):
                self.assertEqual(self.get(path).status_code, 404)
        self.company.ar_portal_company_link = True
        self.link.with_user(self.manager).action_ar_revoke()
        self.assertEqual(self.get(self.door).status_code, 404)
        self.drafts().sudo().expires_at = "2020-01-01 00:00:00"
        self.assertEqual(self.get(door).status_code, 404)
        self.env["ar.request.draft"]._gc_ar_drafts()
        self.assertFalse(self.drafts())

    def test_only_the_hash_is_kept(self):
        token = self.door.split("/")[3]
        self.env.cr.execute("SELECT t::text FROM ar_colleague_link t")
        self.assertNotIn(token, str(self.env.cr.fetchall()))
        self.env.cr.execute("SELECT t::text FROM ar_company_link t")
        self.assertNotIn(token, str(self.env.cr.fetchall()))

    def test_only_managers_make_it_and_only_with_domains(self):
        with self.assertRaises(AccessError):
            self.env["ar.company.link"].with_user(self.collector).create({})
        self.company.ar_portal_company_link = False
        wizard = self.env["ar.company.link"].with_user(self.manager).create({})
        wizard.company_id = self.company
        with self.assertRaises(UserError):
            wizard.action_make()
        self.company.ar_portal_colleague_domains = False
        with self.assertRaises(ValidationError):
            self.company.ar_portal_company_link = True
