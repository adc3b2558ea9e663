from odoo import api, models

from odoo.addons.ar_collections.engine.personal import Source

#: What the platforms tell of the people at the buyer.
SOURCES = {
    "ar.platform.event": Source(
        emails=("author_email",),
        texts=("author", "comment"),
        blank=("author", "author_email", "author_phone", "comment", "payload"),
        shown=("event_date", "code", "author", "author_email", "comment", "payload"),
        moves="link_id.move_id",
        date="event_date",
        company="link_id.company_id",
    ),
    "ar.platform.invoice": Source(
        texts=("status_author", "waiting_author", "comment"),
        blank=("status_author", "waiting_author", "comment"),
        shown=("number", "status_author", "waiting_author", "comment"),
        moves="move_id",
    ),
}


class ArPerson(models.AbstractModel):
    _inherit = "ar.person"

    @api.model
    def _ar_sources(self):
        return {**super()._ar_sources(), **SOURCES}
