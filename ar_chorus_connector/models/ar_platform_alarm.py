from datetime import timedelta

from odoo import api, fields, models

from ..clients.masking import get_logger
from .ar_platform_invoice import FATAL
from .ar_platform_retry import OPEN

_logger = get_logger(__name__)

#: A password is announced to end this many days before.
PASSWORD_WARNING = 30


class ArPlatformAlarm(models.Model):
    """What nobody would notice: silence, passwords that end, invoices that lie."""

    _inherit = "ar.platform"

    lag_minutes = fields.Integer("Behind by (minutes)", compute="_compute_lag_minutes")

    @api.depends("last_success")
    def _compute_lag_minutes(self):
        now = fields.Datetime.now()
        for platform in self:
            # Not from the mark: of some platforms it is the date of the last message.
            behind = now - (platform.last_success or now)
            platform.lag_minutes = max(int(behind.total_seconds() // 60), 0)

    @api.model
    def _cron_watch(self):
        """Once a day: alarms of every active connection, each on its own."""
        self._each_alone(lambda platform: platform._watch())

    @api.model
    def _each_alone(self, work):
        """Run ``work(platform)`` for each active connection; one fails alone."""
        for platform in self.search([("state", "=", "active")]):
            try:
                with self.env.cr.savepoint():
                    work(platform)
            except FATAL:
                raise
            except Exception:
                self.env.invalidate_all()
                _logger.exception("platform %s: left for tomorrow", platform.id)
            self.env["ir.cron"]._commit_progress(1)

    def _watch(self):
        """Alarms of one connection; nothing is told twice."""
        self.ensure_one()
        if self.held:
            return
        self._watch_password()
        self._watch_silence()
        self.env["ar.platform.invoice"]._wake(self)

    def _watch_password(self):
        end = self.sudo().tech_password_end
        today = self.company_id._ar_today()
        if end and end - timedelta(days=PASSWORD_WARNING) <= today:
            self._alert(
                self.env._("The password of the technical account ends"),
                self.env._(
                    "On %(date)s. Have the main manager of the structure change it in "
                    "Chorus Pro, then enter the new one here.",
                    date=fields.Date.to_string(end),
                ),
            )

    def _watch_silence(self):
        if self.silent and self._has_open_invoices():
            self._alert(
                self.env._("The platform is silent"),
                self.env._(
                    "Nothing new for %(days)s days although invoices are open: check "
                    "the connection, and that the invoices are deposited there.",
                    days=self.silence_days,
                ),
            )

    def _has_open_invoices(self):
        domain = [
            ("platform_id", "=", self.id),
            ("move_id.payment_state", "in", OPEN),
        ]
        return bool(self.env["ar.platform.invoice"].search_count(domain, limit=1))
