from odoo import models
from odoo.tools import format_amount

from ..engine.court import Way


class ArCaseNoticeWarnings(models.Model):
    """What somebody who is about to claim should know first."""

    _inherit = "ar.case"

    def _ar_notice_warnings(self):
        """Lines of text, in the language of the reader."""
        self.ensure_one()
        return [
            *self._ar_warn_parties(),
            *self._ar_warn_claim(),
            *self._ar_warn_way(),
        ]

    def _ar_warn_parties(self):
        """The law wants to know who writes, and to whom."""
        _, told = self.env._, []
        company = self.company_id.sudo().partner_id
        for partner in (company, self.partner_id):
            missing = []
            if not partner.city or not partner.zip:
                missing.append(_("address"))
            if partner.is_company and not partner.company_registry:
                missing.append(_("registration number"))
            if missing:
                told.append(
                    _(
                        "%(name)s lacks: %(what)s.",
                        name=partner.display_name,
                        what=", ".join(missing),
                    )
                )
        return told

    def _ar_warn_claim(self):
        """What may be held against the claim."""
        _, told = self.env._, []
        case = self.sudo()
        for item in case.line_ids.item_id.filtered("disputed"):
            told.append(
                _(
                    "%(amount)s of %(number)s is contested and left out.",
                    amount=format_amount(self.env, item.disputed, item.currency_id),
                    number=item.move_id.name,
                )
            )
        credits = case.debtor_id.open_item_ids.filtered("is_credit")
        if credits:
            told.append(
                _(
                    "Credits of this customer are not matched yet: %(amount)s. The"
                    " claim does not deduct them.",
                    amount=format_amount(
                        self.env,
                        -sum(credits.mapped("company_residual")),
                        case.currency_id,
                    ),
                )
            )
        problem = case.company_id._ar_claims_warning()
        return [*told, *filter(None, [problem])]

    def _ar_warn_way(self):
        """Whether a French court can order this debtor to pay."""
        _ = self.env._
        country = self.partner_id.country_id
        if self.legal_way == Way.PUBLIC.value:
            return [
                _(
                    "A public body cannot be ordered to pay by this procedure: the"
                    " administrative judge is asked for a provision (Code de justice"
                    " administrative, art. R541-1)."
                )
            ]
        if self.legal_way == Way.EUROPEAN.value:
            return [
                _(
                    "The customer is in %(country)s: the European order for payment"
                    " (regulation (EC) 1896/2006, form A) takes the place of the"
                    " French one. It is asked for at the court of his country, unless"
                    " your terms of sale name another one.",
                    country=country.name,
                )
            ]
        if self.legal_way == Way.ABROAD.value:
            return [
                _(
                    "The customer is in %(country)s, where neither the French nor the"
                    " European order for payment can be had: a lawyer there is asked.",
                    country=country.name,
                )
            ]
        return []
