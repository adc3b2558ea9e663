from odoo import api, fields, models
from odoo.tools import format_date

from ..engine.calendars import holiday_name


class ArReasonCalendar(models.Model):
    """Two more parameters: ``{"day": iso}``, a date with its day of the week, and
    ``{"holiday": iso, "country", "subdivision"}``, the name of a public holiday.
    """

    _inherit = "ar.reason"

    @api.model
    def _ar_format_param(self, value):
        if isinstance(value, dict) and "day" in value:
            return format_date(self.env, value["day"], date_format="full")
        if isinstance(value, dict) and "holiday" in value:
            day = fields.Date.to_date(value["holiday"])
            return holiday_name(
                day, value["country"], value["subdivision"], self.env.lang
            )
        return super()._ar_format_param(value)
