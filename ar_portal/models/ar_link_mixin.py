from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.tokens import looks_like_token, new_token, token_hash


class ArLinkMixin(models.AbstractModel):
    """A secret address that was told to one recipient.

    The token is told once, when the link is made; the database keeps its SHA-256.
    """

    _name = "ar.link.mixin"
    _description = "Link that opens a page without log-in"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    email = fields.Char("Sent to", readonly=True)
    token_hash = fields.Char(required=True, readonly=True, groups="base.group_system")
    expires_at = fields.Datetime("Expires on", required=True, readonly=True)
    revoked = fields.Boolean(readonly=True)
    revoked_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    last_used = fields.Datetime("Last opened", readonly=True)
    use_count = fields.Integer("Times opened", readonly=True)
    state = fields.Selection(
        [("active", "Open"), ("expired", "Expired"), ("revoked", "Revoked")],
        compute="_compute_state",
    )

    @api.depends("expires_at", "revoked")
    def _compute_state(self):
        now = fields.Datetime.now()
        for link in self:
            if link.revoked:
                link.state = "revoked"
            else:
                link.state = "active" if link.expires_at > now else "expired"

    @api.model
    def _ar_make(self, vals, days):
        """Make a link; only its hash is kept, so its token is told this once.

        :param dict vals: of the link
        :param int days: how long it opens its page
        :return: ``(link as superuser, token)``
        """
        token = new_token()
        link = self.sudo().create(
            {
                **vals,
                "token_hash": token_hash(token),
                "expires_at": fields.Datetime.now() + timedelta(days=days),
            }
        )
        return link, token

    def _ar_mail(self, xml_id, **context):
        """Send one of our mails to the address of this link, and to no other."""
        self.ensure_one()
        template = self.env.ref(xml_id).sudo()
        template.with_context(**context).send_mail(
            self.id, email_values={"recipient_ids": [], "email_to": self.email}
        )

    @api.model
    def _ar_find(self, token):
        """The usable link of a token, as superuser, or nothing.

        Unknown, expired and revoked give the same answer. The look-up is by hash,
        so its duration says nothing about the token.
        """
        link = self._ar_lookup(token)
        return link if link and link._ar_usable() else self.browse()

    @api.model
    def _ar_lookup(self, token):
        if not looks_like_token(token):
            return self.browse()
        return self.sudo().search([("token_hash", "=", token_hash(token))])

    def _ar_usable(self):
        """Whether this link opens its page now."""
        self.ensure_one()
        return self.state == "active"

    def _ar_count_visit(self):
        """Remember that the page was opened; a count nobody waits for."""
        self.ensure_one()
        table = SQL.identifier(self._table)
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET last_used = %s, use_count = coalesce(use_count, 0) + 1"
                " WHERE id = (SELECT id FROM %s WHERE id = %s FOR UPDATE SKIP LOCKED)",
                table,
                fields.Datetime.now(),
                table,
                self.id,
            )
        )
        self.invalidate_recordset(["last_used", "use_count"])
