import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import IBAN, PAYER_IBAN, LetteringCommon


@tagged("post_install", "-at_install")
class TestImport(LetteringCommon):
    def _lines(self, result):
        return self.env["account.bank.statement.line"].browse(result["line_ids"])

    def test_lines_keep_what_the_bank_said(self):
        documents = (
            "<Strd><RfrdDocInf><Nb>FAC/1</Nb></RfrdDocInf><RfrdDocAmt>"
            '<RmtdAmt Ccy="CCY">250.00</RmtdAmt></RfrdDocAmt><CdtrRefInf>'
            "<Ref>RF18539007547034</Ref></CdtrRefInf></Strd>"
        )
        content = self._camt(
            self._entry("250.00", "Règlement FAC/1", "ACME", PAYER_IBAN, documents),
            self._entry("-12.50", "FRAIS"),
            currency=self.company.currency_id.name,
        )
        result = self._import(content)
        self.assertEqual((result["created"], result["known"]), (2, 0))
        receipt, fee = self._lines(result)
        self.assertRecordValues(
            receipt,
            [
                {
                    "amount": 250,
                    "payment_ref": "Règlement FAC/1",
                    "ar_payer_name": "ACME",
                    "ar_payer_iban": PAYER_IBAN,
                    "ar_structured_ref": "RF18539007547034",
                    "ar_end_to_end": False,
                    "partner_id": False,
                    "account_number": PAYER_IBAN,
                }
            ],
        )
        self.assertEqual(receipt.ar_documents[0]["number"], "FAC/1")
        self.assertEqual(receipt.transaction_details["payer"], "ACME")
        self.assertEqual(fee.amount, -12.5)
        statement = receipt.statement_id
        self.assertEqual(statement, fee.statement_id)
        self.assertEqual(
            (statement.balance_start, statement.balance_end_real), (1000, 1237.5)
        )
        self.assertTrue(statement.is_complete)
        self.assertEqual(statement.line_ids.sorted("internal_index")[0], receipt)

    def _own(self, *entries, **head):
        return self._camt(*entries, currency=self.company.currency_id.name, **head)

    def test_same_file_twice_changes_nothing(self):
        content = self._own(self._entry("250.00", "A"), self._entry("250.00", "A"))
        self.assertEqual(self._import(content)["created"], 2)
        before = self.env["account.bank.statement.line"].search_count([])
        again = self._import(content)
        self.assertEqual((again["created"], again["known"]), (0, 2))
        self.assertEqual(
            self.env["account.bank.statement.line"].search_count([]), before
        )

    def test_overlapping_file_adds_only_what_is_new(self):
        one = self._entry("250.00", "A")
        self._import(self._own(one))
        month = self._own(one, self._entry("100.00", "B"), id="MONTH")
        result = self._import(month)
        self.assertEqual((result["created"], result["known"]), (1, 1))
        self.assertEqual(self._lines(result).payment_ref, "B")

    def test_half_good_file_says_which_entry_is_not(self):
        content = self._own(
            self._entry("250.00", "A"), self._entry("10.00", "B"), closing="1260.00"
        ).replace(b">10.00<", b">10,00<")
        result = self._import(content)
        self.assertEqual(result["created"], 1)
        (problem,) = result["problems"]
        self.assertIn("Entry 2", problem)
        self.assertIn("10,00", problem)
        statement = self._lines(result).statement_id
        self.assertFalse(statement.is_complete)
        repaired = self._own(self._entry("250.00", "A"), self._entry("10.00", "B"))
        self._import(repaired)
        self.assertEqual(len(statement.line_ids), 2)
        self.assertTrue(statement.is_complete)

    def test_refused_files_say_why(self):
        good = self._own(self._entry("250.00", "A"))
        for content, words in [
            (b"", "empty"),
            (b"date;amount", "not a bank statement"),
            (good[:-60], "ends too early"),
            (good.replace(b"Document", b"Dok", 1), "damaged"),
            (self._own(self._entry("1.00"), iban=PAYER_IBAN), PAYER_IBAN),
            (self._camt(self._entry("1.00"), currency="CHF"), "CHF"),
            (self._own(self._entry("1.00"), closing="5000.00"), "does not add up"),
            (good.replace(b"<Document", b"<!DOCTYPE a><Document"), "document type"),
            (good.replace(b"BkToCstmrStmt", b"Other"), "it holds"),
        ]:
            with self.subTest(words=words), self.assertRaisesRegex(UserError, words):
                self._import(content)
        lines = self.env["account.bank.statement.line"]
        self.assertFalse(lines.search([("journal_id", "=", self.journal.id)]))

    def test_one_bad_statement_leaves_the_other(self):
        good = self._own(self._entry("250.00", "A")).decode()
        bad = self._own(self._entry("1.00"), closing="9.00", id="BAD").decode()
        start, end = bad.index("<Stmt>"), bad.index("</Stmt>") + 7
        both = good.replace("</Stmt>", "</Stmt>" + bad[start:end])
        result = self._import(both.encode())
        self.assertEqual(result["created"], 1)
        self.assertIn("BAD", result["problems"][0])

    def test_wizard_finds_the_journal_by_its_account(self):
        content = self._own(self._entry("250.00", "A", "ACME"))
        file = self.env["ir.attachment"].create(
            {"name": "releve.xml", "datas": base64.b64encode(content)}
        )
        wizard = self.env["ar.statement.import"].create({"attachment_ids": file.ids})
        wizard.action_import()
        self.assertEqual((wizard.state, wizard.created), ("done", 1))
        self.assertEqual(wizard.line_ids.journal_id, self.journal)
        action = wizard.action_match()
        self.assertEqual(action["domain"], [("id", "in", wizard.line_ids.ids)])
        self.assertEqual(wizard.line_ids.ar_lettering_state, "left")

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_import_needs_the_right_to_bank_entries(self):
        clerk = new_test_user(self.env, "clerk", "account.group_account_invoice")
        content = base64.b64encode(self._own(self._entry("1.00"))).decode()
        with self.assertRaises(AccessError):
            self.journal.with_user(clerk).ar_import_statement("f.xml", content)

    def test_account_number_is_checked_also_without_the_iban_part(self):
        content = self._own(self._entry("5.00", "A"), iban=IBAN[4:])
        self.assertEqual(self._import(content)["created"], 1)
