from odoo.tests import tagged

from .common import ArCommon


@tagged("post_install", "-at_install")
class TestReferences(ArCommon):
    """Each reminder of a night has a reference of its own, drawn together."""

    def make_reminders(self, count):
        partners = self.env["res.partner"].create(
            [
                {"name": f"Customer {n}", "email": f"c{n}@x.example"}
                for n in range(count)
            ]
        )
        for partner in partners:
            self.make_invoice(100, 10, partner=partner)
        debtors = self.env["ar.debtor"]._ar_refresh(partners.ids)
        self.env.invalidate_all()
        debtors.plan()
        return debtors.reminder_ids.sorted("id").mapped("name")

    def assertFollow(self, names):
        head, _sep, first = names[0].rpartition("/")
        self.assertTrue(head.startswith("REL/"))
        expected = [f"{head}/{int(first) + n:06d}" for n in range(len(names))]
        self.assertEqual(names, expected)

    def test_references_of_a_night_follow_each_other(self):
        self.assertFollow(self.make_reminders(3))

    def test_a_sequence_without_gaps_is_respected(self):
        sequence = self.env.ref("ar_collections.ar_sequence_reminder")
        sequence.write({"implementation": "no_gap", "number_next": 41})
        names = self.make_reminders(2)
        self.assertFollow(names)
        self.assertTrue(names[0].endswith("/000041"))
