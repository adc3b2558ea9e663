from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..engine.explain import explain
from .common import DAY, PAYER_IBAN, LetteringCommon


@tagged("post_install", "-at_install")
class TestLettering(LetteringCommon):
    def _codes(self, line):
        told = line.ar_explanation or {}
        return [r["code"] for part in ("reasons", "vetoes") for r in told[part]]

    def _debtor(self):
        Debtor = self.env["ar.debtor"].sudo()
        known = Debtor.search([("partner_id", "=", self.acme.id)])
        return known or Debtor.create(
            {"partner_id": self.acme.id, "company_id": self.company.id}
        )

    def test_receipt_that_names_its_invoice_is_booked_with_its_reasons(self):
        invoice = self._invoice(100)
        receipt = self._receipt(100, f"VIR SEPA {invoice.name.replace('/', ' ')}")
        self.assertEqual(
            receipt.ar_letter(), {"booked": 1, "proposed": 0, "left": 0, "failed": 0}
        )
        self.assertTrue(receipt.is_reconciled)
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(receipt.partner_id, self.acme)
        self.assertEqual(receipt.ar_lettering_state, "matched")
        proposal = receipt.ar_proposal_ids
        self.assertEqual((proposal.state, proposal.confidence), ("booked", "high"))
        self.assertEqual(proposal.line_ids.open_amount, 100)
        self.assertIn(invoice.name, proposal.explanation_text)
        event = self.env["ar.event"].search([("kind", "=", "receipt_matched")])
        self.assertIn(invoice.name, event.summary)
        self.assertEqual(event.link_ids.move_id, invoice)

    def test_imported_file_is_matched_by_the_cron(self):
        one, two = self._invoice(100), self._invoice(200)
        credit = self._invoice(20, move_type="out_refund")
        entries = [
            self._entry("280.00", f"{one.name} {two.name} avoir {credit.name}", "X"),
            self._entry("55.00", "don", "Inconnu"),
            self._entry("-30.00", one.name, "Fournisseur"),
        ]
        content = self._camt(*entries, currency=self.company.currency_id.name)
        result = self._import(content)
        lines = self.env["account.bank.statement.line"].browse(result["line_ids"])
        self.env["ar.lettering.run"]._ar_run(self.company)
        paid, gift, outgoing = lines
        self.assertTrue(paid.is_reconciled)
        self.assertEqual((one | two | credit).mapped("amount_residual"), [0, 0, 0])
        self.assertEqual(self._codes(gift), ["letter_nothing_known"])
        self.assertEqual(outgoing.ar_lettering_state, "new")
        self.assertFalse(outgoing.is_reconciled)

    def test_running_again_writes_nothing(self):
        invoice = self._invoice(100, self.martin)
        left = self._receipt(40, "?")
        proposed = self._receipt(90, invoice.name)
        (left | proposed).ar_letter()
        self.env.flush_all()
        proposals = proposed.ar_proposal_ids
        self.env.cr.execute(
            "SELECT id, xmin FROM account_bank_statement_line ORDER BY id"
        )
        before = self.env.cr.fetchall()
        (left | proposed).ar_letter()
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT id, xmin FROM account_bank_statement_line ORDER BY id"
        )
        self.assertEqual(self.env.cr.fetchall(), before)
        self.assertEqual(proposed.ar_proposal_ids, proposals)

    def test_short_payment_is_proposed_and_booked_as_a_part_when_validated(self):
        invoice = self._invoice(100)
        receipt = self._receipt(90, invoice.name)
        receipt.ar_letter()
        self.assertEqual(self._codes(receipt), ["letter_sum_differs"])
        proposal = receipt.ar_proposal_ids.filtered(lambda p: p.rank == 1)
        self.assertEqual((proposal.short, proposal.confidence), (10, "medium"))
        self.assertFalse(receipt.is_reconciled)
        receipt.action_ar_validate()
        self.assertEqual(invoice.amount_residual, 10)
        self.assertEqual(proposal.state, "validated")
        self.assertEqual(proposal.decided_by_id, self.env.user)

    def test_refused_match_is_not_made_again(self):
        invoice = self._invoice(100)
        receipt = self._receipt(90, invoice.name)
        receipt.ar_letter()
        receipt.action_ar_refuse()
        first = receipt.ar_proposal_ids.filtered(lambda p: p.rank == 1)
        self.assertEqual(first.state, "refused")
        receipt.ar_letter()
        self.assertEqual(self._codes(receipt)[0], "letter_declined")
        self.assertNotIn("proposed", receipt.ar_proposal_ids.mapped("state"))

    def test_undo_opens_everything_and_is_remembered(self):
        invoice = self._invoice(100)
        receipt = self._receipt(100, invoice.name)
        receipt.ar_letter()
        receipt.ar_proposal_ids.action_undo()
        self.assertEqual(invoice.amount_residual, 100)
        self.assertFalse(receipt.is_reconciled)
        self.assertFalse(receipt.partner_id)
        self.assertEqual(receipt.ar_proposal_ids.state, "undone")
        self.assertEqual(receipt.ar_lettering_state, "left")
        kinds = self.env["ar.event"].search([("source", "=", "lettering")])
        self.assertEqual(
            set(kinds.mapped("kind")), {"receipt_matched", "receipt_undone"}
        )
        receipt.ar_letter()
        self.assertFalse(receipt.is_reconciled)
        self.assertEqual(self._codes(receipt), ["letter_declined"])

    def test_match_taken_apart_from_the_invoice_is_noticed(self):
        invoice = self._invoice(100)
        receipt = self._receipt(100, invoice.name)
        receipt.ar_letter()
        self._item(invoice).remove_move_reconcile()
        self.assertEqual(receipt.ar_proposal_ids.state, "undone")
        self.env["ar.lettering.run"]._ar_run(self.company)
        self.assertEqual(receipt.ar_lettering_reason_id.code, "letter_undone")

    def test_customer_set_by_hand_survives_the_undo(self):
        invoice = self._invoice(100)
        receipt = self._receipt(100, invoice.name, partner_id=self.acme.id)
        receipt.ar_letter()
        receipt.action_undo_reconciliation()
        self.assertEqual(receipt.partner_id, self.acme)

    def test_outdated_proposal_is_not_booked(self):
        invoice = self._invoice(100)
        receipt = self._receipt(90, invoice.name)
        receipt.ar_letter()
        other = self._receipt(100, invoice.name)
        other.partner_id = self.acme
        suspense = other._seek_for_lines()[1]
        suspense.account_id = self.receivable
        (suspense | self._item(invoice)).reconcile()
        with self.assertRaisesRegex(UserError, invoice.name):
            receipt.action_ar_validate()
        self.assertFalse(receipt.is_reconciled)

    def test_receipt_matched_by_other_means_asks_for_nothing(self):
        invoice = self._invoice(100)
        receipt = self._receipt(90, invoice.name)
        receipt.ar_letter()
        suspense = receipt._seek_for_lines()[1]
        suspense.account_id = self.receivable
        (suspense | self._item(invoice)).reconcile()
        self.env["ar.lettering.run"]._ar_run(self.company)
        self.assertEqual(receipt.ar_lettering_state, "matched")
        self.assertEqual(receipt.ar_lettering_reason_id.code, "letter_by_hand")
        self.assertFalse(receipt.ar_proposal_ids)
        receipt.action_undo_reconciliation()
        self.assertEqual(receipt.ar_lettering_state, "left")
        self.assertEqual(receipt.ar_letter()["proposed"], 1)

    def test_last_receipt_matched_by_other_means_is_settled_by_the_cron(self):
        """Nothing is left to match in the company, and still its state is told."""
        invoice = self._invoice(100)
        receipt = self._receipt(90, invoice.name)
        receipt.ar_letter()
        suspense = receipt._seek_for_lines()[1]
        suspense.account_id = self.receivable
        (suspense | self._item(invoice)).reconcile()
        Line = self.env["account.bank.statement.line"]
        self.assertFalse(Line._ar_open(self.company))
        self.assertIn(self.company, Line._ar_companies())
        self.env["ar.lettering.run"]._ar_run(self.company)
        self.assertNotIn(self.company, Line._ar_companies())

    def test_receipt_that_another_worker_booked_keeps_what_it_was_told(self):
        """The run had decided on it before the other worker's commit."""
        invoice = self._invoice(100)
        receipt = self._receipt(100, invoice.name)
        Run = self.env["ar.lettering.run"].with_company(self.company)
        outcomes, name = Run._ar_decide(self.company, receipt, True)
        told = {receipt.id: (outcomes[receipt.id], explain(outcomes[receipt.id], name))}
        receipt.ar_letter()
        before = (receipt.ar_lettering_state, receipt.ar_explanation)
        summary = Run._ar_book_chunk([receipt], told)
        self.assertFalse(summary["booked"] or summary["failed"])
        self.assertEqual((receipt.ar_lettering_state, receipt.ar_explanation), before)
        self.assertEqual(before[0], "matched")

    def test_known_account_pays_its_only_invoice_of_the_amount(self):
        invoice = self._invoice(100)
        self.env["res.partner.bank"].create(
            {"acc_number": PAYER_IBAN, "partner_id": self.acme.id}
        )
        receipt = self._receipt(100, "VIREMENT", ar_payer_iban=PAYER_IBAN)
        stranger = self._receipt(100, "VIREMENT", ar_payer_name="Inconnu")
        (receipt | stranger).ar_letter()
        self.assertEqual(receipt.ar_lettering_state, "matched")
        self.assertEqual(receipt.ar_proposal_ids.line_ids.move_id, invoice)
        self.assertEqual(self._codes(stranger), ["letter_nothing_known"])

    def test_announced_payment_is_matched_without_a_citation(self):
        invoice = self._invoice(100)
        self._invoice(100)
        self.env["res.partner.bank"].create(
            {"acc_number": PAYER_IBAN, "partner_id": self.acme.id}
        )
        debtor = self._debtor()
        notice = (
            self.env["ar.payment.notice"]
            .sudo()
            .create(
                {
                    "debtor_id": debtor.id,
                    "company_id": self.company.id,
                    "source": "platform",
                    "currency_id": invoice.currency_id.id,
                    "amount": 100,
                    "expected_date": DAY,
                    "hold_until": DAY + timedelta(days=7),
                    "line_ids": [
                        Command.create({"move_id": invoice.id, "amount": 100})
                    ],
                }
            )
        )
        receipt = self._receipt(100, "VIREMENT", ar_payer_iban=PAYER_IBAN)
        self.assertEqual(receipt.ar_letter()["booked"], 1)
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(receipt.ar_proposal_ids.notice_id, notice)

    def test_recognised_money_stops_chasing_its_payer(self):
        self._invoice(300)
        debtor = self._debtor()
        receipt = self._receipt(120, "acompte", ar_payer_name="ACME")
        self.assertEqual(debtor._ar_extra_blockers(debtor.ids, DAY), {})
        receipt.ar_letter()
        blockers = debtor._ar_extra_blockers(debtor.ids, DAY)[debtor.id]
        self.assertEqual(blockers[0]["code"], "unmatched_receipt")
        self.assertEqual(blockers[0]["params"]["amount"]["cents"], 12000)
        self.assertEqual(debtor._ar_extra_blockers(debtor.ids, DAY - timedelta(1)), {})

    def test_money_of_a_branch_stops_chasing_by_its_collecting_company(self):
        self._invoice(300)
        debtor = self._debtor()
        branch = self.env["res.company"].create(
            {"name": "Agence de Lyon", "parent_id": self.company.id}
        )
        receipt = self._receipt(120, "acompte", ar_payer_name="ACME")
        receipt.ar_letter()
        receipt.flush_recordset()
        self.env.cr.execute(
            "UPDATE account_bank_statement_line SET company_id = %s WHERE id = %s",
            (branch.id, receipt.id),
        )
        self.assertIn(debtor.id, debtor._ar_extra_blockers(debtor.ids, DAY))
        branch.ar_collecting = True
        self.assertEqual(debtor._ar_extra_blockers(debtor.ids, DAY), {})

    def test_automatic_booking_can_be_switched_off(self):
        self.company.ar_lettering_auto = False
        invoice = self._invoice(100)
        receipt = self._receipt(100, invoice.name)
        self.assertEqual(receipt.ar_letter()["proposed"], 1)
        self.assertEqual(self._codes(receipt), ["letter_automatic_off"])
        receipt.action_ar_validate()
        self.assertTrue(receipt.is_reconciled)

    def test_explain_reads_live_and_writes_nothing(self):
        invoice = self._invoice(100)
        receipt = self._receipt(90, invoice.name)
        (told,) = receipt.ar_explain()
        self.assertEqual(told["decision"], "propose")
        self.assertEqual(told["allocations"][0]["number"], invoice.name)
        self.assertEqual(told["short"], 10)
        self.assertTrue(all(reason["words"] for reason in told["reasons"]))
        self.assertEqual(receipt.ar_lettering_state, "new")
        self.assertFalse(receipt.ar_proposal_ids)
        outgoing = self._receipt(-5, "x").ar_explain()[0]
        self.assertEqual(outgoing["reasons"][0]["code"], "letter_money_out")

    def test_acting_on_one_receipt_respects_the_others(self):
        invoice = self._invoice(100)
        mine, other = self._receipt(100, invoice.name), self._receipt(100, invoice.name)
        self.assertEqual(mine.ar_letter()["left"], 1)
        self.assertEqual(self._codes(mine), ["letter_claimed_twice"])
        self.assertEqual(other.ar_lettering_state, "new")

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_rights_to_letter_and_to_look(self):
        receipt = self._receipt(100, "x")
        clerk = new_test_user(self.env, "clerk", "account.group_account_readonly")
        with self.assertRaises(AccessError):
            receipt.with_user(clerk).ar_letter()
        self.assertEqual(receipt.with_user(clerk).ar_explain()[0]["decision"], "leave")
        worker = new_test_user(self.env, "worker", "ar_lettering.group_user")
        invoice = self._invoice(100)
        named = self._receipt(100, invoice.name)
        self.assertEqual(named.with_user(worker).ar_letter()["booked"], 1)
        named.with_user(worker).action_undo_reconciliation()
        self.assertEqual(named.ar_proposal_ids.state, "undone")
