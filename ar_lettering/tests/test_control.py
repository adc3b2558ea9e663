"""Runs, their report, the month end, unapplied cash, and lines of other importers."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import Form, tagged
from odoo.tools import SQL

from odoo.addons.ar_lettering.models import ar_other_matching

from .common import DAY, PAYER_IBAN, LetteringCommon


@tagged("post_install", "-at_install")
class TestControl(LetteringCommon):
    def _run(self):
        return self.env["ar.lettering.run"]._ar_run(self.company)

    def _log(self):
        return self.env["ar.lettering.log"].search(
            [("company_id", "=", self.company.id)], limit=1
        )

    def _age(self, delta):
        """Put everything written so far into the past, as far as the run can see."""
        self.env.flush_all()
        margin = timedelta(minutes=30)
        for table, column, back in (
            ("account_move_line", "write_date", delta),
            ("res_partner", "write_date", delta),
            ("res_partner_bank", "write_date", delta),
            ("ar_lettering_log", "started_at", delta - margin),
        ):
            self.env.cr.execute(
                SQL(
                    "UPDATE %(table)s SET %(column)s = %(column)s - %(delta)s",
                    table=SQL.identifier(table),
                    column=SQL.identifier(column),
                    delta=back,
                )
            )
        self.env.invalidate_all()

    # Report ----------------------------------------------------------------------

    def test_the_run_tells_what_it_did_and_how_right_it_was(self):
        invoice = self._invoice(100)
        good = self._receipt(100, invoice.name)
        self._receipt(55, "INCONNU")
        summary = self._run()
        log = self._log()
        self.assertEqual((log.received, log.booked, log.left), (2, 1, 1))
        self.assertEqual(log.booked_amount, 100)
        self.assertEqual(summary["booked"], 1)
        self.assertTrue(log.reasons_text)
        self.assertEqual((log.undone, log.precision), (0, 1))
        good.action_undo_reconciliation()
        log.invalidate_recordset()
        self.assertEqual((log.undone, log.precision), (1, 0))
        told = log._ar_precision(self.company)
        self.assertEqual((told["booked"], told["undone"]), (1, 1))

    # Increments --------------------------------------------------------------------

    def test_a_second_run_looks_only_at_what_changed(self):
        other = self._invoice(70, self.martin)
        self._receipt(55, "INCONNU")
        known = self._receipt(10, "VIREMENT", partner_id=self.martin.id)
        self._run()
        self.assertTrue(self._log().whole)
        self._age(timedelta(hours=1))
        with patch.object(
            self.registry["ar.lettering.matcher"], "_ar_decider"
        ) as matched:
            self._run()
        matched.assert_not_called()
        fresh = self._receipt(100, self._invoice(100).name)
        self._run()
        log = self._log()
        self.assertFalse(log.whole)
        self.assertTrue(fresh.is_reconciled)
        # The stranger may cite the new invoice; the other customer's did not change.
        self.assertEqual(log.examined, 2)
        self._age(timedelta(hours=1))
        other.button_draft()
        other.action_post()
        self._run()
        self.assertEqual(self._log().examined, 2)
        self.assertFalse(known.is_reconciled)
        self._age(timedelta(hours=30))
        self._run()
        self.assertTrue(self._log().whole)

    # Month end ---------------------------------------------------------------------

    def _check(self, date):
        form = Form(self.env["ar.lettering.month.end"])
        form.date = date
        check = form.save()
        return check, {line.kind: line for line in check.line_ids}

    def test_month_end_counts_what_is_open_at_the_date(self):
        self._receipt(55, "INCONNU")
        self._receipt(20, "PLUS TARD", date=fields.Date.add(DAY, months=1))
        check, lines = self._check(DAY)
        self.assertFalse(check.ready)
        self.assertEqual((lines["unmatched"].count, lines["unmatched"].amount), (1, 55))
        self.assertEqual(lines["suspense"].amount, -55)
        opened = lines["unmatched"].action_open()
        self.assertEqual(
            self.env[opened["res_model"]].search(opened["domain"]).payment_ref,
            "INCONNU",
        )
        before, lines = self._check(fields.Date.subtract(DAY, months=1))
        self.assertTrue(before.ready)

    def test_month_end_shows_gaps_that_a_match_left(self):
        invoice = self._invoice(100)
        receipt = self._receipt(60, partner_id=self.acme.id)
        action = receipt.action_ar_match()
        wizard = self.env["ar.lettering.match"].with_context(**action["context"])
        form = Form(wizard, "ar_lettering.ar_lettering_match_view_form")
        with form.line_ids.edit(0) as line:
            line.selected = True
        form.gap_kind = "deduction"
        form.save().action_validate()
        self.assertEqual(invoice.amount_residual, 40)
        _check, lines = self._check(DAY)
        self.assertEqual((lines["gap"].count, lines["gap"].amount), (1, 40))

    # Customer account ----------------------------------------------------------------

    def test_unapplied_cash_of_a_customer(self):
        invoice = self._invoice(100)
        receipt = self._receipt(130, partner_id=self.acme.id)
        waiting = self._receipt(25, "VIREMENT", partner_id=self.acme.id)
        debtor = self.env["ar.debtor"]._ar_of_moves(invoice)
        self.assertEqual(debtor.ar_unapplied_amount, 155)
        form = Form(
            self.env["ar.lettering.match"].with_context(default_st_line_id=receipt.id),
            "ar_lettering.ar_lettering_match_view_form",
        )
        with form.line_ids.edit(0) as line:
            line.selected = True
        form.save().action_validate()
        debtor.invalidate_recordset()
        # What is left over of the first, and the second.
        self.assertEqual(debtor.ar_unapplied_amount, 55)
        action = debtor.action_ar_unapplied()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, receipt | waiting)

    # Other importers ------------------------------------------------------------

    def test_lines_of_other_importers_are_normalised(self):
        line = self._receipt(
            10,
            "VIR SEPA RECU /DE ACME SAS /MOTIF FAC 12 /REF X1",
            transaction_details={
                "debtor": {"name": "ACME SAS", "iban": PAYER_IBAN},
                "endToEndId": "NOTPROVIDED",
                "remittanceInformationUnstructured": ["FAC 12", "FAC 13"],
            },
        )
        bare = self._receipt(10, f"VIR DE MARTIN : {PAYER_IBAN}")
        named = self._receipt(10, "VIREMENT", partner_name="Martin")
        (line | bare | named)._ar_normalise()
        self.assertEqual(line.ar_payer_name, "ACME SAS")
        self.assertEqual(line.ar_payer_iban, PAYER_IBAN)
        self.assertEqual(line.ar_free_text, "FAC 12 FAC 13")
        self.assertFalse(line.ar_end_to_end)
        self.assertEqual(bare.ar_payer_iban, PAYER_IBAN)
        self.assertEqual(named.ar_payer_name, "Martin")

    def test_other_automatic_matching_is_held_back(self):
        Line = self.registry["account.bank.statement.line"]
        calls = []

        def theirs(lines):
            calls.append(lines)

        held = ar_other_matching._held(theirs)
        with patch.object(Line, "_auto_reconcile", held, create=True):
            line = self._receipt(10)
            line._auto_reconcile()
            self.assertFalse(calls)
            self.company.ar_lettering_only = False
            line._auto_reconcile()
        self.assertEqual(calls, [line])
