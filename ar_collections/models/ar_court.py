from odoo import api, fields, models

from ..engine.court import Court

COURT_KINDS = [
    ("commercial", "Commercial court"),
    ("economic", "Economic activity court"),
    ("mixed", "Mixed commercial court"),
    ("chamber", "Commercial chamber of the judicial court"),
    ("judicial", "Judicial court"),
]


class ArCourt(models.Model):
    """A French court of first instance, by department.

    Which towns belong to it is not known here: the table proposes, people check.
    """

    _name = "ar.court"
    _description = "Court"
    _order = "department, kind, name"

    name = fields.Char(required=True)
    department = fields.Char(
        required=True, index=True, help="Number of the French department: 69, 2A, 974."
    )
    kind = fields.Selection(COURT_KINDS, required=True, default="commercial")
    seat = fields.Char(required=True, help="Town where the court sits.")
    source = fields.Char(required=True, help="Where it is published.")
    source_date = fields.Date("Checked on", help="When the source was last read.")
    active = fields.Boolean(default=True)

    _place_unique = models.Constraint(
        "UNIQUE(department, kind, seat)", "This court is in the table already."
    )

    @api.model
    def _load_records(self, data_list, update=False):
        # What people corrected is not put back by an upgrade.
        data_list = [{**data, "noupdate": True} for data in data_list]
        return super()._load_records(data_list, update)

    @api.model
    def _ar_table(self):
        """The courts for the engine."""
        return [
            Court(court.id, court.department, court.kind, court.seat)
            for court in self.sudo().search([])
        ]
