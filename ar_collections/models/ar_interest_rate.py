from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.interest import (
    FLOOR_FACTOR,
    PRIVATE_POINTS,
    PUBLIC_POINTS,
    HalfYear,
    RateTable,
)

DIGITS = (6, 3)


def decimal_rate(value):
    """A rate of the database as an exact decimal."""
    return Decimal(str(round(value, DIGITS[1])))


class ArInterestRate(models.Model):
    """Rates published for one half-year, with where they were read.

    Late interest only ever uses what is written here: a half-year that is missing
    stops it, and the credit managers are asked for it.
    """

    _name = "ar.interest.rate"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Interest rates of a half-year"
    _order = "start_date desc"

    name = fields.Char("Half-year", compute="_compute_name")
    start_date = fields.Date("From", required=True)
    ecb_rate = fields.Float(
        "ECB rate (%)",
        digits=DIGITS,
        required=True,
        tracking=True,
        help="Main refinancing operations of the European Central Bank, in force on "
        "1 January or 1 July.",
    )
    legal_rate = fields.Float(
        "Legal rate (%)",
        digits=DIGITS,
        tracking=True,
        help="French legal interest rate between professionals. 0: not known yet.",
    )
    source = fields.Char(
        required=True, tracking=True, help="Where these rates were read."
    )
    source_date = fields.Date("Source dated", required=True)
    private_rate = fields.Float(
        "Businesses (%)",
        digits=DIGITS,
        compute="_compute_rates",
        help="ECB rate plus 10 points: without a clause of ours.",
    )
    public_rate = fields.Float(
        "Public buyers (%)",
        digits=DIGITS,
        compute="_compute_rates",
        help="ECB rate plus 8 points: for interest that began in this half-year.",
    )
    floor_rate = fields.Float(
        "Lowest clause (%)",
        digits=DIGITS,
        compute="_compute_rates",
        help="Three times the legal rate: no clause may set less.",
    )

    _start_unique = models.Constraint(
        "UNIQUE(start_date)", "The rates of this half-year are in the table already."
    )
    _not_negative = models.Constraint(
        "CHECK(legal_rate >= 0)", "The legal rate cannot be negative."
    )

    @api.depends("start_date")
    @api.depends_context("lang")
    def _compute_name(self):
        for rate in self:
            half = rate.start_date and HalfYear.of(rate.start_date)
            rate.name = self._ar_half_text(half) if half else False

    @api.depends("ecb_rate", "legal_rate")
    def _compute_rates(self):
        for rate in self:
            rate.private_rate = rate.ecb_rate + float(PRIVATE_POINTS)
            rate.public_rate = rate.ecb_rate + float(PUBLIC_POINTS)
            rate.floor_rate = rate.legal_rate * FLOOR_FACTOR

    @api.constrains("start_date")
    def _check_start_date(self):
        for rate in self:
            if rate.start_date != HalfYear.of(rate.start_date).start:
                raise ValidationError(
                    self.env._("A half-year begins on 1 January or on 1 July.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        rates = super().create(vals_list)
        self._ar_changed()
        return rates

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"start_date", "ecb_rate"}:
            self._ar_changed()
        return result

    def unlink(self):
        result = super().unlink()
        self._ar_changed()
        return result

    def _ar_changed(self):
        """Interest is computed anew, and nobody is asked for a rate that is there."""
        if not self._ar_missing():
            asked = self.sudo().search([("activity_ids", "!=", False)])
            asked.activity_unlink(["ar_collections.ar_activity_rate"])
        cron = self.env.ref("ar_collections.ar_claim_cron", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger()

    @api.model
    def _ar_half_text(self, half):
        """A half-year in words."""
        if half.number == 1:
            return self.env._("1st half of %(year)d", year=half.year)
        return self.env._("2nd half of %(year)d", year=half.year)

    @api.model
    def _ar_table(self):
        """The whole table for the engine (``engine.interest.RateTable``)."""
        fnames = ["start_date", "ecb_rate", "legal_rate"]
        rates = self.sudo().search_fetch([], fnames)
        ecb, legal = {}, {}
        for rate in rates:
            half = HalfYear.of(rate.start_date)
            ecb[half] = decimal_rate(rate.ecb_rate)
            if rate.legal_rate:
                legal[half] = decimal_rate(rate.legal_rate)
        return RateTable(ecb, legal)

    @api.model
    def _ar_missing(self, day=None):
        """The half-year of that day (today by default) when its rate is missing."""
        half = HalfYear.of(day or fields.Date.context_today(self))
        return None if half in self._ar_table().ecb else half

    @api.model
    def _ar_warn(self):
        """Ask the credit managers for the rate of the half-year, once each."""
        half = self._ar_missing()
        last = self.sudo().search([], limit=1)
        companies = self.env["res.company"].sudo()
        companies = companies.search([("ar_interest", "=", True)])
        if not half or not last or not companies:
            return
        asked = last.activity_ids.filtered(
            lambda a: (
                a.activity_type_id == self.env.ref("ar_collections.ar_activity_rate")
            )
        ).user_id
        managers = self.env.ref("ar_collections.group_manager").sudo().all_user_ids
        managers = managers.filtered(
            lambda u: u.active and u.id != 1 and u.company_ids & companies
        )
        for user in managers - asked:
            # No e-mail to each of them: the list of activities tells.
            last.with_context(mail_activity_quick_update=True).activity_schedule(
                "ar_collections.ar_activity_rate",
                date_deadline=fields.Date.today() + timedelta(days=7),
                summary=self.with_context(lang=user.lang).env._(
                    "Enter the rates of the %(half)s",
                    half=self.with_context(lang=user.lang)._ar_half_text(half),
                ),
                user_id=user.id,
            )
