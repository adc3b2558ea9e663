from odoo import fields, models

#: First digits of the SIREN of French public bodies.
PUBLIC_SIREN = ("1", "2")


class ResPartnerClaims(models.Model):
    """Which law of late payment binds this customer."""

    _inherit = "res.partner"

    ar_claims_regime = fields.Selection(
        [
            ("private", "Business"),
            ("public", "Public buyer"),
            ("consumer", "Consumer"),
        ],
        "Late payment",
        help="Which law of late payment binds this customer. Empty: public sector by "
        "tag or French SIREN, consumer when it is a person without any registration, "
        "business otherwise.",
    )

    def _ar_regime(self):
        """The regime of this customer: ``private``, ``public`` or ``consumer``."""
        self.ensure_one()
        partner = self.sudo().commercial_partner_id
        if partner.ar_claims_regime:
            return partner.ar_claims_regime
        tag = self.env.ref(
            "ar_collections.ar_partner_category_public", raise_if_not_found=False
        )
        registry = (partner.company_registry or "").strip()
        french = partner.country_id.code == "FR"
        if (tag and tag in partner.category_id) or (
            french and registry.startswith(PUBLIC_SIREN)
        ):
            return "public"
        professional = partner.is_company or registry or partner.vat
        return "private" if professional else "consumer"
