from odoo import api, models
from odoo.tools import SQL

from ..engine.evidence_verifier import ERASED_KIND


class ArEventSealErasure(models.Model):
    """Words may be missing only where a fact tells that they were erased."""

    _inherit = "ar.event.seal"

    @api.model
    def _ar_verify_contents(self, company):
        faults = super()._ar_verify_contents(company)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
            SELECT e.id FROM ar_event e
              LEFT JOIN ar_event_content c ON c.event_id = e.id
             WHERE c.id IS NULL AND e.company_id = %(company)s AND NOT EXISTS (
                   SELECT 1 FROM ar_event_erasure x
                     JOIN ar_event t ON t.id = x.told_by_id
                      AND t.kind = %(kind)s AND t.company_id = e.company_id
                     JOIN ar_event_content tc ON tc.event_id = t.id
                    WHERE x.event_id = e.id
                      AND tc.payload->'events' @> to_jsonb(e.id))
             ORDER BY e.id""",
                company=company.id,
                kind=ERASED_KIND,
            )
        )
        return faults + [
            self.env._(
                "The words of event %(id)s are missing, and no fact tells that they"
                " were erased.",
                id=event_id,
            )
            for (event_id,) in self.env.cr.fetchall()
        ]
