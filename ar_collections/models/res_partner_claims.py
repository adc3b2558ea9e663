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

    def _ar_regimes(self):
        """``{id: regime}``: ``private``, ``public`` or ``consumer``."""
        tag = self.env.ref(
            "ar_collections.ar_partner_category_public", raise_if_not_found=False
        )
        public_ids = set()
        if tag:
            tagged = self.sudo().commercial_partner_id.filtered_domain(
                [("category_id", "in", tag.ids)]
            )
            public_ids = set(tagged.ids)
        return {
            partner.id: partner.commercial_partner_id._ar_own_regime(public_ids)
            for partner in self.sudo()
        }

    def _ar_own_regime(self, public_ids):
        if self.ar_claims_regime:
            return self.ar_claims_regime
        registry = (self.company_registry or "").strip()
        french = self.country_id.code == "FR"
        if self.id in public_ids or (french and registry.startswith(PUBLIC_SIREN)):
            return "public"
        professional = self.is_company or registry or self.vat
        return "private" if professional else "consumer"

    def _ar_regime(self):
        """The regime of this customer."""
        self.ensure_one()
        return self._ar_regimes()[self.id]
