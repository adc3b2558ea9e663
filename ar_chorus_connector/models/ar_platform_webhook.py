import hashlib
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.tools import mute_logger

#: A repetition is recognised for this long.
KEEP_DAYS = 7


class ArPlatformWebhook(models.Model):
    """One call of a platform, so that its repetitions wake nobody."""

    _name = "ar.platform.webhook"
    _description = "Call of a platform"
    _log_access = False

    platform_id = fields.Many2one("ar.platform", required=True, ondelete="cascade")
    digest = fields.Char(required=True)
    received_at = fields.Datetime(required=True, default=fields.Datetime.now)

    _digest_unique = models.Constraint(
        "UNIQUE(platform_id, digest)", "A call is noted once."
    )

    @api.model
    def _is_new(self, platform, body):
        """Note one call; False when the same one came already."""
        digest = hashlib.sha256(body).hexdigest()
        values = {"platform_id": platform.id, "digest": digest}
        if self.search_count([(name, "=", v) for name, v in values.items()], limit=1):
            return False
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.create(values)
        except psycopg2.errors.UniqueViolation:
            return False
        return True

    @api.autovacuum
    def _gc_calls(self):
        limit = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        self.search([("received_at", "<", limit)], limit=10_000).unlink()
