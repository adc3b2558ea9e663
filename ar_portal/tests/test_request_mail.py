import base64

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCommon

from .common import pdf

MAIL = """\
Return-Path: <{sender}>
From: {name} <{sender}>
To: recovery@{domain}
Subject: {subject}
Message-Id: <{ref}@works.example>
Date: Mon, 23 Nov 2026 10:00:00 +0100
{headers}MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="cut"

--cut
Content-Type: text/plain; charset=utf-8

Bonjour, {number} n'est toujours pas payée.
Il a promis trois fois.

--cut
Content-Type: application/pdf; name="{file}"
Content-Disposition: attachment; filename="{file}"
Content-Transfer-Encoding: base64

{content}

--cut--
"""


@tagged("post_install", "-at_install")
class TestRequestMail(MailCommon):
    """Colleagues ask for a recovery by writing to a mailbox."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company.ar_portal_colleague_domains = "works.example"
        cls.company.partner_id.lang = "en_US"
        cls.box = cls.env["ar.request.box"].create(
            {
                "name": "Requests",
                "alias_name": "recovery",
                "company_id": cls.company.id,
            }
        )
        cls.paul = cls.env["res.users"].create(
            {
                "name": "Paul",
                "login": "paul.mail",
                "email": "paul@inside.example",
                "company_ids": [(6, 0, cls.company.ids)],
                "company_id": cls.company.id,
                "group_ids": [(6, 0, cls.env.ref("base.group_user").ids)],
            }
        )

    def receive(self, sender="paul@inside.example", ref="one", **values):
        raw = MAIL.format(
            **{
                "sender": sender,
                "name": "Paul",
                "domain": self.box.alias_domain,
                "subject": "Menuiserie Bertin",
                "ref": ref,
                "headers": "",
                "number": "INV/2026/00042",
                "file": "note.pdf",
                "content": base64.encodebytes(pdf()).decode(),
                **values,
            }
        )
        with self.mock_mail_gateway(), self.mock_mail_app():
            self.env["mail.thread"].message_process(None, raw)
        return self.env["ar.request.mail"].search([("box_id", "=", self.box.id)])

    def files_of(self, record):
        return self.env["ir.attachment"].search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)]
        )

    def test_a_colleague_s_mail_is_a_request_with_checked_files(self):
        received = self.receive()
        case = received.case_id
        self.assertEqual(case.requester_id, self.paul)
        self.assertEqual((case.origin, case.state), ("mail", "requested"))
        self.assertEqual(case.request_customer, "Menuiserie Bertin")
        self.assertIn("promis trois fois", case.request_reason)
        self.assertEqual(self.files_of(case).mapped("mimetype"), ["application/pdf"])
        self.assertFalse(self.files_of(received), "no unchecked copy beside it")

    def test_the_same_mail_twice_is_one_request(self):
        self.receive()
        self.env["mail.message"].search(
            [("message_id", "=", "<one@works.example>")]
        ).message_id = "<lost@works.example>"
        self.assertEqual(len(self.receive()), 1)
        self.assertEqual(len(self.receive(ref="two")), 2)

    def test_a_disguised_file_is_not_kept(self):
        bad = base64.encodebytes(b"<html><script>alert(1)</script>").decode()
        received = self.receive(content=bad, file="../../x<b>.pdf")
        self.assertTrue(received.case_id)
        self.assertFalse(self.files_of(received.case_id))
        self.assertFalse(self.files_of(received))
        self.assertIn("x_b", received.refused_files)
        self.assertNotIn("<", received.refused_files)

    def test_strangers_are_refused(self):
        self.assertFalse(self.receive(sender="x@elsewhere.example"))
        self.assertFalse(self.receive(sender="nadia@works.example", ref="two"))
        customer = self.env["res.partner"].create(
            {"name": "Customer", "email": "known@customer.example"}
        )
        self.assertFalse(self.receive(sender=customer.email, ref="three"))
        self.assertTrue(self._new_mails, "he is told so")

    def test_domains_and_followers_are_let_in_when_chosen(self):
        self.box.senders = "domains"
        received = self.receive(sender="nadia@works.example")
        self.assertEqual(received.case_id.requester_email, "nadia@works.example")
        self.assertFalse(received.case_id.requester_id)
        self.assertEqual(
            len(self.receive(sender="x@evil.works.example", ref="evil")), 1
        )
        self.box.senders = "followers"
        self.assertEqual(len(self.receive(ref="three")), 1)
        self.box.message_subscribe(self.paul.partner_id.ids)
        self.assertEqual(len(self.receive(ref="four")), 2)

    def test_machines_ask_for_nothing_and_are_not_answered(self):
        for ref, headers in (
            ("a", "Auto-Submitted: auto-replied\n"),
            ("b", "Precedence: bulk\n"),
            ("c", "X-Autoreply: yes\n"),
        ):
            for sender in ("paul@inside.example", "x@elsewhere.example"):
                with self.subTest(headers=headers, sender=sender):
                    found = self.receive(
                        sender=sender, ref=ref + sender[0], headers=headers
                    )
                    self.assertFalse(found)
                    self.assertFalse(self._new_mails)

    def test_a_subject_cannot_write_a_header(self):
        received = self.receive(subject="=?utf-8?q?A=0D=0ABcc:_x@y.example?=")
        self.assertNotIn("\n", received.case_id.request_customer)
        for mail in self.env["mail.mail"].search([("model", "=", "ar.case")]):
            self.assertNotIn("\n", mail.subject)

    def test_nobody_else_feeds_mails_in(self):
        mail = {"email_from": "marc@inside.example", "message_id": "<x@y>", "body": ""}
        with self.assertRaises(AccessError):
            self.env["ar.request.mail"].with_user(self.paul).message_new(
                mail, {"box_id": self.box.id}
            )

    def test_a_flood_stops(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("mail.gateway.loop.threshold", "3")
        for number in range(6):
            received = self.receive(ref=f"flood{number}")
        self.assertEqual(len(received), 3)
