from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_duration

from ..engine.windows import Window

#: Fields of the days, Monday first.
DAYS = (
    "send_monday",
    "send_tuesday",
    "send_wednesday",
    "send_thursday",
    "send_friday",
    "send_saturday",
    "send_sunday",
)


class ArStrategyWindow(models.Model):
    """Days and hours in which the reminders of a strategy leave by themselves.

    They are those of the customer's own clock and calendar. What a person sends
    leaves at once.
    """

    _inherit = "ar.strategy"

    send_monday = fields.Boolean("Monday", default=True)
    send_tuesday = fields.Boolean("Tuesday", default=True)
    send_wednesday = fields.Boolean("Wednesday", default=True)
    send_thursday = fields.Boolean("Thursday", default=True)
    send_friday = fields.Boolean("Friday", default=True)
    send_saturday = fields.Boolean("Saturday")
    send_sunday = fields.Boolean("Sunday")
    hour_from = fields.Float("From", default=8.5, help="Hour of the customer's clock.")
    hour_to = fields.Float("To", default=17.5, help="Hour of the customer's clock.")
    skip_holidays = fields.Boolean(
        "Not on public holidays",
        default=True,
        help="Those of the country, and of the region, in which the customer is.",
    )
    spread_minutes = fields.Integer(
        "Spread over (minutes)",
        default=60,
        help="The reminders of a night leave one after the other, each account at a "
        "minute of its own. 0: all as soon as the hours begin.",
    )

    _spread_within_a_day = models.Constraint(
        "CHECK(spread_minutes BETWEEN 0 AND 1440)",
        "Reminders can be spread over a day at most, which is 1440 minutes.",
    )

    @api.constrains(*DAYS, "hour_from", "hour_to")
    def _check_window(self):
        for strategy in self:
            if not any(strategy[day] for day in DAYS):
                raise ValidationError(
                    self.env._(
                        "Choose a day of the week at least on which the reminders of "
                        "“%(name)s” may leave.",
                        name=strategy.name,
                    )
                )
            start, end = _minutes(strategy.hour_from), _minutes(strategy.hour_to)
            if not 0 <= start < end <= 24 * 60:
                raise ValidationError(
                    self.env._(
                        "The sending hours of “%(name)s”, from %(start)s to %(end)s, "
                        "must begin before they end, within one day.",
                        name=strategy.name,
                        start=format_duration(strategy.hour_from),
                        end=format_duration(strategy.hour_to),
                    )
                )

    def _ar_window(self):
        """These days and hours; office hours when there is no strategy."""
        if not self:
            return Window()
        self.ensure_one()
        return Window(
            weekdays=frozenset(n for n, day in enumerate(DAYS) if self[day]),
            start=_minutes(self.hour_from),
            end=_minutes(self.hour_to),
            skip_holidays=self.skip_holidays,
            spread=self.spread_minutes,
        )


def _minutes(hours):
    return round(hours * 60)
