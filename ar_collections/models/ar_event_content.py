from odoo import fields, models


class ArEventContent(models.Model):
    """Words of an event, apart from its sealed row.

    Deleting this row erases a person's data; the event keeps its hash, so the
    chain of seals still verifies.
    """

    _name = "ar.event.content"
    _description = "Words of a receivable event"
    _log_access = False
    _rec_name = "summary"

    event_id = fields.Many2one(
        "ar.event", required=True, readonly=True, ondelete="restrict"
    )
    salt = fields.Char(required=True, readonly=True)
    summary = fields.Text(readonly=True)
    body = fields.Text(readonly=True, help="HTML as it was at that time.")
    payload = fields.Json(readonly=True)
    actor = fields.Char(readonly=True, help="Who did it, when no colleague did.")

    _event_unique = models.Constraint(
        "UNIQUE(event_id)", "An event has one content only."
    )

    def _ar_words(self):
        """What the digest of the event covers, JSON-able."""
        self.ensure_one()
        words = {
            "summary": self.summary or "",
            "body": self.body or "",
            "payload": self.payload or {},
        }
        if self.actor:
            words["actor"] = self.actor
        return words
