from odoo import fields, models
from odoo.tools import SQL, format_date

#: Numbers that a warning names before it only counts.
NAMED = 5


class ArDebtorPrescription(models.Model):
    """The next debt of an account that cannot be claimed any more."""

    _inherit = "ar.debtor"

    prescription_date = fields.Date(
        "Next prescription",
        readonly=True,
        help="First day on which an open item of this account runs out of time.",
    )

    def _ar_first_prescription(self):
        """Keep the first day of each account's open items."""
        self.env["ar.item"].flush_model()
        self.env.cr.execute(
            SQL(
                "SELECT debtor_id, min(prescription_date) FROM ar_item"
                " WHERE is_open AND NOT is_credit AND scope_code IS NULL"
                " AND debtor_id = ANY(%s) GROUP BY debtor_id",
                self.ids,
            )
        )
        first = dict(self.env.cr.fetchall())
        self._ar_bulk_update(
            [(debtor_id, first.get(debtor_id)) for debtor_id in self.ids],
            {"prescription_date": "date"},
        )

    def _ar_tell_prescription(self, months, items):
        """Tell the collector that these items run out of time.

        :param int months: 12, 6 or 3; 0 when it is too late
        """
        self.ensure_one()
        say = self.with_context(lang=self.company_id._ar_lang())
        numbers = ", ".join(item.move_id.name or "/" for item in items[:NAMED])
        if len(items) > NAMED:
            numbers += f" + {len(items) - NAMED}"
        first = min(item.prescription_date for item in items)
        if months:
            summary = say.env._(
                "Prescription in less than %(months)d months (%(day)s): %(numbers)s",
                months=months,
                day=format_date(say.env, first),
                numbers=numbers,
            )
        else:
            summary = say.env._(
                "Prescribed since %(day)s: %(numbers)s",
                day=format_date(say.env, first),
                numbers=numbers,
            )
        self._ar_alert("prescription", summary)
