from odoo import fields
from odoo.tests import tagged

from .common import ChorusCase


@tagged("post_install", "-at_install")
class TestPlatformPrivacy(ChorusCase):
    """Agents of the buyer, as the platform names them, can be forgotten."""

    def test_an_agent_is_found_by_name_on_invoices_of_his_firm(self):
        move = self.make_invoice()
        author = {"first": "Zoé", "last": "Noël", "email": "zoe.noel@ville.example"}
        self.story(
            self.told(move, ("SUSPENDUE", "2026-06-05 11:00", "Bon absent", author))
        )
        self.sync()
        told = self.env["ar.platform.event"].search([("author", "=", "Zoé Noël")])
        told.sudo().author_email = False
        self.env["ar.debtor"]._ar_refresh(move.commercial_partner_id.ids)
        partners = self.env["res.partner"].create(
            [
                {"name": "Zoé Noël", "parent_id": move.partner_id.id},
                {"name": "Zoé Noël"},  # of no firm
            ]
        )
        found = []
        for partner in partners:
            person = self.env["ar.person"]._ar_person(partner, "")
            parts = self.env["ar.person"]._ar_parts(person, self.env.company)
            found.append("ar.platform.event" in {part["model"] for part in parts})
        self.assertEqual(found, [True, False])

    def test_an_agent_of_the_buyer_is_forgotten_once_it_is_paid(self):
        move = self.make_invoice()
        author = {"first": "Zoé", "last": "Noël", "email": "zoe.noel@ville.example"}
        self.story(
            self.told(
                move,
                ("DEPOSEE", "2026-06-01 10:00"),
                ("SUSPENDUE", "2026-06-05 11:00", "Bon absent", author),
            )
        )
        self.sync()
        told = self.env["ar.platform.event"].search([("author", "=", "Zoé Noël")])
        self.assertTrue(told)
        person = self.env["ar.person"]._ar_person(
            self.env["res.partner"], told.author_email
        )
        _gone, kept = self.env["ar.person"]._ar_erase_person(
            person, self.env.company, "a request", "0" * 64
        )
        self.assertIn("ar.platform.event", [part["model"] for part in kept])
        self.assertEqual(told.author, "Zoé Noël")  # the invoice is not paid
        payment = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        payment.create({"payment_date": fields.Date.today()})._create_payments()
        for link in self.link(move):
            link.move_id.invalidate_recordset()
        self.env["ar.dispute"].search([("move_id", "=", move.id)])._update_state(
            "withdrawn"
        )
        self.env["ar.debtor"]._ar_refresh(move.commercial_partner_id.ids)
        gone, _kept = self.env["ar.person"]._ar_erase_person(
            person, self.env.company, "a request", "0" * 64
        )
        self.assertIn("ar.platform.event", [part["model"] for part in gone])
        self.assertFalse(told.author or told.author_email or told.payload)
        self.assertTrue(told.payload_hash)
        self.assertEqual(self.env.company.ar_verify_events()["faults"], [])
