from odoo import api, fields, models
from odoo.tools import format_date

from ..engine import windows
from ..engine.states import ReminderState
from .ar_debtor_window import MINDING

S = ReminderState


class ArReminderWindow(models.Model):
    """Reminders leave in the hours of the customer, and tell when."""

    _inherit = "ar.reminder"

    leaves_text = fields.Char(
        "Customer's time",
        compute="_compute_leaves_text",
        help="When it leaves by itself, on the customer's own clock.",
    )

    @api.depends("release_at", "state", "approved_by_id", "debtor_id.local_tz")
    @api.depends_context("lang")
    def _compute_leaves_text(self):
        for reminder in self:
            reminder.leaves_text = False
            if reminder._ar_leaves_later():
                tz = reminder.debtor_id._ar_place().tz
                local = windows.to_local(reminder.release_at, tz)
                day = format_date(self.env, local.date())
                reminder.leaves_text = f"{day} {local:%H:%M} ({tz})"

    @api.depends("reasons", "cancel_code", "release_at", "state", "approved_by_id")
    @api.depends_context("lang")
    def _compute_reason_line(self):
        done = super()._compute_reason_line()
        self._ar_add_window_words("reason_line")
        return done

    def _compute_reason_text(self):
        done = super()._compute_reason_text()
        self._ar_add_window_words("reason_text")
        return done

    def _ar_add_window_words(self, fname):
        for reminder in self:
            if reminder._ar_leaves_later():
                told = self.env["ar.reason"]._ar_words(reminder._ar_window_reasons())
                words = (reminder[fname], *(each["words"] for each in told))
                reminder[fname] = " ".join(text for text in words if text)

    def _ar_leaves_later(self):
        """Whether it leaves by itself, at a moment that is known and not yet there."""
        self.ensure_one()
        if not self.release_at or self.release_at <= fields.Datetime.now():
            return False
        if self.channel not in MINDING:
            return False
        if self.state == S.APPROVED.value:
            return True
        return (
            self.state == S.PLANNED.value
            and self.mode in ("auto", "confirm")
            and self.company_id.sudo()._ar_automation_on()
        )

    def _ar_window_reasons(self):
        """When it leaves, and the holidays that make it wait; for the registry."""
        self.ensure_one()
        place = self.debtor_id._ar_place()
        reasons = [_told_at("window", self.release_at, place)]
        closed = windows.holidays_before(
            self.release_at, fields.Datetime.now(), self._ar_window(), place
        )
        for day in closed:
            name = {
                "holiday": day.isoformat(),
                "country": place.country,
                "subdivision": place.subdivision,
            }
            params = {"day": {"day": day.isoformat()}, "name": name}
            reasons.append({"code": "public_holiday", "params": params})
        return reasons

    def _ar_window(self):
        return (self.strategy_id or self.debtor_id.strategy_id).sudo()._ar_window()

    # At the moment of sending.

    def _ar_prepare(self):
        early = self._ar_out_of_hours()
        early._ar_await_opening()
        going = self - early
        return super(ArReminderWindow, going)._ar_prepare() if going else {}

    def _ar_out_of_hours(self):
        """Those that nobody approved and that would arrive outside the hours."""
        now = fields.Datetime.now()
        return self.filtered(
            lambda r: (
                r.state == S.PLANNED.value
                and r.channel in MINDING
                and not windows.is_open(now, r._ar_window(), r.debtor_id._ar_place())
            )
        )

    def _ar_await_opening(self):
        """Let them leave at the next opening instead, and tell why."""
        now = fields.Datetime.now()
        for reminder in self:
            debtor, code = reminder.debtor_id, "window_closed"
            strategy = (reminder.strategy_id or debtor.strategy_id).sudo()
            others = [r for r in reminder.reasons or () if r["code"] != code]
            reminder.write(
                {
                    "release_at": debtor._ar_next_opening(strategy, now),
                    "reasons": [*others, _told_at(code, now, debtor._ar_place())],
                }
            )


def _told_at(code, moment, place):
    """A reason that tells a moment on the customer's clock."""
    local = windows.to_local(moment, place.tz)
    day = {"day": local.date().isoformat()}
    return {"code": code, "params": {"day": day, "time": f"{local:%H:%M}"}}
