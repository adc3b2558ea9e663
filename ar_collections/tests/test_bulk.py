from datetime import date
from decimal import Decimal

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from ..models.ar_bulk import sql_array


@tagged("post_install", "-at_install")
class TestBulk(TransactionCase):
    """What is written set-based arrives as it was given."""

    def _back(self, kind, *values):
        self.env.cr.execute(SQL("SELECT %s", sql_array(values, kind)))
        return tuple(self.env.cr.fetchone()[0])

    def test_values_come_back_as_they_went(self):
        day = date(2026, 2, 28)
        for kind, values in {
            "int": (1, None, -3),
            "bool": (True, False, None),
            "date": (day, None),
            "varchar": ("a,b", 'say "so"', "back\\slash", "NULL", "", None, "{é}"),
        }.items():
            self.assertEqual(self._back(kind, *values), values, kind)
        self.assertEqual(self._back("int"), ())
        told = self._back("numeric", Decimal("0.10"), Decimal("1E+3"), None)
        self.assertEqual(told, (0.1, 1000.0, None))

    def test_json_keeps_its_quotes(self):
        words = (
            '[{"code": "x", "params": {"name": "L\'\\"Atelier\\" \\\\ fils, 100 %"}}]'
        )
        self.env.cr.execute(
            SQL(
                "SELECT v->0->'params'->>'name' FROM unnest(%s) v",
                sql_array([words], "jsonb"),
            )
        )
        self.assertEqual(self.env.cr.fetchone()[0], 'L\'"Atelier" \\ fils, 100 %')

    def test_a_company_that_begins_to_collect_is_known_at_once(self):
        main = self.env.company
        branch = self.env["res.company"].create({"name": "B", "parent_id": main.id})
        collecting = self.env["res.company"]._ar_collecting_map
        self.assertEqual(collecting()[branch.id], collecting()[main.id])
        branch.ar_collecting = True
        self.assertEqual(collecting()[branch.id], branch.id)
        branch.ar_collecting = False
        self.assertEqual(collecting()[branch.id], collecting()[main.id])
