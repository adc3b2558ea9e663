import io
from datetime import timedelta
from urllib.parse import urlsplit

from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from .common import PortalCommon, pdf


@tagged("post_install", "-at_install")
class TestAnswers(PortalCommon):
    """“I will pay on…” and “There is a problem”: what they hold back, how long."""

    def answer(self, name, files=None, **values):
        path = f"{self.path}/{name}"
        data = {
            "csrf_token": values.pop("csrf_token", None) or self.csrf(path),
            "item": self.item.id,
            **values,
        }
        return self.url_open(
            path,
            data=data,
            files=[("files", (n, body, "text/html")) for n, body in files or ()]
            or None,
            allow_redirects=False,
        )

    def promise(self, days=7, **values):
        day = self.today + timedelta(days=days)
        return self.answer("promise", day=day.isoformat(), **values)

    def problem(self, **values):
        told = {"reason": "price", "message": "The agreed price was 60 euros."}
        return self.answer("problem", **{**told, **values})

    def notices(self):
        self.env.invalidate_all()
        return self.env["ar.payment.notice"].search(
            [("debtor_id", "=", self.debtor.id)], order="id"
        )

    def disputes(self):
        self.env.invalidate_all()
        return self.env["ar.dispute"].search(
            [("debtor_id", "=", self.debtor.id)], order="id"
        )

    # I will pay on…

    def test_a_promise_holds_its_invoice_until_its_day(self):
        self.assertEqual(self.debtor.explain()["verdict"], "chase")
        answer = self.promise()
        self.assertEqual(answer.status_code, 303)
        notice = self.notices()
        self.assertEqual((notice.source, notice.state), ("promise", "active"))
        self.assertEqual(notice.amount, 100.0)
        self.assertEqual(notice.expected_date, self.today + timedelta(days=7))
        self.assertEqual(notice.line_ids.item_id, self.item)
        self.assertNotEqual(self.debtor.explain()["verdict"], "chase")
        self.assertEqual(self.invoice.payment_state, "not_paid")
        page = self.get(answer.headers["Location"]).text
        self.assertIn("we have noted the day", page)
        self.assertIn(notice.name, page)

    def test_another_day_replaces_the_first_one_and_only_so_often(self):
        self.company.ar_portal_promise_changes = 2
        for days in (5, 8, 11):
            self.assertEqual(self.promise(days).status_code, 303)
        states = self.notices().mapped("state")
        self.assertEqual(states, ["withdrawn", "withdrawn", "active"])
        answer = self.promise(14)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Please call us", " ".join(answer.text.split()))
        self.assertEqual(len(self.notices()), 3)
        self.assertEqual(self.notices()[-1].state, "active")

    def test_the_same_promise_twice_is_one(self):
        self.promise()
        self.promise()
        self.assertEqual(len(self.notices()), 1)

    def test_days_outside_the_limits_are_refused(self):
        self.company.ar_portal_promise_days = 20
        self.env.flush_all()
        for days, words in ((-1, "is past"), (21, "too far ahead")):
            answer = self.promise(days)
            self.assertEqual(answer.status_code, 422)
            self.assertIn(words, answer.text)
        self.assertFalse(self.notices())

    def test_a_disputed_part_is_not_promised(self):
        self.problem(amount="60")
        self.promise()
        self.assertEqual(self.notices().amount, 40.0)

    # There is a problem.

    def test_a_problem_opens_a_dispute_on_its_part_only(self):
        answer = self.problem(amount="30,00")
        self.assertEqual(answer.status_code, 303)
        dispute = self.disputes()
        self.assertEqual(dispute.move_id, self.invoice)
        self.assertEqual((dispute.amount, dispute.source), (30.0, "portal"))
        self.assertEqual(dispute.reason_id.code, "price")
        self.assertIn("agreed price", dispute.description)
        item = self.debtor._ar_portal_items()[0]
        self.assertEqual((item["page"].disputed, item["page"].free()), (3000, 7000))
        self.assertEqual(self.debtor.explain()["verdict"], "chase")
        page = self.get(answer.headers["Location"]).text
        self.assertIn("we have received your message", page)
        self.assertIn(dispute.name, page)
        self.assertIn("Under review", page)

    def test_without_an_amount_all_of_it_is_contested(self):
        self.problem()
        self.assertEqual(self.disputes().amount, 100.0)
        self.assertNotEqual(self.debtor.explain()["verdict"], "chase")

    def test_files_go_to_the_dispute_checked_and_renamed(self):
        files = [("../../photo of pallet.pdf", pdf())]
        self.assertEqual(self.problem(files=files).status_code, 303)
        dispute = self.disputes()
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", "ar.dispute"), ("res_id", "=", dispute.id)]
        )
        self.assertEqual(attachment.mimetype, "application/pdf")
        stem = dispute.name.replace("/", "-")
        self.assertEqual(attachment.name, f"customer-{stem}-1.pdf")
        self.assertFalse(attachment.public)

    def test_a_hostile_file_refuses_the_whole_message(self):
        answer = self.problem(files=[("a.pdf", b"<script>alert(1)</script>")])
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Only PDF documents", answer.text)
        self.assertIn("The agreed price was 60 euros.", answer.text)
        self.assertFalse(self.disputes())

    def test_the_same_problem_twice_is_one(self):
        self.problem(amount="30")
        self.problem(amount="30")
        self.assertEqual(len(self.disputes()), 1)

    def test_more_than_is_open_is_refused(self):
        answer = self.problem(amount="100.01")
        self.assertEqual(answer.status_code, 422)
        self.assertFalse(self.disputes())

    def test_the_customer_reads_how_it_ended_and_no_word_between_colleagues(self):
        self.problem()
        dispute = self.disputes()
        dispute.write({"resolution": "customer_wrong"})
        dispute.resolution_note = "He always tries"
        dispute.customer_note = "The price is that of your order 4711."
        dispute.action_resolve()
        page = self.get(self.path).text
        self.assertIn("Refused", page)
        self.assertIn("The price is that of your order 4711.", page)
        self.assertNotIn("He always tries", page)

    # Both.

    def test_foreign_items_are_refused(self):
        foreign = self.foreign_debtor.item_ids.id
        token = self.csrf(f"{self.path}/promise")
        for answer in (
            self.promise(item=foreign, csrf_token=token),
            self.problem(item=foreign, csrf_token=token),
        ):
            self.assertEqual(answer.status_code, 422)
            self.assertNotIn(self.foreign.name, answer.text)
        self.assertFalse(self.env["ar.dispute"].search([]))
        self.assertFalse(self.env["ar.payment.notice"].search([]))

    def test_looking_changes_nothing(self):
        before = self.env["ar.event"].search_count([])
        for name in ("promise", "problem"):
            page = self.get(f"{self.path}/{name}?item={self.item.id}&day=2030-01-01")
            self.assertEqual(page.status_code, 200)
            self.assertIn("no-referrer", page.headers["Referrer-Policy"])
        self.assertFalse(self.notices() or self.disputes())
        self.assertEqual(self.env["ar.event"].search_count([]), before)

    def test_without_a_form_token_nothing_is_taken(self):
        for name in ("promise", "problem"):
            answer = self.answer(name, csrf_token="forged", day="2030-01-01")
            self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.notices() or self.disputes())

    def test_what_is_switched_off_is_not_offered(self):
        token = self.csrf(f"{self.path}/promise")
        self.company.write({"ar_portal_promise": False, "ar_portal_problem": False})
        self.env.flush_all()
        page = self.get(self.path).text
        self.assertIn("I have already paid", page)
        self.assertNotIn("I will pay on", page)
        self.assertNotIn("There is a problem", page)
        for name in ("promise", "problem"):
            self.assertEqual(self.get(f"{self.path}/{name}").status_code, 303)
        self.promise(csrf_token=token)
        self.assertFalse(self.notices())

    def test_a_customer_without_a_page_has_no_link_that_opens(self):
        self.debtor.ar_portal_closed = True
        self.env.flush_all()
        self.assertEqual(self.get(self.path).status_code, 404)
        self.assertFalse(self.debtor._ar_action_url(self.customer))

    def test_answers_are_limited_per_link(self):
        self.fill_limit("proof", f"link:{self.link.id}", 10)
        self.assertEqual(self.promise().status_code, 429)

    # What one takes along.

    def test_the_statement_as_pdf_and_as_a_spreadsheet(self):
        answer = self.get(f"{self.path}/statement.pdf")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        text = PdfFileReader(io.BytesIO(answer.content)).pages[0].extract_text()
        self.assertIn(self.invoice.name, text)
        self.assertNotIn(self.foreign.name, text)
        from openpyxl import load_workbook

        self.invoice.ref = "=1+2"
        self.env.flush_all()
        answer = self.get(f"{self.path}/statement.xlsx")
        rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
        self.assertEqual(rows[1][0], self.invoice.name)
        self.assertEqual(rows[1][1], "=1+2")
        self.assertEqual([r[6] for r in rows[1:]], [100, 250])

    def test_a_link_to_one_invoice_has_no_statement(self):
        url = self.env["ar.portal.link"]._ar_issue(
            self.debtor, self.customer, move=self.invoice
        )
        path = urlsplit(url).path
        self.assertEqual(self.get(f"{path}/statement.pdf").status_code, 404)
        self.assertEqual(self.get(f"{path}/statement.xlsx").status_code, 404)
        self.assertNotIn("statement", self.get(path).text)

    def test_bank_details_with_a_code_when_the_invoices_name_one_account(self):
        self.assertNotIn("How to pay", self.get(self.path).text)
        bank = self.env["res.partner.bank"].create(
            {
                "acc_number": "FR7630006000011234567890189",
                "partner_id": self.company.partner_id.id,
                "allow_out_payment": True,
            }
        )
        (self.invoice + self.later).partner_bank_id = bank
        self.env.flush_all()
        items = self.debtor._ar_portal_items()
        told = self.debtor._ar_portal_bank(items)
        self.assertEqual(told["amount"], 100.0)  # what is late
        self.assertIn(self.invoice.name, told["text"])
        page = self.get(self.path).text
        self.assertIn("How to pay", page)
        self.assertEqual(
            "Code for the app of your bank" in page,
            self.company.currency_id.name == "EUR",
        )
