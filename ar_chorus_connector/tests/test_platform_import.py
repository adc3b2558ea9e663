import base64

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ChorusCase


@tagged("post_install", "-at_install")
class TestPlatformImport(ChorusCase):
    """Statuses that come in a file act like those of a connection."""

    def setUp(self):
        super().setUp()
        self.manual = self.env["ar.platform"].create(
            {"name": "Portal X", "kind": "manual", "company_id": self.company.id}
        )
        self.manual.action_activate()
        self.move = self.make_invoice(1000.0, "2026-06-01")

    def load(self, *lines):
        text = "\n".join(["numero;statut;date;commentaire;montant", *lines])
        return self.env["ar.platform.import"].create(
            {
                "platform_id": self.manual.id,
                "data": base64.b64encode(text.encode()),
                "filename": "statuts.csv",
            }
        )

    def test_a_file_suspends_and_later_announces_the_payment(self):
        first = f"{self.move.name};SUSPENDUE;12/11/2026 10:00;RIB manquant;"
        self.load(first).action_import()
        dispute = self.disputes(self.move)
        self.assertEqual(dispute.reason_id.code, "bank_details")
        second = f"{self.move.name};Mise en paiement;14/11/2026;;400,00"
        result = self.load(first, second).action_import()
        self.assertEqual(result["params"]["summary"]["events"], 1)
        self.assertEqual(dispute.state, "withdrawn")
        self.assertEqual(self.notices(self.move).amount, 400.0)

    def test_errors_are_told_before_and_stop_nothing_right(self):
        wizard = self.load(
            "X/1;perdue;12/11/2026;;", f"{self.move.name};SUSPENDUE;12/11/2026;;"
        )
        self.assertIn("Line 2: “perdue” is no status", wizard.preview)
        self.assertTrue(wizard.ready)
        wizard.action_import()
        self.assertTrue(self.disputes(self.move))

    def test_a_file_without_a_right_line_is_refused_in_words(self):
        wizard = self.load("X/1;perdue;12/11/2026;;")
        self.assertFalse(wizard.ready)
        with self.assertRaisesRegex(UserError, "Line 2"):
            wizard.action_import()

    def test_a_round_of_a_platform_by_file_calls_nothing(self):
        self.assertEqual(self.sync(self.manual)["calls"], 0)
        self.assertFalse(self.manual.last_error)
        self.assertTrue(self.manual.action_test_connection()["params"]["ok"])

    def test_two_partial_payments_are_two_announcements(self):
        number = self.move.name
        self.load(
            f"{number};MISE_EN_PAIEMENT;12/11/2026;;300,00",
            f"{number};MISE_EN_PAIEMENT;14/11/2026;;250,00",
        ).action_import()
        notices = self.notices(self.move)
        self.assertEqual(sorted(notices.mapped("amount")), [250.0, 300.0])
        self.assertEqual(set(notices.mapped("state")), {"active"})
