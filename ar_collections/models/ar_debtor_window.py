from dataclasses import replace

from odoo import api, fields, models

from odoo.addons.base.models.res_partner import _tz_get

from ..engine import windows
from ..engine.calendars import is_known
from ..engine.places import place_of

#: What reaches the customer without a person, and minds his hours.
MINDING = ("email", "sms")


class ArDebtorWindow(models.Model):
    """When the customer may be contacted: his clock, his holidays."""

    _inherit = "ar.debtor"

    local_tz = fields.Selection(
        _tz_get,
        "Time zone",
        help="Of the people who are contacted. Empty: that of the address.",
    )
    place_text = fields.Char("Hours and holidays", compute="_compute_place_text")

    @api.depends(
        "local_tz",
        "paying_centre_id",
        "partner_id.country_id",
        "partner_id.state_id",
        "partner_id.zip",
        "partner_id.tz",
    )
    @api.depends_context("lang")
    def _compute_place_text(self):
        for debtor in self:
            place = debtor._ar_place()
            country = self.env["res.country"].search([("code", "=", place.country)])
            names = {"tz": place.tz, "country": country.name}
            if not place.country:
                text = self.env._("%(tz)s; country unknown, weekends only", **names)
            elif not is_known(place.country):
                text = self.env._(
                    "%(tz)s; no public holidays are known for %(country)s, "
                    "weekends only",
                    **names,
                )
            elif place.subdivision:
                text = self.env._(
                    "%(tz)s; public holidays of %(country)s (%(region)s)",
                    region=place.subdivision,
                    **names,
                )
            else:
                text = self.env._("%(tz)s; public holidays of %(country)s", **names)
            debtor.place_text = text

    def _ar_contacted(self):
        """The partner at whose office the reminders arrive."""
        self.ensure_one()
        account = self.sudo()
        return account.paying_centre_id or account.partner_id

    def _ar_place(self):
        """Where the customer is contacted (``engine.windows.Place``).

        An address without a country is taken for one of the company's country.
        Reads nothing that is not read at once for all accounts of a batch.
        """
        self.ensure_one()
        partner, home = self._ar_contacted(), self.company_id._ar_place()
        country, state = partner.country_id.code, partner.state_id.code
        place = place_of(country or home.country, state, partner.zip, partner.tz)
        if place is None:
            place = replace(home, country=country or None, subdivision=None)
        return replace(place, tz=self.local_tz) if self.local_tz else place

    def _ar_release_at(self, strategy, step, moment):
        """When a reminder that is ready at a moment leaves by itself.

        :param strategy: ``ar.strategy`` that plans it
        :param step: the step (record, or ``engine.facts.Step``): its channel counts
        :param datetime moment: naive UTC
        :return: naive UTC, not before ``moment``; a call or a letter, made by
            people, does not wait
        """
        self.ensure_one()
        if step.channel not in MINDING or step.mode == "manual":
            return moment
        return self._ar_next_opening(strategy, moment)

    def _ar_next_opening(self, strategy, moment):
        """First moment, from this one on, inside the strategy's hours."""
        # Accounts of one paying centre share their minute, so that they leave together.
        key = self._ar_contacted().id
        place = self._ar_place()
        return windows.release_at(moment, strategy._ar_window(), place, key)

    def _ar_explain(self, day):
        told = super()._ar_explain(day)
        if day == self.company_id._ar_today():
            waiting = self.reminder_ids.filtered(lambda r: r._ar_leaves_later())
            reasons = [r for each in waiting for r in each._ar_window_reasons()]
            told["reasons"] += self.env["ar.reason"]._ar_words(reasons)
        return told
