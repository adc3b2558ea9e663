from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import ar_payment_proof
from .common import PortalCommon, pdf, picture


@tagged("post_install", "-at_install")
class TestProof(PortalCommon):
    """From the customer's file to the collector's decision."""

    def refused(self, answer, words):
        self.assertEqual(answer.status_code, 422)
        self.assertIn(words, answer.text)
        self.assertFalse(self.proofs())
        self.assertFalse(self.env["ar.payment.notice"].search([]))

    def test_a_proof_holds_exactly_its_part_until_it_is_judged(self):
        before = self.debtor.explain()
        self.assertEqual(before["verdict"], "chase")
        answer = self.send(message="Paid this morning.")
        self.assertEqual(answer.status_code, 303)
        proof = self.proofs()
        notice = proof.notice_id
        self.assertEqual((notice.state, notice.source), ("to_review", "proof"))
        self.assertEqual((notice.amount, notice.reference), (100.0, "TRANSFER 42"))
        self.assertEqual(notice.line_ids.move_id, self.invoice)
        self.assertEqual(notice.line_ids.item_id, self.item)
        self.assertEqual((proof.state, proof.sender), ("received", self.customer.email))
        self.assertGreaterEqual(notice.hold_until, self.today)
        held = self.debtor.explain()
        self.assertNotEqual(held["verdict"], "chase")
        self.assertEqual(self.invoice.payment_state, "not_paid")
        page = self.get(answer.headers["Location"]).text
        self.assertIn("we have received your proof", page)
        self.assertIn(proof.name, page)
        self.assertIn("Proof received", page)

    def test_a_part_only_leaves_the_rest_chased(self):
        self.send(amount="30")
        item = self.debtor._ar_portal_items()[0]
        self.assertEqual((item["page"].announced, item["page"].free()), (3000, 7000))
        self.assertEqual(self.debtor.explain()["verdict"], "chase")

    def test_an_old_payment_holds_from_today(self):
        self.send(paid_on=(self.today - timedelta(days=90)).isoformat())
        proof = self.proofs()
        self.assertEqual(proof.paid_on, self.today - timedelta(days=90))
        self.assertGreater(proof.hold_until, self.today)

    def test_several_invoices_share_the_amount_oldest_first(self):
        answer = self.url_open(
            f"{self.path}/proof",
            data=[
                ("csrf_token", self.csrf()),
                ("item", self.later_item.id),
                ("item", self.item.id),
                ("amount", "150.00"),
                ("paid_on", self.today.isoformat()),
            ],
            files=[("files", ("a.pdf", pdf(), "application/pdf"))],
            allow_redirects=False,
        )
        self.assertEqual(answer.status_code, 303)
        lines = self.proofs().line_ids
        shares = {line.move_id: line.amount for line in lines}
        self.assertEqual(shares, {self.invoice: 100.0, self.later: 50.0})

    def test_the_collector_accepts(self):
        self.send()
        proof = self.proofs().with_user(self.collector)
        proof.action_ar_take()
        self.assertIn("Under review", self.get(self.path).text)
        proof.action_ar_accept()
        self.assertEqual((proof.state, proof.notice_id.state), ("accepted", "active"))
        self.assertEqual(proof.taken_by_id, self.collector)
        kinds = self.env["ar.event"].search([]).mapped("kind")
        self.assertIn("notice_accepted", kinds)
        self.assertIn("Payment announced", self.get(self.path).text)
        self.assertEqual(self.invoice.payment_state, "not_paid")

    def test_the_collector_refuses_with_a_reason_the_customer_reads(self):
        self.send()
        proof = self.proofs().with_user(self.collector)
        action = proof.action_ar_refuse()
        dialog = (
            self.env[action["res_model"]]
            .with_user(self.collector)
            .with_context(**action["context"])
            .create({"reason": "This transfer paid the invoice of May."})
        )
        dialog.action_refuse()
        self.assertEqual(proof.state, "refused")
        page = self.get(self.path).text
        self.assertIn("This transfer paid the invoice of May.", page)
        self.assertIn("notice_refused", self.env["ar.event"].search([]).mapped("kind"))
        self.assertEqual(self.debtor.explain()["verdict"], "chase")
        with self.assertRaises(UserError):
            proof._ar_refuse("twice")
            proof.notice_id.state = "to_review"

    def test_the_queue_is_what_waits(self):
        Proof = self.env["ar.payment.proof"]
        self.send()
        self.assertEqual(Proof.search([("state", "=", "received")]), self.proofs())
        self.assertEqual(self.debtor.ar_portal_proof_count, 1)
        self.proofs().action_ar_take()
        self.assertFalse(Proof.search([("state", "=", "received")]))
        self.assertTrue(Proof.search([("state", "=", "under_review")]))
        self.assertTrue(Proof.search([("state", "in", ["under_review", "refused"])]))
        self.assertFalse(Proof.search([("state", "=", "accepted")]))

    def test_the_same_proof_sent_twice_is_one(self):
        first, second = self.send(), self.send()
        self.assertEqual(first.headers["Location"], second.headers["Location"])
        self.assertEqual(len(self.proofs()), 1)
        self.assertEqual(len(self.proofs().file_ids), 1)

    def test_a_double_click_is_answered_as_received(self):
        Notice = type(self.env["ar.payment.notice"])
        genuine, calls = Notice._ar_announce, []

        def beaten_once(notices, vals_list):
            calls.append(vals_list)
            if len(calls) == 1:
                raise UniqueViolation("the other click was faster")
            return genuine(notices, vals_list)

        with patch.object(Notice, "_ar_announce", beaten_once):
            answer = self.send()
        self.assertEqual(len(calls), 2)
        self.assertEqual(answer.status_code, 303)
        proof = self.proofs()
        self.assertIn(f"sent={proof.name}", answer.headers["Location"])
        self.assertEqual(len(proof.file_ids), 1, "the file was read again")

    def test_a_receipt_goes_to_the_address_we_know(self):
        self.send()
        mail = self.env["mail.mail"].search([], order="id desc", limit=1)
        self.assertEqual(mail.email_to, self.customer.email)
        self.assertIn(self.proofs().name, mail.subject)
        self.assertIn(self.invoice.name, mail.body_html)
        self.assertNotIn("/ar/a/", mail.body_html)

    def test_files_are_kept_under_our_name_and_the_checked_type(self):
        self.send(
            files=[
                ("../../etc/<b>passwd</b>.html", picture("JPEG", comment=b"HIDDEN")),
                ("invoice.exe", pdf()),
            ]
        )
        image, document = self.proofs().file_ids
        self.assertEqual(image.name, "b_.html")
        self.assertEqual(image.attachment_id.mimetype, "image/jpeg")
        self.assertEqual(document.attachment_id.mimetype, "application/pdf")
        for file in image + document:
            attachment = file.attachment_id
            self.assertTrue(attachment.name.startswith("proof-AVP-"))
            self.assertFalse(attachment.public or attachment.access_token)
            self.assertFalse(attachment.index_content)
            self.assertEqual(attachment.res_model, "ar.payment.proof")
        self.assertNotIn(b"HIDDEN", image.attachment_id.raw)
        self.assertEqual(document.attachment_id.raw, pdf())
        evidence = self.proofs().notice_id.attachment_ids
        self.assertEqual(evidence, (image + document).attachment_id)
        self.assertFalse(self.invoice.message_main_attachment_id)
        self.assertFalse(self.invoice.attachment_ids - evidence)

    def test_refused_files_each_say_why(self):
        for name, body, words in (
            ("page.html", b"<html><script>alert(1)</script>", "Only PDF documents"),
            ("run.pdf", b"MZ\x90\0" + b"\0" * 64, "Only PDF documents"),
            ("both.pdf", pdf() + b"<script>x</script>", "something else than a PDF"),
            ("locked.pdf", pdf(encrypted=True), "protected by a password"),
            ("empty.pdf", b"", "This file is empty"),
            ("big.pdf", b"%PDF-" + b"0" * (10 << 20), "larger than 10 MB"),
            ("torn.png", picture()[:40], "damaged"),
        ):
            with self.subTest(name=name):
                self.refused(self.send(files=[(name, body)]), words)

    def test_one_bad_file_stops_the_whole_message(self):
        files = [("good.pdf", pdf()), ("bad.html", b"<html>")]
        self.refused(self.send(files=files), "bad.html")

    def test_the_number_of_files_is_limited(self):
        files = [(f"{n}.pdf", pdf()) for n in range(4)]
        self.refused(self.send(files=files), "at most 3 files")

    def test_a_proof_needs_a_file(self):
        self.refused(self.send(files=[]), "Add the proof of your payment")

    def test_a_request_that_is_too_large_gets_a_page(self):
        answer = self.send(files=[("a.pdf", b"0" * (13 << 20))])
        self.assertEqual(answer.status_code, 413)
        self.assertIn("too large", answer.text)
        self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")

    def test_mistakes_are_told_and_what_was_written_stays(self):
        future = (self.today + timedelta(days=60)).isoformat()
        answer = self.send(amount="a lot", paid_on=future, reference="KEEP ME")
        self.refused(answer, "Enter an amount")
        self.assertIn("too far ahead", answer.text)
        self.assertIn("KEEP ME", answer.text)
        self.assertIn("a lot", answer.text)

    def test_amounts_that_are_none(self):
        for amount in ("nan", "inf", "-5", "0", "1e9", ""):
            with self.subTest(amount=amount):
                self.assertEqual(self.send(amount=amount).status_code, 422)
        self.assertFalse(self.proofs())

    def test_another_customers_item_is_refused_like_an_unknown_one(self):
        said = "no longer open"
        foreign = self.foreign_debtor.item_ids
        self.refused(self.send(item=foreign.id), said)
        self.refused(self.send(item=10**9), said)
        both = [self.item.id, foreign.id]
        answer = self.url_open(
            f"{self.path}/proof",
            data=[("csrf_token", self.csrf()), ("amount", "5"), ("paid_on", self.today)]
            + [("item", item) for item in both],
            files=[("files", ("a.pdf", pdf(), ""))],
        )
        self.refused(answer, said)

    def test_a_form_without_its_csrf_token_is_refused(self):
        for token in ("wrong", "0" * 40 + "o9999999999"):
            answer = self.send(csrf_token=token)
            self.assertEqual(answer.status_code, 400)
            self.assertIn("Please try once more", answer.text)
        self.assertFalse(self.proofs())

    def test_an_expired_link_takes_nothing(self):
        token = self.csrf()
        self.link.expires_at = fields.Datetime.now()
        answer = self.send(csrf_token=token)
        self.assertEqual(answer.status_code, 404)
        self.assertFalse(self.proofs())

    def test_uploads_are_limited_per_link(self):
        self.fill_limit("proof", f"link:{self.link.id}", 10)
        self.assertEqual(self.send().status_code, 429)
        self.assertFalse(self.proofs())

    def test_what_waits_for_review_is_limited(self):
        self.send()
        self.patch(ar_payment_proof, "PENDING_BYTES", self.proofs().file_ids.size)
        answer = self.send(reference="ANOTHER")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("waiting to be looked at", answer.text)
        self.assertEqual(len(self.proofs()), 1)
        self.proofs().action_ar_accept()
        self.assertEqual(self.send(reference="ANOTHER").status_code, 303)

    def test_files_of_old_refused_proofs_are_forgotten(self):
        self.send()
        proof = self.proofs()
        attachment = proof.file_ids.attachment_id
        proof._ar_refuse("No.")
        proof._gc_ar_refused_files()
        self.assertTrue(attachment.exists())
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ar_payment_notice SET write_date = now() - interval '181 days'"
        )
        self.env.invalidate_all()
        proof._gc_ar_refused_files()
        self.assertFalse(attachment.exists())
        self.assertTrue(proof.exists())

    def test_who_reads_proofs(self):
        self.send()
        proof = self.proofs()
        proof.with_user(self.collector).read(["name", "state"])
        data = proof.with_user(self.collector).file_ids.attachment_id.raw
        self.assertEqual(data, pdf())
        colleague = self.collector.copy({"login": "other", "email": "o@example.com"})
        with self.assertRaises(AccessError):
            proof.with_user(colleague).read(["name"])
        with self.assertRaises(AccessError):
            proof.file_ids.attachment_id.with_user(colleague).read(["datas"])
        employee = self.env["res.users"].create(
            {
                "name": "Employee",
                "login": "employee.portal",
                "group_ids": [(6, 0, self.env.ref("base.group_user").ids)],
            }
        )
        for model in ("ar.payment.proof", "ar.portal.link"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(employee).search([])
