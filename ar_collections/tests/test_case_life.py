import base64
import io
import subprocess
import sys
import tempfile
import zipfile
from datetime import timedelta
from pathlib import Path

from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from ..engine.evidence_verifier import pack, unpack
from .common_cases import CaseCommon
from .common_claims import ClaimsCommon


@tagged("post_install", "-at_install")
class TestCaseLife(CaseCommon, ClaimsCommon):
    """One debt from its first reminder to the end of its case."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        france = cls.env.ref("base.fr")
        cls.company.partner_id.write(
            {"country_id": france.id, "street": "1 quai", "zip": "69002"}
            | {"city": "Lyon"}
        )
        cls.morel = cls.env["res.partner"].create(
            {
                "name": "Atelier Morel",
                "is_company": True,
                "email": "compta@morel.example",
                "street": "4 rue des Forges",
                "zip": "69007",
                "city": "Lyon",
                "country_id": france.id,
                "lang": "en_US",
            }
        )
        cls.steps[2].opens_case = True
        cls.debt = cls.make_invoice(5000, overdue=6, partner=cls.morel)
        cls.account = cls.refresh(cls.morel)
        cls.account.collector_id = cls.collector

    def leaves(self, days):
        """Plan and send so many days from now; the steps that left."""
        with self.at(days):
            self.refresh(self.morel)
            reminders = self.plan_for(self.morel)
            self.send(reminders)
            done = reminders.filtered(lambda r: r.state == "done")
            return done.mapped("step_id.name")

    def night(self, case):
        case.sudo()._ar_night()

    def check(self, raw, program):
        """What the standalone program says of an evidence file: (code, words)."""
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            (place / "verify.py").write_bytes(program)
            (place / "evidence.zip").write_bytes(raw)
            done = subprocess.run(
                [sys.executable, "-I", "verify.py", "evidence.zip"],
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
            )
        return done.returncode, done.stdout

    def pages(self, raw):
        return PdfFileReader(io.BytesIO(raw), strict=False).numPages

    def test_a_whole_life(self):
        self.remind_and_promise()
        case = self.to_the_case()
        self.formal_notice(case)
        self.part_payment(case)
        self.court_file(case)
        self.paid(case)

    def remind_and_promise(self):
        self.assertEqual(self.leaves(0), ["First"])
        notice = self.env["ar.payment.notice"]._ar_announce(
            [
                {
                    "source": "promise",
                    "source_key": "life",
                    "lines": [{"move_id": self.debt.id, "amount": 5000}],
                    "expected_date": self.today + timedelta(days=5),
                }
            ]
        )
        self.assertEqual(self.leaves(7), [], "the promise is waited for")
        self.assertEqual(self.leaves(14), ["Second"])
        self.assertEqual(notice.state, "broken")

    def to_the_case(self):
        """The last step opens the case; two letters leave in their time."""
        self.assertEqual(self.leaves(34), [], "this step writes to nobody")
        case = self.account.case_ids
        self.assertEqual((case.origin, case.line_ids.move_id), ("ladder", self.debt))
        days = 34
        for name in ("amicable_1", "amicable_2"):
            self.assertEqual(case.stage_id, self.stages[name])
            letter = case.reminder_ids.sorted("id")[-1]
            with self.at(days):
                self.send(letter)
                self.assertEqual(letter.state, "done", letter.reason_text)
                due = case.deadline
                self.assertGreaterEqual((due - case.company_id._ar_today()).days, 8)
            days = (due - self.today).days + 1
            with self.at(days):
                self.night(case)
        self.assertEqual(case.stage_id, self.stages["amicable_2"], "a person decides")
        self.assertIn("case_deadline", self.kinds(self.debt))
        self.days = days
        return case

    def formal_notice(self, case):
        with self.at(self.days):
            wizard = self.env["ar.case.notice"].create(
                {
                    "case_id": case.id,
                    "way": "email",
                    "deadline": case._ar_notice_deadline(),
                    "signatory_id": self.env.user.id,
                }
            )
            wizard.action_send()
            self.assertEqual(case.state, "formal_notice")
            letter = case.reminder_ids.sorted("id")[-1]
            self.send(letter)
            self.assertEqual(letter.state, "done", letter.error)
            kept = case.document_ids.filtered(lambda d: d.kind == "formal_notice")
            self.assertGreaterEqual(self.pages(kept.attachment_id.raw), 1)
            self.assertEqual(case.deadline, wizard.deadline)
            self.env["ar.case.proof"].create(
                {
                    "case_id": case.id,
                    "kind": "proof_received",
                    "file": base64.b64encode(kept.attachment_id.raw),
                    "file_name": "ar.pdf",
                }
            ).action_add()
        self.assertEqual(len(self.smtp.accepted), 5, "two reminders, three letters")
        self.days = (case.deadline - self.today).days + 1

    def part_payment(self, case):
        """The ledger reduces the principal; interest is paid when a person says so."""
        with self.at(self.days):
            self.accrue(self.debt)
            claims = self.env["ar.claim"].search([("move_id", "=", self.debt.id)])
            asked = sum(claims.mapped("amount_open"))
            told = self.account._ar_imputation(1000, self.euro)
            parts = [row["part"] for row in told["allocations"]]
            self.assertEqual(parts[:2], ["costs", "interest"], "the law's order")
            self.pay(self.debt, 1000)
            self.refresh(self.morel)
            self.assertEqual(case.amount_total, 4000)
            self.assertEqual(
                sum(claims.mapped("amount_open")), asked, "only proposed so far"
            )
            indemnity = claims.filtered(lambda c: c.kind == "indemnity")
            indemnity._ar_cash(40, case.company_id._ar_today(), "Second transfer")
            self.assertFalse(indemnity.amount_open)
        self.assertIn("case_payment", self.kinds(self.debt))

    def court_file(self, case):
        with self.at(self.days):
            case._ar_go(self.stages["injunction"])
            case.action_collect()
            raw, _name = case._ar_court_zip()
        files = unpack(raw)
        papers = [name for name in files if name.endswith(".pdf")]
        self.assertGreaterEqual(len(papers), 6, sorted(files))
        for name in papers:
            self.assertGreaterEqual(self.pages(files[name]), 1, name)
        [program] = [data for name, data in files.items() if name.endswith(".py")]
        [evidence] = [data for name, data in files.items() if name.endswith(".zip")]
        code, words = self.check(evidence, program)
        self.assertEqual(code, 0, words)
        self.assertIn("Nothing was changed", words)
        inside = unpack(evidence)
        target = max(inside, key=lambda name: len(inside[name]))
        changed = bytearray(inside[target])
        changed[len(changed) // 2] ^= 1
        code, words = self.check(pack(inside | {target: bytes(changed)}), program)
        self.assertEqual(code, 1, words)
        self.assertIn(target, words, "the file that was changed is named")
        spoilt = bytearray(evidence)
        spoilt[len(spoilt) // 2] ^= 1
        code, words = self.check(bytes(spoilt), program)
        self.assertEqual(code, 1, words)
        self.assertFalse(zipfile.ZipFile(io.BytesIO(raw)).testzip())

    def paid(self, case):
        with self.at(self.days + 3):
            self.pay(self.debt)
            self.refresh(self.morel)
        self.assertEqual((case.state, case.outcome), ("closed", "paid"))
        story = [
            kind
            for kind in self.kinds(self.debt)
            if kind.startswith(("case_", "reminder_sent", "notice_"))
        ]
        milestones = [
            "reminder_sent",
            "notice_announced",
            "notice_broken",
            "case_opened",
            "case_stage",
            "case_payment",
            "case_file",
            "case_closed",
        ]
        places = [story.index(kind) for kind in milestones]
        self.assertEqual(places, sorted(places), story)
        self.assertFalse(case.company_id.ar_verify_events()["faults"])
