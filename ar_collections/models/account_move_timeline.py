from odoo import fields, models


class AccountMoveTimeline(models.Model):
    """What happened about one invoice."""

    _inherit = "account.move"

    ar_timeline = fields.Json(
        "What happened",
        compute="_compute_ar_timeline",
        export_string_translation=False,
    )

    def _compute_ar_timeline(self):
        for move in self:
            move.ar_timeline = bool(move.ids) and move.ar_timeline_page()

    def ar_timeline_page(self, family=False, offset=0):
        """A page of the timeline, as ``ar.event.link._ar_page`` tells it.

        :param family: one family of facts only
        :param int offset: how many lines are shown already
        """
        self.ensure_one()
        self.check_access("read")
        Link = self.env["ar.event.link"]
        if not Link.has_access("read"):
            return False
        return Link._ar_page([("move_id", "in", self.ids)], family, offset)
