from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.colleague_forms import address_of, is_allowed, one_line

#: Links to a dispute are short-lived: a fresh one is one click away.
DISPUTE_DAYS = 30
KEEP_DAYS = 365


class ArColleagueLink(models.Model):
    """A way in for a colleague who has no log-in, or no right in receivables.

    ``dispute`` opens one dispute for one person; ``company`` opens the form with
    which anybody of the company asks for a recovery, and shows nothing else.
    """

    _name = "ar.colleague.link"
    _inherit = ["ar.link.mixin"]
    _description = "Link for a colleague"
    _order = "id desc"
    _rec_name = "email"

    scope = fields.Selection(
        [("dispute", "One dispute"), ("company", "Requests of the company")],
        required=True,
        readonly=True,
    )
    dispute_id = fields.Many2one(
        "ar.dispute", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    person = fields.Char("Made for", readonly=True)
    user_id = fields.Many2one(
        "res.users", "Colleague", readonly=True, ondelete="cascade"
    )
    lang = fields.Char("Language", readonly=True)
    words = fields.Text("Message to the colleague", readonly=True)
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "ar_colleague_link_attachment_rel",
        "link_id",
        "attachment_id",
        string="Files shown",
        readonly=True,
    )
    with_invoice = fields.Boolean("Shows the invoice", readonly=True)
    advice_ids = fields.One2many("ar.dispute.advice", "link_id", readonly=True)

    _token_unique = models.Constraint("UNIQUE(token_hash)", "This link exists already.")
    _scope_dispute = models.Constraint(
        "CHECK((scope = 'dispute') = (dispute_id IS NOT NULL))",
        "A link to a dispute names it.",
    )

    def _ar_usable(self):
        return super()._ar_usable() and self._ar_offered()

    def _ar_offered(self):
        """Whether the company offers such links, and the colleague is still one."""
        company = self.company_id
        if self.scope == "company":
            return company.ar_portal_company_link
        still_here = not self.user_id or self.user_id.active
        return company.ar_portal_dispute_links and still_here

    @api.model
    def _ar_new(self, vals, days):
        """Make a link; its address cannot be read again later.

        :param dict vals: ``company_id``, ``scope`` and what the scope needs
        :return: ``(link, address)``
        """
        link, token = self._ar_make(vals, days)
        return link, f"{link.get_base_url()}/ar/c/{token}"

    # One dispute, one colleague.

    @api.model
    def _ar_ask(self, dispute, who, words="", attachments=None, invoice=False):
        """Mail one colleague a link with which he answers this dispute.

        :param dict who: ``user`` (``res.users``), or ``email`` with ``name``
        :param str words: of the collector, shown on the page
        :param attachments: ``ir.attachment`` that the page may hand out
        :param bool invoice: whether it may hand out the invoice
        :return: the link
        :raise UserError: for an address that the company does not allow
        """
        dispute = dispute.sudo()
        company = dispute.company_id
        if not company.ar_portal_dispute_links:
            raise UserError(
                self.env._("Answers by link are switched off in the settings.")
            )
        user = who.get("user") or self.env["res.users"]
        email = self._ar_address(company, user, who.get("email"))
        link, url = self._ar_new(
            {
                "scope": "dispute",
                "company_id": company.id,
                "dispute_id": dispute.id,
                "email": email,
                "user_id": user.id,
                "person": user.name or one_line(who.get("name"), 80) or email,
                "lang": user.lang or company._ar_lang(),
                "words": words,
                "attachment_ids": attachments.ids if attachments else [],
                "with_invoice": invoice,
            },
            DISPUTE_DAYS,
        )
        link._ar_mail("ar_portal.mail_template_dispute_link", ar_portal_url=url)
        dispute._ar_event("dispute_asked", to=email, person=link.person)
        return link

    @api.model
    def _ar_address(self, company, user, email):
        """The one plain address a link may be sent to.

        :raise UserError: when it is no address, or none of the company's
        """
        email = address_of(user.email if user else email)
        if not email:
            raise UserError(self.env._("This colleague has no e-mail address."))
        if not user and not is_allowed(email, company.ar_portal_colleague_domains):
            raise UserError(
                self.env._(
                    "%(email)s is not of a domain that the settings allow for "
                    "colleagues without a log-in.",
                    email=email,
                )
            )
        return email

    @api.model
    def _ar_send_again(self, token):
        """Mail a fresh link to the address of an expired one, telling nobody."""
        link = self._ar_lookup(token)
        if (
            not link
            or link.revoked
            or link.scope != "dispute"
            or link.dispute_id.state != "open"
            or not link._ar_offered()
        ):
            return
        link._ar_renew()

    def _ar_renew(self, template="ar_portal.mail_template_dispute_link", **context):
        """A fresh link that shows what this one showed; this one is closed."""
        self.ensure_one()
        fresh, url = self._ar_new(
            {
                "scope": self.scope,
                "company_id": self.company_id.id,
                "dispute_id": self.dispute_id.id,
                "email": self.email,
                "user_id": self.user_id.id,
                "person": self.person,
                "lang": self.lang,
                "words": self.words,
                "attachment_ids": self.attachment_ids.ids,
                "with_invoice": self.with_invoice,
            },
            DISPUTE_DAYS,
        )
        self.advice_ids.link_id = fresh
        self.revoked = True
        fresh._ar_mail(template, ar_portal_url=url, **context)
        return fresh

    def action_ar_revoke(self):
        """Close these pages at once."""
        self.check_access("write")
        links = self.sudo().filtered(lambda link: not link.revoked)
        links.write({"revoked": True, "revoked_by_id": self.env.uid})
        return True

    @api.autovacuum
    def _gc_ar_links(self):
        limit = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        old = [("expires_at", "<", limit), ("advice_ids", "=", False)]
        self.sudo().search(old, limit=5000).unlink()
