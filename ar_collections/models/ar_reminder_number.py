from odoo import api, models
from odoo.tools import SQL

CODE = "ar.reminder"


class ArReminderNumber(models.Model):
    """References of reminders, drawn in one query for a whole night's plan."""

    _inherit = "ar.reminder"

    @api.model_create_multi
    def create(self, vals_list):
        unnamed = [vals for vals in vals_list if vals.get("name", "/") == "/"]
        numbers = self._ar_numbers(len(unnamed)) if unnamed else []
        for vals, number in zip(unnamed, numbers, strict=True):
            vals["name"] = number
        return super().create(vals_list)

    @api.model
    def _ar_numbers(self, count):
        """The next references, in order.

        A sequence without gaps, or with numbers of its own per period, draws them
        one by one, as ``ir.sequence`` would.
        """
        Sequence = self.env["ir.sequence"]
        domain = [("code", "=", CODE)]
        domain += [("company_id", "in", [self.env.company.id, False])]
        sequence = Sequence.search(domain, order="company_id", limit=1)
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [Sequence.next_by_code(CODE) or "/" for _number in range(count)]
        self.env.cr.execute(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{sequence.id:03d}",
                count,
            )
        )
        numbers = [row[0] for row in self.env.cr.fetchall()]
        prefix, suffix = sequence._get_prefix_suffix()
        return [f"{prefix}{n:0{sequence.padding}d}{suffix}" for n in numbers]
