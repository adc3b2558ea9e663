from odoo import api, fields, models


class ArEventLink(models.Model):
    """Where an event shows: one row for the account, one for each invoice.

    Ordinary foreign keys, so a merge of contacts or of accounts takes the
    timeline along while the sealed event stays as it was.
    """

    _name = "ar.event.link"
    _description = "Timeline entry"
    _log_access = False
    _order = "event_date desc, id desc"

    event_id = fields.Many2one(
        "ar.event", required=True, readonly=True, ondelete="restrict", index=True
    )
    event_date = fields.Datetime("Date", required=True, readonly=True)
    kind = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    debtor_id = fields.Many2one("ar.debtor", readonly=True, ondelete="cascade")
    move_id = fields.Many2one("account.move", readonly=True, ondelete="cascade")

    kind_label = fields.Char("What", related="event_id.kind_label")
    summary = fields.Char(related="event_id.summary")
    body = fields.Html(related="event_id.body")
    actor = fields.Char("By", related="event_id.actor")

    _debtor_date = models.Index(
        "(debtor_id, event_date DESC) WHERE debtor_id IS NOT NULL"
    )
    _move_date = models.Index("(move_id, event_date DESC) WHERE move_id IS NOT NULL")

    @api.model
    def _ar_link(self, recorded):
        """Link new events: ``[(event, vals)]`` with ``debtor_id``, ``move_ids``."""
        rows = []
        for event, vals in recorded:
            row = {
                "event_id": event.id,
                "event_date": event.event_date,
                "kind": event.kind,
                "company_id": event.company_id.id,
            }
            if vals.get("debtor_id"):
                rows.append({**row, "debtor_id": vals["debtor_id"]})
            moves = vals.get("move_ids") or [vals.get("move_id")]
            rows += [{**row, "move_id": move} for move in moves if move]
        if rows:
            self.sudo().create(rows)
