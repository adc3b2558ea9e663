from odoo import fields, models

from ..engine.states import Verdict

STATUSES = [
    ("settled", "Settled"),
    ("credit", "Credit"),
    ("out", "Not chased"),
    ("disputed", "In dispute"),
    ("announced", "Payment announced"),
    ("held", "Held back"),
    ("overdue", "Overdue"),
    ("not_due", "Not due"),
]


class ArItemStatus(models.Model):
    """Where an item stands, in one word: what holds it back comes first."""

    _inherit = "ar.item"

    status = fields.Selection(STATUSES, compute="_compute_status")

    def _compute_status(self):
        for item in self:
            item.status = item._ar_status()

    def _ar_status(self):
        if not self.is_open:
            return "settled"
        if self.is_credit:
            return "credit"
        if self.scope_code:
            return "out"
        codes = {blocker["code"] for blocker in self.blockers or ()}
        if "disputed" in codes:
            return "disputed"
        if codes & {"announced", "announced_review"}:
            return "announced"
        late = self.days_overdue > 0
        if codes or (late and self.debtor_id.verdict == Verdict.HOLD.value):
            return "held"
        return "overdue" if late else "not_due"
