from odoo import models


class ArEventPrescription(models.Model):
    """Facts that start the time limit of a debt again."""

    _inherit = "ar.event"

    def _ar_kinds(self):
        return {
            **super()._ar_kinds(),
            "acknowledgement": self.env._("Time limit interrupted"),
        }

    def _ar_say_acknowledgement(self, payload):
        field = self.env["ar.acknowledgement"]._fields["interrupts"]
        what = dict(field._description_selection(self.env)).get(
            payload.get("interrupts")
        )
        return what and f"{what}: {payload.get('note') or ''}"
