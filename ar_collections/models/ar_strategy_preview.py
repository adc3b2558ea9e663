from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError

from .ar_simulation_result import LONGEST


class ArStrategyPreview(models.Model):
    """What a strategy would do: in the coming days, and in the past."""

    _inherit = "ar.strategy"

    def preview(self, days=30):
        """What would be sent in the coming days, if nobody pays or answers.

        An archived strategy is shown with the accounts that it would take.

        :param int days: how many days, today included
        :return: ``{"from", "to", "days": [{"date", "contacts": [...]}], "totals",
            "accounts", "notes"}``; a contact as told by ``ar.simulation``
        :raise UserError: when ``days`` is not between 1 and 366
        """
        self.ensure_one()
        self.check_access("read")
        debtors = self._ar_accounts()
        return self.env["ar.simulation"]._ar_preview(debtors, days, self)

    def dry_run(self, date_from, date_to):
        """What this strategy would have sent in the past, and what really was.

        :param date_from: ISO date of the first day
        :param date_to: ISO date of the last day, today at most
        :return: as :meth:`preview`; each day also has ``sent``, what really went out
            to these accounts; ``real`` has its totals and ``comparison`` the number
            of accounts contacted by both, or by one only
        :raise UserError: when the dates are inverted, to come or too far apart
        """
        self.ensure_one()
        self.check_access("read")
        first, last = self._ar_check_dates(date_from, date_to)
        debtors = self._ar_accounts()
        Simulation = self.env["ar.simulation"]
        made = Simulation._ar_past(debtors, first, last, self)
        sent = Simulation._ar_really_sent(debtors, first, last)
        told = Simulation._ar_result(made, debtors, first, last)
        by_day = {}
        for one in sent:
            by_day.setdefault(one["date"], []).append(one)
        for day in told["days"]:
            day["sent"] = by_day.get(day["date"], [])
        simulated = {one.debtor_id for one in made}
        real = {one["debtor_id"] for one in sent}
        told["real"] = {
            "contacts": len(sent),
            "accounts": len(real),
            "by_channel": dict(sorted(Counter(s["channel"] for s in sent).items())),
        }
        told["comparison"] = {
            "both": len(simulated & real),
            "only_simulated": len(simulated - real),
            "only_real": len(real - simulated),
        }
        told["notes"] = self._ar_dry_run_notes(debtors)
        return told

    def action_preview(self):
        """Show what would be sent in the coming 30 days."""
        self.ensure_one()
        self.check_access("read")
        return self.env["ar.preview"]._ar_open(kind="coming", strategy_id=self.id)

    def action_dry_run(self):
        """Choose the days of the past, and show what would have been sent."""
        self.ensure_one()
        self.check_access("read")
        return self.env["ar.preview"]._ar_open(kind="past", strategy_id=self.id)

    def action_unarchive(self):
        """Whoever puts one strategy in force is shown what it would have sent."""
        result = super().action_unarchive()
        if len(self) == 1:
            return self.env["ar.preview"]._ar_open(
                kind="past", strategy_id=self.id, proposed=True
            )
        return result

    @api.onchange("mode")
    def _onchange_mode_propose_dry_run(self):
        if self.mode == self._origin.mode or self.mode == "manual" or not self._origin:
            return None
        return {
            "warning": {
                "type": "notification",
                "title": self.env._("Try it on the past first"),
                "message": self.env._(
                    "Reminders of this strategy will leave by themselves. “Dry run on "
                    "the past” shows what would have gone out, and how many calls a "
                    "day."
                ),
            }
        }

    def _ar_dry_run_notes(self, debtors):
        """What the result rests on."""
        _ = self.env._
        return [
            _(
                "Judged with the %(count)d accounts that this strategy would have "
                "today.",
                count=len(debtors),
            ),
            _(
                "Each day is judged on what was true then; addresses and the settings "
                "of the company are those of today."
            ),
            _("What was to be approved is taken as approved on the day."),
        ]

    def _ar_check_dates(self, date_from, date_to):
        """The two dates, or an error in words."""
        _ = self.env._
        try:
            first, last = map(fields.Date.to_date, (date_from, date_to))
        except (ValueError, TypeError):
            first = last = None
        if not first or not last:
            raise UserError(_("Give the first and the last day (YYYY-MM-DD)."))
        if first > last:
            raise UserError(_("The first day comes after the last one."))
        company = self.company_id or self.env.company
        if last > company._ar_today():
            raise UserError(_("A dry run looks back: the last day is today at most."))
        if (last - first).days >= LONGEST:
            raise UserError(_("A dry run covers %(days)d days at most.", days=LONGEST))
        return first, last

    def _ar_accounts(self):
        """Its accounts; those that it would take when it is not in force."""
        self.ensure_one()
        Debtor = self.env["ar.debtor"]
        if self.active:
            mine = Debtor.search([("strategy_id", "=", self.id)])
            return mine or self._ar_would_take()
        return self._ar_would_take()

    def _ar_would_take(self):
        """Accounts that the assignment would give it if it were in force today."""
        Debtor = self.env["ar.debtor"]
        found = Debtor.search([("strategy_manual", "=", False), *self._ar_takes()])
        order = self._ar_order()
        others = self.sudo().search([("id", "!=", self.id)])
        for other in others.filtered(lambda s: s._ar_order() < order):
            found -= Debtor.search([("id", "in", found.ids), *other._ar_takes()])
        return found | Debtor.search(
            [("strategy_manual", "=", True), ("strategy_id", "=", self.id)]
        )
