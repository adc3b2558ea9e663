import base64
import json
from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.ar_collections.engine.evidence_verifier import (
    digest,
    pack,
    unpack,
    verify,
    with_manifest,
)

from .common import ArCommon


@tagged("post_install", "-at_install")
class TestPrivacyCase(ArCommon):
    """The evidence file of a recovery case."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(100, overdue=60)
        cls.second = cls.make_invoice(70, overdue=50)
        cls.other = cls.make_invoice(50, overdue=40)
        cls.debtor = cls.refresh()
        cls.case = cls.env["ar.case"]._ar_open(
            {
                "debtor_id": cls.debtor.id,
                "move_ids": (cls.invoice + cls.second).ids,
                "reason": "Second promise broken",
            }
        )
        cls.document = cls.env["ar.case.document"].create(
            {
                "case_id": cls.case.id,
                "kind": "delivery",
                "name": "Delivery note",
                "file": base64.b64encode(b"%PDF-1.4 signed delivery note"),
                "file_name": "BL n° 12.pdf",
            }
        )

    def tell(self, summary, move=None, days=10):
        day = self.today - timedelta(days=days)
        return self.env["ar.event"]._ar_record(
            [
                {
                    "kind": "reply",
                    "summary": summary,
                    "company_id": self.company.id,
                    "debtor_id": self.debtor.id,
                    "move_ids": move.ids if move else [],
                    "event_date": f"{day} 09:00:00",
                }
            ]
        )

    def make(self, case=None, **values):
        case = case or self.case
        wizard = (
            self.env["ar.evidence.wizard"]
            .with_context(active_model="ar.case", active_ids=case.ids)
            .create(values)
        )
        wizard.action_make()
        raw = base64.b64decode(wizard.document)
        return wizard, raw, json.loads(unpack(raw)["evidence.json"])

    def test_it_tells_what_concerns_the_case_and_nothing_else(self):
        self.tell("Of the first", self.invoice)
        self.tell("Of the second", self.second)
        self.tell("Of another invoice", self.other)
        self.tell("Of the account, in its time", days=20)
        self.tell("Of the account, long before", days=400)
        wizard, raw, data = self.make()
        told = [e["content"]["summary"] for e in data["events"]]
        for words in ("Of the first", "Of the second", "Of the account, in its time"):
            self.assertIn(words, told)
        for words in ("Of another invoice", "Of the account, long before"):
            self.assertNotIn(words, told)
        kinds = {e["row"][2] for e in data["events"]}
        self.assertLessEqual({"case_opened", "case_document"}, kinds)
        self.assertEqual(verify(raw)[0], [])
        self.assertIn(self.case.name.replace("/", "-"), wizard.document_name)
        self.assertIn(self.case.name, data["about"])

    def test_its_documents_are_vouched_for_by_a_sealed_fact(self):
        _wizard, raw, data = self.make()
        (told,) = [d for d in data["documents"] if d["kind"] == "delivery"]
        files = unpack(raw)
        self.assertEqual(files[told["path"]], b"%PDF-1.4 signed delivery note")
        self.assertEqual(told["fact"], self.document.event_id)
        # One byte, and then a list of digests made anew for it.
        changed = {**files, told["path"]: b"%PDF-1.4 signed delivery nota"}
        (fault, *more) = verify(pack(changed))[0]
        self.assertIn(told["path"], " ".join([fault, *more]))
        data_again = json.loads(files["evidence.json"])
        for document in data_again["documents"]:
            if document["path"] == told["path"]:
                document["sha256"] = digest(changed[told["path"]])
        forged = {
            **changed,
            "evidence.json": json.dumps(data_again, ensure_ascii=False).encode(),
        }
        for name in ("MANIFEST.json", "MANIFEST.sha256"):
            forged.pop(name)
        faults = verify(pack(with_manifest(forged)))[0]
        self.assertIn(f"fact {self.document.event_id}", " ".join(faults))

    def test_a_file_that_was_changed_in_the_database_shows(self):
        self.document.sudo().attachment_id.write({"raw": b"%PDF-1.4 another"})
        _wizard, raw, _data = self.make()
        self.assertIn("Delivery note", " ".join(verify(raw)[0]))

    def test_one_changed_byte_in_any_file_is_found_and_named(self):
        _wizard, raw, _data = self.make()
        files = unpack(raw)
        for name, content in files.items():
            for place in {0, len(content) // 2, len(content) - 1}:
                broken = bytearray(content)
                broken[place] ^= 1
                faults = verify(pack({**files, name: bytes(broken)}))[0]
                self.assertTrue(faults, name)
                if not name.startswith("MANIFEST"):
                    self.assertIn(name, " ".join(faults))

    def test_that_it_was_made_shows_on_the_account(self):
        self.make()
        told = self.env["ar.event.link"].search(
            [("debtor_id", "=", self.debtor.id), ("kind", "=", "evidence_made")]
        )
        self.assertEqual(len(told), 1)

    def test_two_cases_of_one_account_stay_apart(self):
        second = self.env["ar.case"]._ar_open(
            {"debtor_id": self.debtor.id, "move_ids": self.other.ids}
        )
        _wizard, _raw, data = self.make(second)
        cases = {e["row"][12] for e in data["events"] if e["row"][11] == "ar.case"}
        self.assertEqual(cases, {str(second.id)})
        self.assertEqual(data["documents"], [])

    def test_who_may_not_read_the_case_makes_no_file(self):
        stranger = new_test_user(
            self.env, "stranger_c", groups="ar_collections.group_user"
        )
        self.debtor.collector_id = self.env.user
        Wizard = self.env["ar.evidence.wizard"].with_user(stranger)
        wizard = Wizard.with_context(active_model="ar.case", active_ids=self.case.ids)
        with self.assertRaises(AccessError):
            wizard.create({}).action_make()
