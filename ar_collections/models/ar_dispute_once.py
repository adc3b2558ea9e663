from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo import api, fields, models


class ArDisputeOnce(models.Model):
    """The same fact, told twice, is one dispute."""

    _inherit = "ar.dispute"

    origin_ids = fields.One2many("ar.dispute.origin", "dispute_id", readonly=True)

    @api.model
    def _ar_known(self, company, vals):
        """The dispute that this fact has opened or joined, whatever became of it."""
        if not vals.get("source_key"):
            return self.browse()
        fact = [
            ("company_id", "=", company.id),
            ("source", "=", vals.get("source") or "person"),
            ("source_key", "=", vals["source_key"]),
        ]
        known = self.sudo().search(fact, limit=1)
        known = known or self.env["ar.dispute.origin"].sudo().search(fact).dispute_id
        return self.browse(known.id)

    def _ar_join(self, vals):
        """Remember that this fact is about this dispute, and what it says."""
        self.ensure_one()
        said = (vals.get("description") or "").strip()
        if said and said not in (self.description or ""):
            self.description = "\n".join(filter(None, [self.description, said]))
        if vals.get("source_key"):
            self.env["ar.dispute.origin"].sudo().create(
                {
                    "dispute_id": self.id,
                    "company_id": self.company_id.id,
                    "source": vals.get("source") or "person",
                    "source_key": vals["source_key"],
                }
            )

    @api.model
    def _ar_create_once(self, vals):
        """Create; when another transaction told the same fact, run ours again.

        Our snapshot does not show the other one's dispute: only a new transaction
        finds it, and Odoo starts one for a serialization failure.
        """
        try:
            with self.env.cr.savepoint():
                return self.create(vals)
        except UniqueViolation as error:
            raise SerializationFailure(str(error)) from error
