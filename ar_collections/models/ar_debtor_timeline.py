from odoo import fields, models


class ArDebtorTimeline(models.Model):
    """Everything that happened with this customer, on one timeline."""

    _inherit = "ar.debtor"

    timeline = fields.Json(
        "What happened", compute="_compute_timeline", export_string_translation=False
    )

    def _compute_timeline(self):
        for debtor in self:
            debtor.timeline = bool(debtor.ids) and debtor.ar_timeline_page()

    def ar_timeline_page(self, family=False, offset=0):
        """A page of the timeline, as ``ar.event.link._ar_page`` tells it.

        :param family: one family of facts only
        :param int offset: how many lines are shown already
        """
        self.ensure_one()
        self.check_access("read")
        return self.env["ar.event.link"]._ar_page(
            [("debtor_id", "in", self.ids)], family, offset
        )
