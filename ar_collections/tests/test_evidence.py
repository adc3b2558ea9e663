import base64
import io
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools.pdf import PdfFileReader

from odoo.addons.ar_collections.engine.evidence_verifier import (
    leaf,
    seal_digest,
    unpack,
    verify,
)

from .common import ArCommon


@tagged("post_install", "-at_install")
class TestEvidence(ArCommon):
    """What happened, as one file that anybody can check."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(100)
        cls.other = cls.make_invoice(50)
        cls.debtor = cls.env["ar.debtor"]._ar_of_moves(cls.invoice)

    def tell(self, kind, summary, move=None, **vals):
        return self.env["ar.event"]._ar_record(
            [
                {
                    "kind": kind,
                    "summary": summary,
                    "company_id": self.company.id,
                    "debtor_id": self.debtor.id,
                    "move_ids": (move or self.invoice).ids,
                    **vals,
                }
            ]
        )

    def story(self):
        """Recorded out of order: evidence is told in order of time."""
        self.tell(
            "reply",
            "Reply of the customer",
            event_date="2026-03-20 09:00:00",
            body="<p>We pay on Friday <img src='https://x.test/open.gif'></p>",
        )
        self.tell(
            "reminder_sent",
            "E-mail to compta@bertin.example",
            event_date="2026-03-12 08:30:00",
            body="<p>Please pay 100.00</p>",
            payload={"channel": "email"},
        )
        self.tell("bounce", "Of another invoice", self.other)

    def make(self, records, **values):
        wizard = (
            self.env["ar.evidence.wizard"]
            .with_context(active_model=records._name, active_ids=records.ids)
            .create(values)
        )
        wizard.action_make()
        raw = base64.b64decode(wizard.document)
        return wizard, raw, json.loads(unpack(raw)["evidence.json"])

    def test_an_invoice_tells_its_own_facts_in_order_of_time(self):
        self.story()
        wizard, raw, data = self.make(self.invoice)
        faults, _package = verify(raw)
        self.assertEqual(faults, [])
        told = [e["content"]["summary"] for e in data["events"] if e["row"][2] != "x"]
        sent = told.index("E-mail to compta@bertin.example")
        self.assertLess(sent, told.index("Reply of the customer"))
        self.assertNotIn("Of another invoice", told)
        self.assertEqual(wizard.event_count, len(told))
        self.assertEqual(wizard.root, data["seals"][-1]["root"])

    def test_an_account_tells_all_of_it(self):
        self.story()
        _wizard, raw, data = self.make(self.debtor)
        told = [e["content"]["summary"] for e in data["events"]]
        self.assertIn("Of another invoice", told)
        self.assertEqual(verify(raw)[0], [])

    def test_the_pdf_can_be_read_and_reaches_nowhere(self):
        self.story()
        _wizard, raw, _data = self.make(self.invoice)
        pdf = unpack(raw)["timeline.pdf"]
        text = "".join(p.extract_text() for p in PdfFileReader(io.BytesIO(pdf)).pages)
        text = " ".join(text.split())
        self.assertIn("09:30", text)  # in Paris, recorded in UTC
        self.assertIn("Please pay 100.00", text)
        self.assertIn("We pay on Friday", text)
        self.assertIn(self.invoice.name, text)
        self.assertNotIn(b"x.test", pdf)

    def test_files_go_along_and_are_vouched_for(self):
        notice = self.env["ar.payment.notice"]._ar_announce(
            [
                {
                    "source": "promise",
                    "source_key": "promise-1",
                    "expected_date": self.today,
                    "lines": [{"move_id": self.invoice.id, "amount": 100.0}],
                }
            ]
        )
        proof = self.env["ir.attachment"].create(
            {"name": "Ordre n° 1.pdf", "raw": b"%PDF-1.4 proof"}
        )
        notice.attachment_ids = proof
        _wizard, raw, data = self.make(self.invoice)
        files = [f for e in data["events"] for f in e["files"]]
        self.assertEqual([f["name"] for f in files], ["Ordre n° 1.pdf"])
        self.assertEqual(unpack(raw)[files[0]["path"]], b"%PDF-1.4 proof")
        _wizard, raw, data = self.make(self.invoice, with_files=False)
        self.assertNotIn(b"%PDF-1.4 proof", raw)

    def test_that_it_was_made_is_a_fact_of_its_own(self):
        self.story()
        wizard, raw, _data = self.make(self.invoice)
        event = self.invoice.ar_timeline_ids.event_id.filtered(
            lambda e: e.kind == "evidence_made"
        )
        self.assertIn(wizard.digest, event.summary)
        self.assertEqual(self.company.ar_verify_events()["faults"], [])

    def test_changed_words_in_the_database_show_in_the_file(self):
        self.story()
        self.make(self.invoice)
        event = self.invoice.ar_timeline_ids.event_id.filtered(
            lambda e: e.kind == "reply"
        )
        self.env.cr.execute(
            "UPDATE ar_event_content SET summary = 'They refuse' WHERE event_id = %s",
            [event.id],
        )
        self.env.invalidate_all()
        _wizard, raw, _data = self.make(self.invoice)
        faults, _package = verify(raw)
        self.assertEqual(len(faults), 1)
        self.assertIn(f"fact {event.id} ", faults[0])

    def test_erased_words_stay_out_and_the_rest_holds(self):
        self.story()
        self.make(self.invoice)
        event = self.invoice.ar_timeline_ids.event_id.filtered(
            lambda e: e.kind == "reply"
        )
        event._ar_erase_words("a test")
        self.env.invalidate_all()
        _wizard, raw, data = self.make(self.invoice)
        self.assertEqual(verify(raw)[0], [])
        (erased,) = [e["erased"] for e in data["events"] if e["content"] is None]
        self.assertEqual(erased["basis"], "a test")
        self.assertNotIn(b"We pay on Friday", raw)

    def test_seals_from_before_the_tree_still_verify(self):
        self.story()
        seal = self.env["ar.event.seal"].sudo()
        seal._ar_seal_batch(5000)
        self.env.flush_all()
        last = seal.search([("company_id", "=", self.company.id)], limit=1)
        rows = seal._ar_rows(last.event_ids)
        leaves = "".join(leaf(rows[i]) for i in last.event_ids)
        last.write(
            {
                "leaves": False,
                "inner": False,
                "root": seal_digest(last.previous, leaves),
            }
        )
        self.assertEqual(self.company.ar_verify_events()["faults"], [])
        _wizard, raw, _data = self.make(self.invoice)
        self.assertEqual(verify(raw)[0], [])

    def test_only_days_asked_for(self):
        self.story()
        _wizard, _raw, data = self.make(
            self.invoice, date_from="2026-03-01", date_to="2026-03-15"
        )
        self.assertEqual([e["row"][2] for e in data["events"]], ["reminder_sent"])
        with self.assertRaises(UserError):
            self.make(self.invoice, date_from="1999-01-01", date_to="1999-02-01")

    def test_who_may_not_see_the_account_makes_no_file(self):
        self.story()
        stranger = new_test_user(self.env, "stranger", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.env["ar.evidence.wizard"].with_user(stranger).create({})
        other = self.setup_other_company()["company"]
        elsewhere = new_test_user(
            self.env,
            "elsewhere",
            groups="ar_collections.group_user",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        wizard = self.env["ar.evidence.wizard"].with_user(elsewhere)
        wizard = wizard.with_context(
            active_model="ar.debtor", active_ids=self.debtor.ids
        )
        with self.assertRaises(AccessError):
            wizard.create({}).action_make()
