from odoo import api, models
from odoo.tools import SQL


class ArDebtor(models.Model):
    _inherit = "ar.debtor"

    @api.model
    def _ar_extra_blockers(self, debtor_ids, as_of):
        """Invoices that the buyer is processing: held, with an end."""
        blockers = super()._ar_extra_blockers(debtor_ids, as_of)
        if not debtor_ids:
            return blockers
        self.env["ar.platform.invoice"].flush_model()
        self.env.cr.execute(
            SQL(
                """
            SELECT DISTINCT i.debtor_id, l.move_id, l.pause_until, i.buyer_status
              FROM ar_platform_invoice l
              JOIN ar_item i ON i.move_id = l.move_id
             WHERE i.debtor_id = ANY(%(debtors)s)
               AND l.pause_until > %(as_of)s
               AND l.pause_since <= %(as_of)s
             ORDER BY i.debtor_id, l.move_id""",
                debtors=list(debtor_ids),
                as_of=as_of,
            )
        )
        for debtor_id, move_id, until, status in self.env.cr.fetchall():
            blockers.setdefault(debtor_id, []).append(
                {
                    "code": "platform_pause",
                    "params": {
                        "status": status or "",
                        "date": {"date": until.isoformat()},
                    },
                    "until": until,
                    "move_id": move_id,
                }
            )
        return blockers
