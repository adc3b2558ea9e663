import io
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from datetime import timedelta
from pathlib import Path

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from ..engine.evidence_verifier import digest
from ..engine.order_clock import Terms, serve_by
from .common_case_documents import CaseDocumentCommon, pdf


@tagged("post_install", "-at_install")
class TestCaseCourt(CaseDocumentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case._ar_go(cls.stages["injunction"])

    # The court.

    def court(self, place):
        return self.env["ar.court"].search(
            [("seat", "=", place), ("kind", "!=", "judicial")]
        )

    def test_the_court_of_the_seat_is_proposed_with_its_reason(self):
        self.assertEqual(self.case.court_id, self.court("Nîmes"))
        self.assertIn("30100", self.case.court_reason)
        self.assertEqual(self.case.court_form_number, "12946")

    def test_several_courts_are_told(self):
        self.customer.write({"zip": "69400", "city": "Gleizé"})
        self.case.action_propose_court()
        self.assertIn(self.case.court_id.department, "69")
        self.assertIn("check before you file", self.case.court_reason)
        self.assertIn("Lyon", self.case.court_reason + self.case.court_id.name)

    def test_a_person_chooses_another_court(self):
        self.case.court_id = self.court("Paris")
        self.assertIn("Chosen by hand", self.case.court_reason)
        self.assertIn("Nîmes", self.case.court_reason)

    def test_who_does_not_trade_goes_to_the_judicial_court(self):
        self.case.court_trades = "civil"
        self.case.action_propose_court()
        self.assertEqual(self.case.court_id.name, "Tribunal judiciaire d'Alès")
        self.assertEqual(self.case.court_form_number, "12948")

    def test_debtors_abroad_and_public_bodies(self):
        self.customer.country_id = self.env.ref("base.de")
        self.case.invalidate_recordset()
        self.assertEqual(self.case.legal_way, "european")
        self.assertIn("1896/2006", self.case.court_reason)
        self.customer.country_id = self.env.ref("base.uk")
        self.case.invalidate_recordset()
        self.assertEqual(self.case.legal_way, "abroad")
        self.customer.write(
            {"country_id": self.env.ref("base.fr").id, "company_registry": "213000000"}
        )
        self.case.invalidate_recordset()
        self.assertEqual(self.case.legal_way, "public")
        self.assertIn("R541-1", self.case.court_reason)

    def test_the_contribution_is_warned_of(self):
        self.case.court_id = self.court("Paris")
        self.assertFalse(self.case.court_warning)
        big = self.make_invoice(60000, overdue=60)
        case = self.open_case(big).with_context(lang="en_US")
        case.court_id = self.court("Paris")
        self.assertIn("250 employees", case.court_warning)
        self.assertIn("2024-1225", case.court_warning)
        case.court_id = self.court("Nîmes")
        self.assertFalse(case.court_warning)

    def test_an_upgrade_keeps_what_people_corrected(self):
        court = self.court("Nîmes")
        court.name = "Tribunal de commerce de Nîmes, greffe"
        self.env["ar.court"]._load_records(
            [
                {
                    "xml_id": "ar_collections.ar_court_tc_30_nimes",
                    "values": {"name": "Tribunal de commerce de Nîmes"},
                }
            ],
            update=True,
        )
        self.assertEqual(court.name, "Tribunal de commerce de Nîmes, greffe")

    # The file.

    def fill(self):
        for kind in ("order", "delivery", "terms", "formal_notice", "proof_received"):
            self.add(kind, pdf(kind, pages=2))
        for move in self.first | self.second:
            self.add("invoice", move_id=move.id, name=f"Invoice {move.name}")
        self.add("reminder")

    def test_what_misses_is_named(self):
        self.assertIn(f"Invoice {self.first.name}", self.case.missing_text)
        self.assertIn("Terms of sale", self.case.missing_text)
        self.assertIn("Proof of the formal notice", self.case.missing_text)
        self.fill()
        self.assertEqual(self.case.missing_text, "Statement of account")
        self.case.action_collect()
        self.assertFalse(self.case.missing_text)
        self.assertEqual(self.case.completeness, 100)

    def test_collecting_twice_is_collecting_once(self):
        self.case.action_collect()
        before = self.case.document_ids.mapped("name")
        self.case.action_collect()
        self.assertEqual(sorted(self.case.document_ids.mapped("name")), sorted(before))

    def test_stored_invoices_and_reminders_are_collected_as_they_are(self):
        raw = pdf("The invoice as issued")
        self.first.invoice_pdf_report_id = self.env["ir.attachment"].create(
            {
                "name": "FAC.pdf",
                "raw": raw,
                "res_model": "account.move",
                "res_id": self.first.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        reminder = self.mark_sent(self.debtor, self.steps[0], 40)
        reminder.write({"subject": "Your invoices", "body": "<p>Please pay</p>"})
        self.env["ar.reminder.line"].sudo().create(
            {
                "reminder_id": reminder.id,
                "move_id": self.first.id,
                "number": self.first.name,
                "currency_id": self.first.currency_id.id,
                "amount": 1200,
            }
        )
        self.case.action_collect()
        kept = self.case.document_ids.grouped("kind")
        self.assertEqual(kept["invoice"].attachment_id.raw, raw)
        self.assertEqual(kept["invoice"].move_id, self.first)
        self.assertEqual(kept["reminder"].reminder_id, reminder)
        self.assertTrue(kept["reminder"].attachment_id.raw.startswith(b"%PDF"))

    def zip(self):
        raw, name = self.case._ar_court_zip()
        self.assertRegex(name, r"^REC-.*\.zip$")
        return zipfile.ZipFile(io.BytesIO(raw))

    def test_the_zip_has_everything_under_its_numbers(self):
        self.fill()
        self.case.action_collect()
        told = self.case._ar_for_court()
        archive = self.zip()
        names = archive.namelist()
        rows = told._ar_exhibit_rows()
        self.assertEqual([row["number"] for row in rows], list(range(1, len(rows) + 1)))
        folder = [
            n for n in names if n.partition("/")[2] and "-" in n and "verify" not in n
        ]
        exhibits = [n.partition("/")[2] for n in folder if not n.endswith(".zip")]
        self.assertEqual(exhibits, [row["file"] for row in rows])
        words = {row["number"]: row for row in rows}
        for name in exhibits:
            number = int(re.search(r"-(\d\d)-", name)[1])
            raw = archive.read(next(n for n in names if n.endswith(name)))
            for page in PdfFileReader(io.BytesIO(raw)).pages:
                text = page.extract_text()
                self.assertIn(f"{told.env._('Exhibit')} {number} ", text + " ")
            self.assertIn(words[number]["file"], name)
        manifest = json.loads(archive.read("MANIFEST.json"))
        hashes = json.dumps(manifest)
        for name in names:
            if not name.startswith("MANIFEST"):
                self.assertIn(digest(archive.read(name)), hashes, name)

    def test_the_evidence_in_the_zip_verifies_and_a_changed_byte_is_found(self):
        self.fill()
        archive = self.zip()
        names = archive.namelist()
        raw = archive.read(next(n for n in names if n.endswith(".zip")))
        script = archive.read(next(n for n in names if n.endswith("verify.py")))
        with tempfile.TemporaryDirectory() as place:
            program = Path(place, "verify.py")
            program.write_bytes(script)
            good, bad = Path(place, "good.zip"), Path(place, "bad.zip")
            good.write_bytes(raw)
            inner = zipfile.ZipFile(io.BytesIO(raw))
            with zipfile.ZipFile(bad, "w") as changed:
                for name in inner.namelist():
                    data = inner.read(name)
                    if name == "timeline.pdf":
                        data = data[:-9] + b"X" + data[-8:]
                    changed.writestr(name, data)
            run = [sys.executable, str(program)]
            self.assertEqual(subprocess.run([*run, good], check=False).returncode, 0)
            found = subprocess.run(
                [*run, bad], check=False, capture_output=True, text=True
            )
            self.assertEqual(found.returncode, 1)
            self.assertIn("timeline.pdf", found.stdout + found.stderr)

    def test_the_data_of_the_form_are_laid_out(self):
        self.case.write(
            {
                "claimant_form": "SAS",
                "claimant_representative": "Anne Roche, présidente",
            }
        )
        rows = dict(self.case.with_context(lang="en_US")._ar_form_rows())
        self.assertEqual(rows["Court"], "Tribunal de commerce de Nîmes")
        self.assertEqual(rows["Registration"], "552081317")
        self.assertEqual(rows["Represented by"], "Anne Roche, présidente")
        block = self.case.with_context(lang="en_US")._ar_account_values()["blocks"][0]
        for label, key in (
            ("Principal", "principal"),
            ("Late interest", "interest"),
            ("Recovery indemnity", "indemnity"),
            ("Total claimed", "total"),
        ):
            self.assertEqual(rows[label], block[key])
        self.assertIn("Anne Roche", self.case.form_html)
        other = self.open_case(self.make_invoice(900, overdue=60))
        self.assertEqual(other.claimant_representative, "Anne Roche, présidente")

    def test_documents_leave_their_trace(self):
        document = self.add("terms")
        self.assertIn("case_document", self.kinds())
        document.unlink()
        self.assertIn("case_document_removed", self.kinds())
        order = self.add("order_court")
        with self.assertRaises(UserError):
            order.unlink()

    def test_documents_of_others_are_not_read(self):
        document = self.add("terms")
        self.collector.ar_substitute_id = False
        other = self.collector.copy({"login": "another.collector", "name": "Another"})
        self.debtor.collector_id = self.collector
        self.case.sudo().user_id = self.collector
        with self.assertRaises(AccessError):
            document.with_user(other).read(["name"])
        self.assertTrue(document.with_user(self.collector).read(["name", "file"]))

    def test_a_document_gives_no_file_of_somebody_else(self):
        self.debtor.collector_id = self.collector
        contract = self.env["ir.attachment"].create(
            {"name": "Contract.pdf", "raw": b"%PDF-1.4 salary", "public": False}
        )
        mine = self.case.document_ids.with_user(self.collector)
        vals = {"case_id": self.case.id, "name": "x", "attachment_id": contract.id}
        with self.assertRaises(AccessError):
            mine.create(vals)
        document = self.add("terms").with_user(self.collector)
        with self.assertRaises(AccessError):
            document.attachment_id = contract.id
        with self.assertRaises(UserError):
            document.reminder_id = False

    # After the order.

    def test_the_clocks_after_the_order(self):
        self.record("order", -3, number="2026/17", amount=1500)
        self.assertEqual(self.case.state, "order")
        ordered = self.today - timedelta(days=3)
        self.assertEqual(self.case.order_step, "serve")
        self.assertEqual(self.case.deadline, self.case.order_day)
        terms = self.case._ar_order_terms()
        self.assertIn(terms["serve"].source, self.case.order_words)
        self.assertEqual(terms["serve"].number, 3)
        self.assertLessEqual(self.case.order_day, serve_by(ordered, _terms(terms))[1])
        with self.assertRaises(UserError):
            self.record("service", -5)
        self.record("service", -1)
        self.assertEqual(self.case.order_step, "opposition")
        self.assertEqual(self.case.deadline, self.case.order_day)
        with self.at(90):
            self.case.invalidate_recordset()
            self.assertEqual(self.case.order_step, "enforce")
            self.case.sudo()._ar_night()
            told = self.case.activity_ids.mapped("summary")
            self.assertTrue([t for t in told if "can be enforced" in (t or "")], told)
            self.record("enforcement", 90)
            self.assertEqual(self.case.order_step, "enforced")

    def test_the_owner_is_told_in_time_to_serve(self):
        self.record("order")
        alerts = lambda: self.case.activity_ids.filtered(  # noqa: E731
            lambda a: a.ar_case_key == "order"
        )
        self.assertFalse(alerts())
        with self.at(70):
            self.case.invalidate_recordset()
            self.case.sudo()._ar_night()
            self.case.sudo()._ar_night()
            self.assertEqual(len(alerts()), 1)
        with self.at(120):
            self.case.invalidate_recordset()
            self.assertEqual(self.case.order_step, "void")

    def test_service_and_enforcement_interrupt_the_time_limit(self):
        item = self.first.ar_item_ids
        item._ar_clock()
        before = item.prescription_date
        self.record("order", -3)
        item._ar_clock()
        self.assertEqual(item.prescription_date, before, "the order alone does not")
        self.record("service", -1)
        self.assertGreater(item.prescription_date, before)
        self.assertEqual(item.prescription_by, "court")

    def test_another_order_begins_anew(self):
        self.record("order", -200)
        self.record("service", -20)
        self.assertEqual(self.case.order_step, "void", "served too late")
        self.record("order", -2)
        self.assertEqual(self.case.order_step, "serve")
        self.assertFalse(self.case.order_served_on)
        self.record("service", -1)
        self.record("order", -2, number="2026/18")
        self.assertTrue(self.case.order_served_on, "a corrected number changes none")

    def test_opposition_ends_the_order(self):
        self.record("order", -20)
        self.record("service", -10)
        self.record("opposition", -1)
        self.assertEqual(self.case.order_step, "opposed")
        self.assertIn("case_order", self.kinds())


def _terms(terms):
    return Terms(**{code: term.number for code, term in terms.items()})
