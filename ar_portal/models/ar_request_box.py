from odoo import api, fields, models
from odoo.tools import email_split

from odoo.addons.ar_collections.engine.inbound import is_auto_reply
from odoo.addons.mail.tools.alias_error import AliasError

from ..engine.colleague_forms import address_of, is_allowed


class ArRequestBox(models.Model):
    """An e-mail address to which colleagues write to ask for a recovery."""

    _name = "ar.request.box"
    _inherit = ["mail.thread", "mail.alias.mixin.optional"]
    _description = "Mailbox of requests"
    _order = "company_id, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
        index=True,
    )
    senders = fields.Selection(
        [
            ("users", "Our users"),
            ("domains", "Our users and the domains of colleagues"),
            ("followers", "Followers of this mailbox"),
        ],
        "Accepts mails of",
        required=True,
        default="users",
        help="Whoever else writes is refused, and told so by mail.",
    )

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("ar.request.mail")
        if self.id:
            values |= {
                "alias_parent_model_id": self.env["ir.model"]._get_id(self._name),
                "alias_parent_thread_id": self.id,
                "alias_contact": self._ar_contact(),
                "alias_defaults": {"box_id": self.id},
            }
        return values

    def _ar_contact(self):
        """Odoo's own policy; that of the colleagues is added to it."""
        return "followers" if self.senders == "followers" else "everyone"

    def write(self, vals):
        result = super().write(vals)
        if "senders" in vals:
            for box in self.filtered("alias_id"):
                box.alias_id.sudo().alias_contact = box._ar_contact()
        return result

    def _alias_get_error(self, message, message_dict, alias):
        """Colleagues only.

        A machine's answer passes here and is dropped later: to refuse it by mail
        would be the next turn of a loop.
        """
        if is_auto_reply(message):
            return False
        error = super()._alias_get_error(message, message_dict, alias)
        if error or self.senders == "followers":
            return error
        if not self.active:
            return AliasError("error_ar_closed", self.env._("no longer in use"))
        box, email = self.sudo(), sender_of(message_dict)
        domains = box.company_id.ar_portal_colleague_domains
        if self._ar_user_of(email):
            return False
        if box.senders == "domains" and is_allowed(email, domains):
            return False
        return AliasError("error_ar_colleagues", self.env._("restricted to colleagues"))

    @api.model
    def _ar_users(self, email):
        """Internal users with this address."""
        return (
            self.env["res.users"]
            .sudo()
            .search([("email_normalized", "=", email), ("share", "=", False)])
        )

    def _ar_user_of(self, email):
        """The internal user of this mailbox's company with this address, or none."""
        self.ensure_one()
        company = self.sudo().company_id
        users = self._ar_users(email) if email else self.env["res.users"]
        return users.filtered(lambda user: company in user.company_ids)[:1]


def sender_of(message_dict):
    """The plain address of the one sender, or ""."""
    found = email_split(message_dict.get("email_from") or "")
    return address_of(found[0]) if len(found) == 1 else ""
