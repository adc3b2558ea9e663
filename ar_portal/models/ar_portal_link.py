from datetime import timedelta

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import mute_logger

#: More recent links of one recipient than this make the older ones expire, so a
#: page is not left open behind every mail ever sent.
LIVE_LINKS = 12
#: Another visit was faster: the database's words, and those of the hub.
BEATEN = (UniqueViolation, SerializationFailure, ConcurrencyError)
#: Expired links are kept this long, for the page that sends a fresh one.
KEEP_DAYS = 365


class ArPortalLink(models.Model):
    """A way into one customer's page, made for one recipient."""

    _name = "ar.portal.link"
    _inherit = ["ar.link.mixin"]
    _description = "Link to a customer's page"
    _order = "id desc"
    _rec_name = "email"

    debtor_id = fields.Many2one(
        "ar.debtor",
        "Account",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Made for",
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    scope = fields.Selection(
        [
            ("account", "Whole account"),
            ("invoice", "One invoice"),
            ("case", "One recovery case"),
        ],
        required=True,
        readonly=True,
        default="account",
    )
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    case_id = fields.Many2one(
        "ar.case",
        "Recovery case",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )

    _token_unique = models.Constraint("UNIQUE(token_hash)", "This link exists already.")
    _recipient = models.Index("(debtor_id, partner_id, id DESC)")
    _scope_move = models.Constraint(
        "CHECK((scope = 'invoice') = (move_id IS NOT NULL))",
        "A link to one invoice names it.",
    )
    _scope_case = models.Constraint(
        "CHECK((scope = 'case') = (case_id IS NOT NULL))",
        "A link to one recovery case names it.",
    )

    @api.model
    def _ar_issue(self, debtor, recipient, move=None, email=None, case=None):
        """Make a link and return its address, which cannot be read again later.

        :param debtor: ``ar.debtor`` whose page it opens
        :param recipient: ``res.partner`` it is made for
        :param move: an invoice, to open that one only
        :param email: address it is sent to; the recipient's by default
        :param case: a recovery case, to open what it covers only
        """
        company = debtor.company_id.sudo()
        scope = "case" if case else "invoice" if move else "account"
        _link, token = self._ar_make(
            {
                "debtor_id": debtor.id,
                "company_id": company.id,
                "partner_id": recipient.id,
                "email": email or recipient.email,
                "scope": scope,
                "move_id": move.id if move else False,
                "case_id": case.id if case else False,
            },
            company.ar_portal_link_days,
        )
        return f"{debtor.get_base_url()}/ar/a/{token}"

    def _ar_usable(self):
        """Whether this link opens its page now."""
        self.ensure_one()
        return (
            super()._ar_usable()
            and self.debtor_id.active
            and self.debtor_id._ar_portal_open()
            and (self.scope != "case" or self.case_id._ar_portal_shown(self.debtor_id))
            and not self._ar_superseded()
        )

    def _ar_shown_moves(self):
        """Invoices that this link is limited to; none stands for the whole account."""
        self.ensure_one()
        return self.case_id._ar_portal_moves() if self.case_id else self.move_id

    def _ar_superseded(self):
        """Whether the recipient got ``LIVE_LINKS`` newer links to the same page."""
        newer = self.sudo().search_count(
            [
                ("debtor_id", "=", self.debtor_id.id),
                ("partner_id", "=", self.partner_id.id),
                ("move_id", "=", self.move_id.id),
                ("case_id", "=", self.case_id.id),
                ("id", ">", self.id),
            ],
            limit=LIVE_LINKS,
        )
        return newer >= LIVE_LINKS

    def _ar_opened(self):
        """Remember that the page was opened; nothing else follows from it.

        Mail scanners open links too. So this is one fact per link and hour, and a
        count. Of two visits at the very same moment, one waits for the other to end
        and may then go uncounted: nobody gets an error page for a statistic.
        """
        self.ensure_one()
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self._ar_note_opening()
        except BEATEN:
            self.invalidate_recordset(["last_used", "use_count"])

    def _ar_note_opening(self):
        now = fields.Datetime.now()
        self.env["ar.event"].sudo()._ar_record(
            [
                {
                    "kind": "link_opened",
                    "company_id": self.company_id.id,
                    "debtor_id": self.debtor_id.id,
                    "partner_id": self.partner_id.id,
                    "actor": self.email or self.partner_id.display_name,
                    "summary": self.env._(
                        "The page was opened from the link sent to %(email)s.",
                        email=self.email or self.partner_id.display_name,
                    ),
                    "source": "portal",
                    "source_key": f"open:{self.id}:{now:%Y%m%d%H}",
                    "res_model": self._name,
                    "res_id": self.id,
                }
            ]
        )
        self._ar_count_visit()

    @api.model
    def _ar_send_again(self, token):
        """Mail a fresh link to the address the old one was made for.

        Nothing happens, and nothing is told, for a token that is unknown or whose
        link a person revoked.
        """
        link = self._ar_lookup(token)
        if (
            not link
            or link.revoked
            or not link.email
            or not link.debtor_id.active
            or not link.debtor_id._ar_portal_open()
        ):
            return
        url = self._ar_issue(
            link.debtor_id,
            link.partner_id,
            move=link.move_id,
            email=link.email,
            case=link.case_id,
        )
        link._ar_mail("ar_portal.mail_template_fresh_link", ar_portal_url=url)

    def action_ar_revoke(self):
        """Close these pages at once."""
        self.check_access("write")
        links = self.sudo().filtered(lambda link: not link.revoked)
        links.write({"revoked": True, "revoked_by_id": self.env.uid})
        self.env["ar.event"].sudo()._ar_record(
            [
                {
                    "kind": "link_revoked",
                    "company_id": link.company_id.id,
                    "debtor_id": link.debtor_id.id,
                    "partner_id": link.partner_id.id,
                    "actor": self.env.user.display_name,
                    "summary": self.env._(
                        "The link sent to %(email)s was revoked.",
                        email=link.email or link.partner_id.display_name,
                    ),
                    "res_model": link._name,
                    "res_id": link.id,
                }
                for link in links
            ]
        )
        return True

    @api.autovacuum
    def _gc_ar_links(self):
        limit = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        self.sudo().search([("expires_at", "<", limit)], limit=5000).unlink()
