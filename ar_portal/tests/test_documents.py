import csv
import io
import zipfile
from datetime import datetime
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..models.account_move import AccountMove
from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestDocuments(PortalCommon):
    """What a customer reads of his platform, downloads, and what is switched off."""

    def words(self, path=None):
        text = self.get(path or self.path).text
        return " ".join(text.replace("\xa0", " ").split())

    # His own platform.

    def on_the_platform(self, code, label, comment="", confirmed=None):
        self.item._ar_bulk_update(
            [(self.item.id, label, code, datetime(2026, 5, 4), comment, confirmed)],
            {
                "buyer_status": "varchar",
                "buyer_status_code": "varchar",
                "buyer_status_date": "timestamp",
                "buyer_comment": "text",
                "confirmed_due_date": "date",
            },
        )
        self.env.invalidate_all()

    def test_the_status_on_his_platform_is_told_in_words_for_him(self):
        self.assertNotIn("Your platform", self.words())
        self.on_the_platform("suspended", "SUSPENDUE", "Bon de commande\n manquant <b>")
        page = self.words()
        self.assertIn("Your platform: suspended: something is missing", page)
        self.assertIn("05/04/2026", page)
        self.assertIn("Bon de commande manquant &lt;b&gt;", page)
        self.assertNotIn("SUSPENDUE", page)

    def test_a_status_that_has_no_words_keeps_its_name(self):
        self.on_the_platform("unknown", "Zugestellt")
        self.assertIn("Your platform: Zugestellt", self.words())

    def test_the_day_he_confirmed_is_told_when_it_is_another_one(self):
        self.on_the_platform("approved", "Approved", confirmed=self.item.due_date)
        self.assertNotIn("Confirmed for", self.words())
        self.on_the_platform("approved", "Approved", confirmed=self.today)
        self.assertIn("Confirmed for", self.words())

    def test_what_the_platform_says_costs_the_same_for_few_and_many(self):
        def cost():
            items = self.debtor.item_ids
            items.write({"buyer_status": "Approved", "buyer_status_code": "approved"})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            told = self.debtor._ar_portal_csv()
            self.assertTrue(
                all(i["buyer"]["words"] for i in self.debtor._ar_portal_items())
            )
            return self.cr.sql_log_count - before, len(told.splitlines())

        cost()
        few, _rows = cost()
        for _more in range(12):
            self.make_invoice(10.0, overdue=4)
        self.debtor.plan()
        many, rows = cost()
        self.assertGreater(rows, 12)
        self.assertLessEqual(many, few + 2)

    # The statement as CSV.

    def test_the_statement_as_csv_holds_no_formula(self):
        self.invoice.ref = '=HYPERLINK("http://x")'
        self.make_invoice(30.0, overdue=-20, move_type="out_refund")
        answer = self.get(f"{self.path}/statement.csv")
        self.assertEqual(answer.headers["Content-Type"], "text/csv; charset=utf-8")
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertTrue(answer.content.startswith(b"\xef\xbb\xbf"))
        text = answer.content.decode("utf-8-sig")
        first, second, credit = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual(first["Number"], self.invoice.name)
        self.assertEqual(first["Your reference"], '\'=HYPERLINK("http://x")')
        self.assertEqual((first["Open amount"], first["Days late"]), ("100.00", "10"))
        self.assertEqual(first["Due date"], self.item.due_date.isoformat())
        self.assertEqual(second["Number"], self.later.name)
        self.assertEqual((credit["Amount"], credit["Open amount"]), ("-30.00",) * 2)
        self.assertNotIn(self.foreign.name, text)

    def test_a_french_reader_gets_a_french_csv(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        answer = self.get(f"{self.path}/statement.csv")
        rows = list(
            csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
        )
        self.assertIn("100,00", rows[1])

    # Invoices, several at once.

    def archive(self, *item_ids):
        query = "&".join(f"item={number}" for number in item_ids)
        with patch.object(
            AccountMove,
            "_ar_portal_document",
            lambda move: (b"%PDF of " + move.name.encode(), "pdf"),
        ):
            return self.get(f"{self.path}/invoices.zip?{query}")

    def test_ticked_invoices_come_in_one_archive(self):
        foreign = self.foreign_debtor.item_ids.id
        answer = self.archive(self.item.id, self.later_item.id, foreign, 10**9)
        self.assertEqual(answer.headers["Content-Type"], "application/zip")
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            told = {name: archive.read(name) for name in archive.namelist()}
        self.assertEqual(
            told,
            {
                f"{move.name.replace('/', '_')}.pdf": b"%PDF of " + move.name.encode()
                for move in self.invoice + self.later
            },
        )

    def test_without_a_selection_the_page_says_what_to_do(self):
        for ids in ((), (self.foreign_debtor.item_ids.id,)):
            answer = self.archive(*ids)
            self.assertEqual(answer.status_code, 303)
            where = answer.headers["Location"]
            self.assertIn("Tick the invoices", self.url_open(where).text)

    def test_archives_are_limited_per_link(self):
        self.fill_limit("archive", f"link:{self.link.id}", 10)
        self.assertEqual(self.archive(self.item.id).status_code, 429)

    # Switches and words.

    def test_documents_can_be_switched_off(self):
        self.company.ar_portal_documents = False
        self.env.flush_all()
        page = self.words()
        for word in ("Statement (PDF)", "CSV", ">PDF<", "ZIP"):
            self.assertNotIn(word, page)
        for path in ("statement.pdf", "statement.csv", "invoices.zip?item=1"):
            self.assertEqual(self.get(f"{self.path}/{path}").status_code, 404)
        path = f"{self.path}/invoice/{self.invoice.id}"
        self.assertEqual(self.get(path).status_code, 404)

    def test_what_is_set_on_a_customer_counts_before_his_company(self):
        self.company.ar_portal_promise = False
        self.debtor.write({"ar_portal_promise_own": "yes", "ar_portal_proof_own": "no"})
        self.env.flush_all()
        page = self.words()
        self.assertIn("I will pay on", page)
        self.assertNotIn("I have already paid", page)
        self.assertEqual(self.get(f"{self.path}/proof").status_code, 303)
        theirs = self.words(self.path_of(self.foreign_debtor, self.stranger))
        self.assertNotIn("I will pay on", theirs)
        self.assertIn("I have already paid", theirs)

    def test_the_company_says_its_own_words_as_text(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.company.write(
            {
                "ar_portal_welcome": "Welcome <script>alert(1)</script>",
                "ar_portal_help": "9 am to 5 pm",
                "ar_portal_footer": "Privacy: www.example.com",
            }
        )
        self.company.with_context(lang="fr_FR").ar_portal_help = "De 9 h à 17 h"
        self.env.flush_all()
        page = self.words()
        self.assertIn("Welcome &lt;script&gt;", page)
        self.assertIn("9 am to 5 pm", page)
        self.assertIn("Privacy: www.example.com", page)
        self.assertIn("De 9 h à 17 h", self.words(f"{self.path}?lang=fr_FR"))
        with self.assertRaises(ValidationError):
            self.company.ar_portal_footer = "x" * 1001

    def test_limits_of_the_company_hold(self):
        self.company.write({"ar_portal_max_files": 1, "ar_portal_max_size": 1})
        self.env.flush_all()
        form = self.words(f"{self.path}/proof")
        self.assertIn("up to 1 files of 1 MB", form)
        heavy = b"%PDF-" + b"0" * (1024 * 1024)
        answer = self.send(files=[("a.pdf", heavy)])
        self.assertEqual(answer.status_code, 422)
        self.assertIn("larger than 1 MB", answer.text)
        answer = self.send(files=[("a.pdf", b"%PDF-1"), ("b.pdf", b"%PDF-2")])
        self.assertIn("at most 1 files", answer.text)
        self.company.ar_portal_hourly = 3
        self.env.flush_all()
        self.fill_limit("proof", f"link:{self.link.id}", 3)
        self.assertEqual(self.send().status_code, 429)
