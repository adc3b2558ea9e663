"""Every file format ends in the same evidence; no movement is booked twice."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import IBAN, LetteringCommon

NATIONAL = IBAN[4:25]


def cfonb_record(kind, text="", cents=None):
    bank, branch, account = NATIONAL[:5], NATIONAL[5:10], NATIONAL[10:]
    head = {
        "01": f"01{bank}    {branch}EUR2 {account}  140126",
        "04": f"04{bank}0105{branch}EUR2 {account}05150126  150126{text[:31]}",
        "05": f"05{bank}0105{branch}EUR2 {account}05150126     {text}",
        "07": f"07{bank}    {branch}EUR2 {account}  150126",
    }[kind]
    if cents is None:
        return head.ljust(120)
    digits = f"{abs(cents):014d}"
    last = ("{ABCDEFGHI" if cents >= 0 else "}JKLMNOPQR")[int(digits[-1])]
    return (head.ljust(90) + digits[:-1] + last).ljust(120)


@tagged("post_install", "-at_install")
class TestDoors(LetteringCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.env.ref("base.EUR")
        cls.euro.active = True
        cls.journal.currency_id = cls.euro

    def _lines(self, result):
        return self.env["account.bank.statement.line"].browse(result["line_ids"])

    def _cfonb(self, closing=112500):
        records = [
            cfonb_record("01", cents=100000),
            cfonb_record("04", "VIR SEPA ACME", 12500),
            cfonb_record("05", "NPYACME SAS"),
            cfonb_record("05", "NPOMAIRIE D'ICI"),
            cfonb_record("05", "LCCREGLEMENT FAC 12"),
            cfonb_record("05", "RCNCMD-1"),
            cfonb_record("05", f"FEEEUR2{150:014d}"),
            cfonb_record("05", f"MMOUSD2{13750:014d}"),
            cfonb_record("07", cents=closing),
        ]
        return "\r\n".join(records).encode()

    def test_cfonb_evidence_is_kept(self):
        result = self._import(self._cfonb(), name="releve.cfo")
        line = self._lines(result)
        self.assertRecordValues(
            line,
            [
                {
                    "amount": 125,
                    "ar_payer_name": "ACME SAS",
                    "ar_ultimate_debtor": "MAIRIE D'ICI",
                    "ar_free_text": "REGLEMENT FAC 12",
                    "ar_end_to_end": "CMD-1",
                    "ar_fees": 1.5,
                    "ar_original_amount": 137.5,
                    "ar_original_currency_id": self.env.ref("base.USD").id,
                }
            ],
        )
        self.assertEqual(line.transaction_details["format"], "cfonb120")
        self.assertTrue(line.statement_id.is_complete)
        again = self._import(self._cfonb(), name="releve.cfo")
        self.assertEqual((again["created"], again["known"]), (0, 1))

    def test_cfonb_balance_is_checked(self):
        with self.assertRaisesRegex(UserError, "does not add up"):
            self._import(self._cfonb(closing=112600))

    def test_mt940_and_ofx_come_in(self):
        mt940 = (
            f":20:R1\n:25:{IBAN}\n:28C:1/1\n:60F:C260114EUR1000,00\n"
            ":61:2601150115CR125,00NTRFNONREF//B1\n"
            ":86:/ORDP//NAME/ACME SAS/REMI/FAC 12\n:62F:C260115EUR1125,00\n-\n"
        )
        line = self._lines(self._import(mt940.encode(), name="r.sta"))
        self.assertEqual(
            (line.ar_payer_name, line.ar_free_text), ("ACME SAS", "FAC 12")
        )
        ofx = (
            "OFXHEADER:100\nVERSION:102\nENCODING:UTF-8\nCHARSET:NONE\n\n"
            "<OFX><BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STMTRS><CURDEF>EUR<BANKACCTFROM>"
            f"<BANKID>{NATIONAL[:5]}<BRANCHID>{NATIONAL[5:10]}"
            f"<ACCTID>{NATIONAL[10:]}<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST>"
            "<DTSTART>20260116<DTEND>20260116<STMTTRN><TRNTYPE>XFER<DTPOSTED>20260116"
            "<TRNAMT>80.00<FITID>F1<NAME>ACME SAS<MEMO>FAC 13</STMTTRN></BANKTRANLIST>"
            "<LEDGERBAL><BALAMT>1205.00<DTASOF>20260116</LEDGERBAL></STMTRS>"
            "</STMTTRNRS></BANKMSGSRSV1></OFX>"
        )
        line = self._lines(self._import(ofx.encode(), name="r.ofx"))
        self.assertEqual((line.amount, line.ar_bank_reference), (80, "F1"))
        self.assertEqual(line.ar_free_text, "ACME SAS FAC 13")

    def test_the_same_statement_in_another_format_adds_nothing(self):
        self._import(self._cfonb())
        camt = self._camt(self._entry("125.00", "REGLEMENT FAC 12"), currency="EUR")
        result = self._import(camt)
        self.assertEqual((result["created"], result["known"]), (0, 1))
        self.assertIn("cfonb120", result["warnings"][0])
        # With one more movement it is another file, and all of it comes in.
        more = self._camt(
            self._entry("125.00", "A"), self._entry("9.00", "B"), currency="EUR"
        )
        self.assertEqual(self._import(more)["created"], 2)

    # Statement and notification ----------------------------------------------------

    def _batch(self, parts):
        """An entry of 300 with the bank's reference, alone or with its payments."""
        details = "".join(
            f'<TxDtls><Amt Ccy="EUR">{amount}</Amt><RltdPties><Dbtr><Nm>{name}</Nm>'
            f"</Dbtr></RltdPties><RmtInf><Ustrd>{name} paie</Ustrd></RmtInf></TxDtls>"
            for name, amount in parts
        )
        details = f"<NtryDtls>{details}</NtryDtls>" if parts else ""
        return (
            "300.00",
            '<Ntry><Amt Ccy="EUR">300.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK'
            "</Sts><BookgDt><Dt>2026-01-15</Dt></BookgDt><AcctSvcrRef>BATCH-1"
            f"</AcctSvcrRef>{details}</Ntry>",
        )

    def _files(self):
        statement = self._camt(self._batch([]), currency="EUR")
        notice = self._camt(
            self._batch([("ACME", "100.00"), ("MARTIN", "200.00")]), currency="EUR"
        )
        notice = notice.replace(b"camt.053", b"camt.054")
        notice = notice.replace(b"BkToCstmrStmt", b"BkToCstmrDbtCdtNtfctn")
        notice = notice.replace(b"<Stmt>", b"<Ntfctn>").replace(
            b"</Stmt>", b"</Ntfctn>"
        )
        return statement, notice

    def _check_batch(self):
        lines = self.env["account.bank.statement.line"].search(
            [("journal_id", "=", self.journal.id)], order="amount"
        )
        self.assertEqual(lines.mapped("amount"), [100, 200])
        self.assertEqual(lines.mapped("ar_payer_name"), ["ACME", "MARTIN"])
        self.assertEqual(len(lines.statement_id), 1)
        self.assertFalse(lines.filtered(lambda line: not line.statement_id))
        self.assertTrue(lines.statement_id.is_complete)

    def test_notification_after_the_statement_splits_its_line(self):
        statement, notice = self._files()
        self.assertEqual(self._import(statement)["created"], 1)
        result = self._import(notice)
        self.assertEqual((result["created"], result["known"]), (1, 1))
        self._check_batch()
        for file in (notice, statement):
            self.assertEqual(self._import(file)["created"], 0)
        self._check_batch()

    def test_statement_after_the_notification_takes_its_lines(self):
        statement, notice = self._files()
        self.assertEqual(self._import(notice)["created"], 2)
        self.assertEqual(self._import(statement)["created"], 0)
        self._check_batch()
        self.assertEqual(self._import(statement)["created"], 0)
        self._check_batch()

    def test_a_matched_line_is_never_split(self):
        statement, notice = self._files()
        line = self._lines(self._import(statement))
        invoice = self._invoice(300, currency_id=self.euro.id)
        line.payment_ref = invoice.name
        line.partner_id = self.acme
        line.ar_letter()
        if line.ar_lettering_state == "proposed":
            line.action_ar_validate()
        self.assertTrue(line.is_reconciled)
        self.assertEqual(self._import(notice)["created"], 0)
        self.assertEqual(line.amount, 300)

    def test_a_gap_between_two_statements_is_told(self):
        self._import(self._cfonb())
        late = self._camt(
            self._entry("5.00", "X", day="2026-01-20"),
            id="LATE",
            currency="EUR",
            opening="5000.00",
        )
        result = self._import(late)
        self.assertEqual(result["created"], 1)
        self.assertIn("may be missing", result["warnings"][-1])
