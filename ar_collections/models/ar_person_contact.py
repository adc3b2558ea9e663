from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine.personal import ERASED

#: What a contact says of himself.
CONTACT_FIELDS = (
    "email",
    "phone",
    "function",
    "street",
    "street2",
    "zip",
    "city",
    "comment",
    "website",
    "ref",
    "vat",
    "image_1920",
    "user_id",
)


class ArPersonContact(models.AbstractModel):
    """Contact persons of customers as records of the address book."""

    _inherit = "ar.person"

    @api.model
    def _ar_idle_contacts(self, company, before):
        """Persons at customers of this company with whom nothing happens any more.

        :param before: nothing has happened since this day
        """
        accounts = (
            self.env["ar.debtor"].sudo().search([("company_id", "=", company.id)])
        )
        partners = (
            self.env["res.partner"]
            .sudo()
            .search(
                [
                    ("parent_id", "!=", False),
                    ("commercial_partner_id", "in", accounts.partner_id.ids),
                    ("is_company", "=", False),
                    ("company_id", "in", (False, company.id)),
                    ("user_ids", "=", False),
                    ("write_date", "<", before),
                    ("name", "not like", f"{ERASED}%"),
                ],
                order="id",
            )
        )
        return partners - self._ar_busy_contacts(partners, before)

    @api.model
    def _ar_busy_contacts(self, partners, before):
        """Those who wrote, were written to, stand on a document or have a role."""
        if not partners:
            return partners
        self.env.flush_all()
        roles = SQL(" UNION ALL ").join(
            SQL("SELECT %s FROM ar_debtor", SQL.identifier(role))
            for role in self._ar_sources()["ar.debtor"].partners
        )
        self.env.cr.execute(
            SQL(
                """
            SELECT p.id FROM res_partner p WHERE p.id = ANY(%(ids)s) AND (
                EXISTS (SELECT 1 FROM mail_message m
                         WHERE m.author_id = p.id AND m.date >= %(before)s)
                OR EXISTS (SELECT 1 FROM ar_reminder r
                            WHERE r.recipient_id = p.id
                              AND COALESCE(r.sent_at, r.create_date) >= %(before)s)
                OR EXISTS (SELECT 1 FROM account_move m
                            WHERE m.partner_id = p.id OR m.partner_shipping_id = p.id)
                OR p.id IN (%(roles)s))""",
                ids=partners.ids,
                before=before,
                roles=SQL(
                    "SELECT x.id FROM (%s) AS x(id) WHERE x.id IS NOT NULL", roles
                ),
            )
        )
        return partners.browse([row[0] for row in self.env.cr.fetchall()])

    @api.model
    def _ar_held_contacts(self, partners):
        """``{id: Keep}`` of contacts that an account of their customer needs.

        In any company: a contact is one for all. It is of the day when it was last
        changed, since nothing happened with it later.
        """
        accounts = self.env["ar.debtor"].sudo()
        accounts = accounts.search(
            [("partner_id", "in", partners.commercial_partner_id.ids)]
        ).grouped("partner_id")
        things = {
            (partner.id, debtor.id): (debtor, [], partner.write_date.date())
            for partner in partners
            for debtor in accounts.get(partner.commercial_partner_id, ())
        }
        kept = self.env["ar.privacy"]._ar_kept(things)
        return {partner_id: keep for (partner_id, _debtor_id), keep in kept.items()}

    @api.model
    def _ar_on_documents(self, partner):
        """Whether invoices or entries name this contact."""
        moves = self.env["account.move"].sudo()
        return bool(
            moves.search_count(
                Domain("partner_id", "=", partner.id)
                | Domain("partner_shipping_id", "=", partner.id)
                | Domain("commercial_partner_id", "=", partner.id),
                limit=1,
            )
        )

    @api.model
    def _ar_erase_contact(self, partner):
        """Empty a contact and archive it; what refers to it keeps its number."""
        partner = partner.sudo().with_context(tracking_disable=True)
        names = [name for name in CONTACT_FIELDS if name in partner._fields]
        self._ar_blank_messages(partner.message_ids)
        partner.write(
            {
                **{name: False for name in names},
                "name": f"{ERASED} {partner.id}",
                "active": False,
            }
        )
