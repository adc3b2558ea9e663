from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_amount

from ..engine.statuses import Canonical

#: Rows of one section; the rest is counted.
MOST = 30
#: A first digest does not tell the whole past.
FIRST_DAYS = 1

AGAINST = (
    Canonical.REJECTED,
    Canonical.REFUSED,
    Canonical.SUSPENDED,
    Canonical.IN_DISPUTE,
    Canonical.PARTLY_APPROVED,
    Canonical.MISROUTED,
    Canonical.NOT_DELIVERED,
    Canonical.WITHDRAWN,
)
APPROVED = (Canonical.APPROVED, Canonical.WITH_ACCOUNTANT, Canonical.BOOKED)


class ResUsers(models.Model):
    _inherit = "res.users"

    ar_platform_digest = fields.Boolean(
        "Daily digest of the buyers' platforms", default=True
    )


class ArPlatformDigest(models.Model):
    """Each morning, to each collector: what the buyers said of his accounts."""

    _inherit = "ar.platform"

    digest_until = fields.Datetime("Digest sent up to", readonly=True, copy=False)

    @api.model
    def _cron_digest(self):
        """Send the digests of the day; one that fails stops no other."""
        self._each_alone(
            lambda platform: None if platform.held else platform._send_digest()
        )

    def _send_digest(self):
        """Tell each collector what moved since the last digest.

        :return: the ``mail.mail`` that leave
        """
        self.ensure_one()
        now = fields.Datetime.now()
        since = self.digest_until or now - timedelta(days=FIRST_DAYS)
        mails = self.env["mail.mail"]
        for user, links in self._digest_links(since, now).items():
            mails += self._digest_mail(user, links, since)
        self.digest_until = now
        return mails

    def _digest_links(self, since, until):
        """``{collector: invoices with facts heard in the period}``."""
        events = self.env["ar.platform.event"].search(
            [
                ("link_id.platform_id", "=", self.id),
                ("link_id.move_id", "!=", False),
                ("fetched_at", ">", since),
                ("fetched_at", "<=", until),
            ]
        )
        told = {}
        for link in events.link_id:
            user = link.move_id._ar_debtor().sudo().collector_id
            if user.active and user.email and user.ar_platform_digest:
                told[user] = told.get(user, link.browse()) | link
        return told

    def _digest_mail(self, user, links, since):
        say = self.with_context(lang=user.lang or self.env.lang)
        links = links.with_env(say.env)
        sections = say._digest_sections(links, since)
        body = say.env["ir.qweb"]._render(
            "ar_chorus_connector.digest_mail",
            {
                "sections": sections,
                "intro": say.env._(
                    "%(count)s of your invoices moved on %(platform)s.",
                    count=len(links),
                    platform=self.name,
                ),
            },
        )
        return (
            self.env["mail.mail"]
            .sudo()
            .create(
                {
                    "subject": say.env._(
                        "%(platform)s: %(count)s of your invoices moved",
                        platform=self.name,
                        count=len(links),
                    ),
                    "body_html": body,
                    "recipient_ids": [fields.Command.link(user.partner_id.id)],
                    "email_from": self.company_id.email_formatted or user.email,
                    "auto_delete": True,
                }
            )
        )

    def _digest_sections(self, links, since):
        """What is against us first, then money, then words, then the rest."""
        _ = self.env._
        left, sections = links, []
        for title, chosen in (
            (
                _("Contested, suspended or rejected"),
                lambda link: link.canonical in AGAINST,
            ),
            (
                _("Payment sent"),
                lambda link: link.canonical == Canonical.PAYMENT_SENT,
            ),
            (_("Approved"), lambda link: link.canonical in APPROVED),
            (
                _("The buyer wrote"),
                lambda link: any(
                    e.comment and e.fetched_at > since for e in link.event_ids
                ),
            ),
            (_("Other news"), lambda link: True),
        ):
            found = left.filtered(chosen)
            left -= found
            if found:
                sections.append(self._digest_section(title, found))
        return sections

    def _digest_section(self, title, links):
        more = len(links) - MOST
        return {
            "title": f"{title} ({len(links)})",
            "rows": [self._digest_row(link) for link in links[:MOST]],
            "more": self.env._("And %(count)s more.", count=more) if more > 0 else "",
        }

    def _digest_row(self, link):
        move = link.move_id
        story = link.story_text
        if link.comment:
            story = f"{story} “{link.comment[:200]}”"
        return {
            "number": move.name,
            "url": f"{self.get_base_url()}/odoo/ar.platform.invoice/{link.id}",
            "customer": move.commercial_partner_id.name,
            "amount": format_amount(self.env, move._ar_residual(), move.currency_id),
            "story": story,
        }
