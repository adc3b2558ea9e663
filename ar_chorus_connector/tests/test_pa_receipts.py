"""« Cashed » (212): from the cash in the ledger to the platform, each cent once."""

from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..models import ar_platform_receipt_send
from .pa_common import PaCase

SYNC_LOG = "odoo.addons.ar_chorus_connector.models.ar_platform_sync"


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20 10:00:00")
class TestPaReceipts(PaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.platform.cashed_emission = "all"
        cls.bank = cls.company_data["default_journal_bank"]

    def told_invoice(self, amount=1200.0, **values):
        """An invoice that the platform knows."""
        move = self.make_invoice(amount)
        self.play(self.flow(move, "205", **values))
        self.sync()
        return move

    def cash(self, move, amount, account=None, journal=None):
        """Money on the bank account, matched with an invoice."""
        line = move.line_ids.filtered(lambda k: k.account_type == "asset_receivable")
        account = account or self.bank.default_account_id
        entry = self.env["account.move"].create(
            {
                "journal_id": (journal or self.bank).id,
                "date": "2026-11-18",
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": amount}),
                    Command.create(
                        {
                            "account_id": line.account_id.id,
                            "partner_id": move.partner_id.id,
                            "balance": -amount,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        (line + entry.line_ids[1]).reconcile()
        return entry

    def receipts(self, move):
        domain = [("move_id", "=", move.id)]
        return self.env["ar.platform.receipt"].search(domain, order="id")

    def submitted(self):
        return self.control("submitted")

    def figures(self):
        return [
            [
                (f["kind"], f["amount"], f["percent"])
                for f in s["statuses"][0]["figures"]
            ]
            for s in self.submitted()
        ]

    def test_nothing_is_told_without_cash(self):
        move = self.told_invoice()
        self.sync()
        self.assertFalse(self.receipts(move))
        self.assertEqual(self.submitted(), [])

    def test_a_partial_then_the_rest_each_told_once(self):
        move = self.told_invoice()
        self.cash(move, 500.0)
        self.sync()
        self.sync()
        self.cash(move, 700.0)
        self.sync()
        self.sync()
        receipts = self.receipts(move)
        self.assertEqual(receipts.mapped("amount"), [500.0, 700.0])
        self.assertEqual(set(receipts.mapped("state")), {"accepted"})
        self.assertEqual(len(set(receipts.mapped("flow_id"))), 2)
        self.assertEqual(
            self.figures(), [[("MEN", "500.00", "0.00")], [("MEN", "700.00", "0.00")]]
        )
        status = self.submitted()[0]["statuses"][0]
        self.assertEqual((status["number"], status["code"]), (move.name, "212"))
        # Read back as a fact of the timeline; the status of the buyer is told on.
        codes = self.link(move).event_ids.mapped("code")
        self.assertEqual(codes.count("212"), 2)

    def test_amounts_are_shared_by_vat_rate_to_the_cent(self):
        taxes = self.env["account.tax"].create(
            [
                {"name": f"VAT {rate}", "amount": rate, "type_tax_use": "sale"}
                for rate in (20.0, 5.5)
            ]
        )
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.buyer.id,
                "invoice_date": "2026-06-01",
                "invoice_line_ids": [
                    Command.create(
                        {"name": tax.name, "price_unit": 100.0, "tax_ids": tax.ids}
                    )
                    for tax in taxes
                ],
            }
        )
        move.action_post()
        self.play(self.flow(move, "205"))
        self.sync()
        for amount in (100.0, 100.0, 25.5):
            self.cash(move, amount)
            self.sync()
        self.assertEqual(
            self.figures(),
            [
                [("MEN", "46.78", "5.50"), ("MEN", "53.22", "20.00")],
                [("MEN", "46.79", "5.50"), ("MEN", "53.21", "20.00")],
                [("MEN", "11.93", "5.50"), ("MEN", "13.57", "20.00")],
            ],
        )

    def test_a_credit_note_or_a_write_off_is_no_cash(self):
        move = self.told_invoice()
        misc = self.company_data["default_journal_misc"]
        self.cash(move, 100.0, self.company_data["default_account_expense"], misc)
        self.sync()
        self.assertFalse(self.receipts(move))

    def test_a_payment_only_registered_is_no_cash_yet(self):
        move = self.told_invoice()
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        wizard.create({"journal_id": self.bank.id}).action_create_payments()
        self.sync()
        self.assertFalse(self.receipts(move))

    def test_cash_taken_back_is_told_once_a_person_says_so(self):
        move = self.told_invoice()
        entry = self.cash(move, 1200.0)
        self.sync()
        entry.line_ids.remove_move_reconcile()
        self.sync()
        self.sync()
        receipt = self.receipts(move)[1]
        self.assertEqual((receipt.amount, receipt.state), (-1200.0, "to_confirm"))
        self.assertEqual(len(self.submitted()), 1)
        self.assertEqual(len(self.platform.activity_ids), 1)
        receipt.action_confirm()
        self.sync()
        self.assertEqual(self.figures()[1], [("MEN", "-1200.00", "0.00")])

    def test_a_match_undone_and_done_again_is_not_told(self):
        move = self.told_invoice()
        entry = self.cash(move, 1200.0)
        self.sync()
        entry.line_ids.remove_move_reconcile()
        self.sync()
        lines = (move.line_ids + entry.line_ids).filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        lines.reconcile()
        self.sync()
        states = self.receipts(move).mapped("state")
        self.assertEqual(states, ["accepted", "cancelled"])
        self.assertEqual(len(self.submitted()), 1)

    @mute_logger(SYNC_LOG)
    def test_an_answer_that_is_lost_is_no_second_message(self):
        move = self.told_invoice()
        self.cash(move, 1200.0)
        # The platform takes the file, then the connection is cut.
        fault = {"route": "/v1/flows", "after": 3, "kind": "cut"}
        self.control("faults", [fault])
        self.sync()
        receipt = self.receipts(move)
        self.assertEqual(receipt.state, "sending")
        self.assertEqual(len(self.submitted()), 1)
        receipt.retry_at = False
        self.sync()
        self.assertEqual(len(self.submitted()), 1)
        self.assertIn(receipt.state, ("sent", "accepted"))

    def test_a_transaction_run_again_gives_the_same_id(self):
        move = self.told_invoice()
        self.cash(move, 300.0)
        self.sync()
        first = self.receipts(move)
        tracking = first.tracking_id
        # As after a rollback: the platform knows, we do not.
        first.sudo().unlink()
        self.sync()
        self.assertEqual(self.receipts(move).tracking_id, tracking)
        self.assertEqual(len(self.submitted()), 1)

    def test_a_refusal_is_shown_and_sent_again_by_a_person(self):
        move = self.told_invoice()
        self.cash(move, 1200.0)
        detail = {"reasonCode": "InvoiceLCAmountError", "reasonMessage": "VAT"}
        story = {"status": "Error", "details": [detail]}
        self.control("story", {"ack": story})
        self.sync()
        self.sync()
        receipt = self.receipts(move)
        self.assertEqual(receipt.state, "refused")
        self.assertIn("InvoiceLCAmountError", receipt.error)
        self.assertTrue(self.platform.activity_ids)
        self.control("story", {})
        receipt.action_retry()
        self.sync()
        self.sync()
        self.assertEqual(receipt.state, "accepted")

    def test_the_tax_office_rejects_our_message(self):
        move = self.told_invoice()
        self.cash(move, 1200.0)
        self.sync()
        reasons = [{"code": "REJ_ENCAISSEMENT"}]
        self.more(self.flow(move, "601", "20261119100000", reasons=reasons))
        self.sync()
        receipt = self.receipts(move)
        self.assertEqual(receipt.state, "refused")
        self.assertIn("REJ_ENCAISSEMENT", receipt.error)

    def test_public_buyers_and_dead_invoices_are_left_out(self):
        public = self.told_invoice(flow={"rule": "B2G"})
        refused = self.make_invoice()
        self.more(self.flow(refused, "210"))
        self.sync()
        self.assertEqual(self.link(refused).canonical, "refused")
        for move in (public, refused):
            self.cash(move, 100.0)
        self.sync()
        self.assertFalse(self.receipts(public) | self.receipts(refused))

    def test_only_vat_on_receipts_when_so_set(self):
        self.platform.cashed_emission = "on_receipt"
        move = self.told_invoice()
        self.cash(move, 100.0)
        self.sync()
        self.assertFalse(self.receipts(move))
        self.company.tax_exigibility = True
        account = self.company_data["default_account_tax_sale"].copy()
        account.reconcile = True
        move.button_draft()
        move.invoice_line_ids.tax_ids = self.env["account.tax"].create(
            {
                "name": "VAT on receipt",
                "amount": 20.0,
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": account.id,
            }
        )
        move.action_post()
        self.cash(move, 120.0)
        self.sync()
        self.assertTrue(self.receipts(move))

    def test_invoices_that_are_not_told_do_not_keep_others_waiting(self):
        plain = self.told_invoice()
        self.company.tax_exigibility = True
        account = self.company_data["default_account_tax_sale"].copy()
        account.reconcile = True
        child = self.env["account.tax"].create(
            {
                "name": "VAT on receipt, in a group",
                "amount": 20.0,
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": account.id,
            }
        )
        group = self.env["account.tax"].create(
            {"name": "Group", "amount_type": "group", "children_tax_ids": child.ids}
        )
        due = self.make_invoice()
        due.button_draft()
        due.invoice_line_ids.tax_ids = group
        due.action_post()
        self.more(self.flow(due, "205"))
        self.sync()
        for move in (plain, due):
            self.cash(move, 100.0)
        self.platform.cashed_emission = "on_receipt"
        with patch.object(ar_platform_receipt_send, "LIMIT", 1):
            self.sync()
        self.assertFalse(self.receipts(plain))
        self.assertEqual(self.receipts(due).mapped("amount"), [100.0])

    def test_without_siren_it_waits_and_says_so(self):
        move = self.told_invoice()
        self.cash(move, 1200.0)
        self.company.company_registry = False
        self.assertEqual(self.sync()["failed"], 1)
        receipt = self.receipts(move)
        self.assertIn("SIREN", receipt.error)
        self.assertEqual(receipt.state, "to_send")
        self.assertTrue(receipt.retry_at > fields.Datetime.now())

    def test_by_the_native_interface(self):
        move = self.make_invoice(1200.0)
        native = self.make_platform(
            kind="superpdp", name="SUPER PDP", cashed_emission="all"
        )
        story = {
            "native_invoices": [{"id": 7, "number": move.name, "date": "2026-06-01"}],
            "native_events": [
                {"invoice_id": 7, "status_code": "fr:205", "created_at": "2026-10-01"}
            ],
        }
        self.control("story", story)
        self.sync(native)
        self.cash(move, 1200.0)
        self.sync(native)
        receipt = self.receipts(move)
        self.assertEqual((receipt.state, receipt.flow_id), ("sent", "2"))
        self.sync(native)
        self.assertIn("212", self.link(move).event_ids.mapped("code"))
        self.assertEqual(len(self.receipts(move)), 1)
