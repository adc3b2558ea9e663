from odoo import api, fields, models
from odoo.tools import SQL


class ArStrategy(models.Model):
    _inherit = "ar.strategy"

    legal_clock = fields.Boolean(
        "Public buyers: count from the legal due date",
        help="Steps count from the end of the legal payment delay, as the buyer's "
        "platform lets it be computed, where that is later than the due date.",
    )


class ArPlatformLegal(models.Model):
    """The legal payment delay of public buyers, for the strategies that follow it."""

    _inherit = "ar.platform.invoice"

    legal_counts = fields.Boolean(
        "Chased from the legal due date", readonly=True, copy=False
    )

    @api.model
    def _follows_legal(self, debtor):
        """Whether the strategy of the account counts from the legal due date."""
        return bool(debtor.sudo().strategy_id.legal_clock)

    def _outcome_values(self, outcome, dispute, notice, known):
        values = super()._outcome_values(outcome, dispute, notice, known)
        return {**values, "legal_counts": self._follows_legal(known.debtor)}

    def _due_told(self, outcome, debtor):
        confirmed = super()._due_told(outcome, debtor)
        if confirmed is None and self._follows_legal(debtor):
            return outcome.clock.due
        return confirmed

    def _mark_legal(self, platform):
        """Have decided again what another strategy, or setting, counts otherwise."""
        self.flush_model()
        self.env["ar.debtor"].flush_model(["strategy_id"])
        self.env["ar.strategy"].flush_model(["legal_clock"])
        self.env.cr.execute(
            SQL(
                """
            SELECT DISTINCT l.id
              FROM ar_platform_invoice l
              JOIN ar_item i ON i.move_id = l.move_id AND i.is_open
              JOIN ar_debtor d ON d.id = i.debtor_id
              LEFT JOIN ar_strategy s ON s.id = d.strategy_id
             WHERE l.platform_id = %s AND l.legal_due IS NOT NULL
               AND COALESCE(l.legal_counts, FALSE)
                   <> COALESCE(s.legal_clock, FALSE)""",
                platform.id,
            )
        )
        self.browse([row[0] for row in self.env.cr.fetchall()]).stale = True


class ArPlatform(models.Model):
    _inherit = "ar.platform"

    def _apply_stale(self, keep):
        self.env["ar.platform.invoice"]._mark_legal(self)
        return super()._apply_stale(keep)
