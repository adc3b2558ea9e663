from odoo.tests import tagged

from .common import PAYER_IBAN, LetteringCommon


@tagged("post_install", "-at_install")
class TestMemory(LetteringCommon):
    """People teach who pays; the machine's own bookings teach nothing."""

    def _sign(self, key=PAYER_IBAN, kind="account"):
        return self.env["ar.lettering.memory"].search(
            [("kind", "=", kind), ("key", "=", key)]
        )

    def _validated(self, amount=90):
        """A receipt of an unknown account that a person validated."""
        invoice = self._invoice(100)
        receipt = self._receipt(amount, invoice.name, ar_payer_iban=PAYER_IBAN)
        receipt.ar_letter()
        receipt.action_ar_validate()
        return receipt

    def test_validated_receipt_teaches_its_account_and_the_next_one_is_booked(self):
        invoice = self._invoice(77)
        before = self._receipt(77, "VIREMENT", ar_payer_iban=PAYER_IBAN)
        before.ar_letter()
        self.assertEqual(before.ar_lettering_state, "left")
        self._validated()
        sign = self._sign()
        self.assertEqual((sign.partner_id, sign.good, sign.bad), (self.acme, 1, 0))
        before.ar_letter()
        self.assertEqual(before.ar_payer_id, self.acme)
        self.assertEqual(
            before.ar_proposal_ids.filtered(lambda p: p.rank == 1).line_ids.move_id,
            invoice,
        )

    def test_what_the_machine_books_teaches_nothing(self):
        invoice = self._invoice(100)
        receipt = self._receipt(100, invoice.name, ar_payer_iban=PAYER_IBAN)
        receipt.ar_letter()
        self.assertTrue(receipt.is_reconciled)
        self.assertFalse(self._sign())

    def test_undo_denies_the_sign(self):
        receipt = self._validated()
        receipt.action_undo_reconciliation()
        self.assertEqual(self._sign().bad, 1)
        self._invoice(77)
        other = self._receipt(77, "VIREMENT", ar_payer_iban=PAYER_IBAN)
        other.ar_letter()
        self.assertFalse(other.ar_payer_id)

    def test_forgotten_payer_is_unknown_again(self):
        self._validated()
        self._invoice(77)
        receipt = self._receipt(77, "VIREMENT", ar_payer_iban=PAYER_IBAN)
        self._sign().unlink()
        receipt.ar_letter()
        self.assertFalse(receipt.ar_payer_id)

    def test_customer_whose_guesses_were_undone_earns_trust_again(self):
        self.env["res.partner.bank"].create(
            {"acc_number": PAYER_IBAN, "partner_id": self.acme.id}
        )
        trust = self.env["ar.lettering.memory"].create(
            {
                "kind": "trust",
                "key": "/",
                "partner_id": self.acme.id,
                "company_id": self.company.id,
                "bad": 1,
                "good": 2,
            }
        )
        self._invoice(77)
        receipt = self._receipt(77, "VIREMENT", ar_payer_iban=PAYER_IBAN)
        receipt.ar_letter()
        self.assertEqual(receipt.ar_lettering_reason_id.code, "letter_not_earned")
        trust.good = 3
        receipt.ar_letter()
        self.assertTrue(receipt.is_reconciled)
