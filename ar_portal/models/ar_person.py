from odoo import api, models

from odoo.addons.ar_collections.engine.personal import Source

#: What the pages of customers and colleagues know of people.
SOURCES = {
    "ar.portal.link": Source(
        partners=("partner_id",),
        emails=("email",),
        shown=("email", "create_date", "last_used", "use_count"),
        account="debtor_id",
        drop=True,
    ),
    "ar.payment.proof": Source(
        partners=("partner_id",),
        emails=("sender",),
        texts=("message",),
        blank=("sender", "message", "network"),
        shown=("name", "sent_at", "sender", "message", "network"),
        account="debtor_id",
        moves="line_ids.move_id",
        files=("file_ids.attachment_id",),
        date="sent_at",
    ),
    "ar.colleague.link": Source(
        emails=("email",),
        texts=("person",),
        shown=("email", "person", "create_date", "last_used"),
        account="dispute_id.debtor_id",
        moves="dispute_id.move_id",
        drop=True,
    ),
    "ar.dispute.advice": Source(
        emails=("email",),
        texts=("person", "message"),
        blank=("email", "person", "message"),
        shown=("create_date", "person", "email", "message"),
        account="dispute_id.debtor_id",
        moves="dispute_id.move_id",
        company="dispute_id.company_id",
        date="sent_at",
    ),
    "ar.payment.request": Source(
        partners=("partner_id",),
        emails=("sender",),
        texts=("message",),
        blank=("sender", "message"),
        shown=("name", "create_date", "sender", "message"),
        account="debtor_id",
        moves="line_ids.move_id",
    ),
    # Not a request yet: whoever wrote it may still confirm it, within days.
    "ar.request.draft": Source(
        emails=("email",),
        shown=("create_date", "person", "email", "customer", "numbers", "reason"),
        drop=True,
    ),
    "ar.request.mail": Source(
        emails=("email_from",),
        blank=("email_from", "subject"),
        shown=("create_date", "email_from", "subject"),
    ),
}


class ArPerson(models.AbstractModel):
    _inherit = "ar.person"

    @api.model
    def _ar_sources(self):
        return {**super()._ar_sources(), **SOURCES}
