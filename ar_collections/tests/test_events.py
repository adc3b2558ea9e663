import psycopg2

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ArCommon


@tagged("post_install", "-at_install")
class TestEvents(ArCommon):
    """The timeline only grows, and tells when somebody tampered with it."""

    def record(self, **vals):
        return self.env["ar.event"]._ar_record(
            [
                {
                    "kind": "note",
                    "summary": "Spoke to Mrs Bertin",
                    "company_id": self.company.id,
                    **vals,
                }
            ]
        )

    def test_the_same_fact_told_twice_is_one_event(self):
        first = self.record(source="platform", source_key="42")
        again = self.record(source="platform", source_key="42", summary="Other words")
        other = self.record(source="portal", source_key="42")
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)
        self.assertEqual(first.summary, "Spoke to Mrs Bertin")

    def test_an_event_shows_on_account_and_invoices_once_each(self):
        moves = self.make_invoice(10) + self.make_invoice(20)
        debtor = self.refresh()
        event = self.record(debtor_id=debtor.id, move_ids=moves.ids)
        self.assertEqual(debtor.timeline_ids.event_id, event)
        self.assertEqual(len(debtor.timeline_ids), 1)
        for move in moves:
            self.assertEqual(move.ar_timeline_ids.event_id, event)

    def test_nobody_changes_or_removes_an_event_even_by_sql(self):
        event = self.record()
        self.env.flush_all()
        for statement in (
            "UPDATE ar_event SET kind = 'x' WHERE id = %s",
            "UPDATE ar_event SET event_date = now() WHERE id = %s",
            "DELETE FROM ar_event WHERE id = %s",
        ):
            with (
                self.subTest(statement),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.RestrictViolation),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement, [event.id])
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.RestrictViolation),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute("TRUNCATE ar_event CASCADE")

    def test_seals_chain_and_find_changed_words(self):
        self.record()
        event = self.record(summary="Second")
        self.env["ar.event.seal"]._ar_seal_batch(100)
        self.record(summary="Third")
        self.env["ar.event.seal"]._ar_seal_batch(100)
        told = self.company.ar_verify_events()
        self.assertEqual(told["faults"], [])
        self.assertEqual(told["seals"], 2)
        self.assertEqual(told["events"], 3)
        content = event.sudo().content_ids
        self.env.cr.execute(
            "UPDATE ar_event_content SET summary = 'Changed' WHERE id = %s",
            [content.id],
        )
        self.env.invalidate_all()
        faults = self.company.ar_verify_events()["faults"]
        self.assertEqual(len(faults), 1)
        self.assertIn(str(event.id), faults[0])

    def test_seals_find_a_changed_event(self):
        event = self.record()
        self.env["ar.event.seal"]._ar_seal_batch(100)
        # What the owner of the table could do, and the seal still tells.
        self.env.cr.execute("ALTER TABLE ar_event DISABLE TRIGGER ar_event_guard_row")
        self.env.cr.execute("UPDATE ar_event SET kind = 'x' WHERE id = %s", [event.id])
        self.env.invalidate_all()
        self.assertEqual(len(self.company.ar_verify_events()["faults"]), 1)
        self.env.cr.execute("ALTER TABLE ar_event ENABLE TRIGGER ar_event_guard_row")

    def test_erasing_the_words_keeps_the_chain(self):
        event = self.record(summary="Personal words")
        self.env["ar.event.seal"]._ar_seal_batch(100)
        event._ar_erase_words("a test")
        self.env.invalidate_all()
        self.assertEqual(event.summary, "(erased)")
        self.assertEqual(self.company.ar_verify_events()["faults"], [])

    def test_words_that_nobody_erased_are_missed(self):
        event = self.record(summary="Personal words")
        self.env["ar.event.seal"]._ar_seal_batch(100)
        event.sudo().content_ids.unlink()
        self.env.invalidate_all()
        (fault,) = self.company.ar_verify_events()["faults"]
        self.assertIn(str(event.id), fault)

    def test_a_late_event_goes_into_the_next_seal(self):
        first, second = self.record(), self.record()
        seals = self.env["ar.event.seal"].sudo()
        seals.create(
            {
                "company_id": self.company.id,
                "event_ids": [second.id],
                "previous": "0" * 64,
                "root": "f" * 64,
                "sealed_at": "2026-01-01",
            }
        )
        self.env.cr.execute(
            "UPDATE ar_event SET seal_ref = 1 WHERE id = %s", [second.id]
        )
        seals._ar_seal_batch(100)
        last = seals.search([("company_id", "=", self.company.id)], limit=1)
        self.assertEqual(last.event_ids, [first.id])
        self.assertEqual(last.previous, "f" * 64)
