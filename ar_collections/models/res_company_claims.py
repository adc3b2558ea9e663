from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_repr

from .ar_interest_rate import DIGITS, decimal_rate


class ResCompanyClaims(models.Model):
    """What a company asks for beside the principal."""

    _inherit = "res.company"

    ar_interest = fields.Boolean(
        "Late interest",
        help="Computed on what is paid late; claimed only from the steps that say so.",
    )
    ar_interest_mode = fields.Selection(
        [
            ("legal", "The law's: ECB rate plus 10 points"),
            ("contract", "The rate of our terms of sale"),
        ],
        "Rate between businesses",
        default="legal",
        required=True,
    )
    ar_interest_contract = fields.Float(
        "Rate of our terms (% a year)",
        digits=DIGITS,
        help="As printed on the invoices; at least three times the legal rate.",
    )
    ar_indemnity = fields.Boolean(
        "Fixed indemnity for recovery costs",
        help="40 euros, once per invoice paid late by a professional.",
    )
    ar_claims_since = fields.Date(
        "Claims from",
        help="Invoices that were paid before this day bear no claim.",
    )
    ar_claims_account_id = fields.Many2one(
        "account.account",
        "Account of claims",
        check_company=True,
        domain="[('account_type', 'in', ('income', 'income_other'))]",
        help="Where invoiced interest and indemnities are booked.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._ar_claims_begin()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if vals.get("ar_interest") or vals.get("ar_indemnity"):
            self._ar_claims_begin()
        return result

    def _ar_claims_begin(self):
        """Without a date of one's own, nothing that is paid already is dug out."""
        for company in self:
            on = company.ar_interest or company.ar_indemnity
            if on and not company.ar_claims_since:
                company.ar_claims_since = company._ar_today()

    @api.constrains("ar_interest", "ar_interest_mode", "ar_interest_contract")
    def _check_ar_interest_contract(self):
        for company in self:
            words = company._ar_contract_problem()
            if words:
                raise ValidationError(words)

    def _ar_contract_problem(self):
        """Why the rate of the terms cannot stand, False when it can.

        The floor of three times the legal rate binds the clause alone; it is
        never compared with the default rate of the law.
        """
        self.ensure_one()
        if not self.ar_interest or self.ar_interest_mode != "contract":
            return False
        rates = self.env["ar.interest.rate"]
        rate = decimal_rate(self.ar_interest_contract)
        floor = rates._ar_table().floor(self._ar_today())
        if floor is None:
            return self.env._(
                "The rate of your terms cannot be checked: enter the legal rate of "
                "the half-year first."
            )
        lowest, half = floor
        if rate >= lowest:
            return False
        return self.env._(
            "%(rate)s %% a year is below the lowest rate that a clause may set: three "
            "times the legal rate, %(floor)s %% (%(half)s). Such a clause cannot be "
            "relied on; choose a higher rate, or the one of the law.",
            rate=float_repr(float(rate), 2),
            floor=float_repr(float(lowest), 2),
            half=rates._ar_half_text(half),
        )

    def _ar_claims_warning(self):
        """What keeps interest from being right today, in words; False if nothing."""
        self.ensure_one()
        if not self.ar_interest:
            return False
        rates = self.env["ar.interest.rate"]
        words = [self._ar_contract_problem() or ""]
        half = rates._ar_missing(self._ar_today())
        if half:
            words.append(
                self.env._(
                    "The ECB rate of the %(half)s is missing: interest at the law's "
                    "rate stands still since that half-year began. Enter it under "
                    "Configuration, Interest rates.",
                    half=rates._ar_half_text(half),
                )
            )
        return " ".join(filter(None, words)) or False
