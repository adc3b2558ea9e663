from odoo.tests import tagged

from .common import LetteringCommon


@tagged("post_install", "-at_install")
class TestLetteringPrivacy(LetteringCommon):
    """Payers that the matching knows are found, forgotten and kept by a rule."""

    def test_what_was_learned_of_a_person_is_forgotten(self):
        people = self.env["res.partner"].create(
            [{"name": "Anne Petit"}, {"name": "Paul Durand"}]
        )
        anne, paul = people
        memory = self.env["ar.lettering.memory"].create(
            [
                {
                    "company_id": self.env.company.id,
                    "kind": "account",
                    "key": f"FR76{partner.id}",
                    "partner_id": partner.id,
                }
                for partner in people
            ]
        )
        person = self.env["ar.person"]._ar_person(anne, "")
        gone, _kept = self.env["ar.person"]._ar_erase_person(
            person, self.env.company, "a request", "0" * 64
        )
        self.assertIn("ar.lettering.memory", [part["model"] for part in gone])
        self.assertEqual(memory.exists().partner_id, paul)

    def test_payers_not_seen_since_fall_under_their_rule(self):
        rule = self.env.ref("ar_lettering.ar_retention_payers")
        self.assertFalse(rule.enabled)
        rule.months = 24
        partner = self.env["res.partner"].create({"name": "Anne Petit"})
        old, young = self.env["ar.lettering.memory"].create(
            [
                {
                    "company_id": self.env.company.id,
                    "kind": "account",
                    "key": key,
                    "partner_id": partner.id,
                    "last_seen": seen,
                }
                for key, seen in (("OLD", "2019-01-01"), ("YOUNG", "2099-01-01"))
            ]
        )
        due = rule._ar_due()[0]
        self.assertIn(old, due)
        self.assertNotIn(young, due)
