import base64
import secrets
import uuid

from odoo import api, fields, models


class ArPlatformPaWebhook(models.Model):
    """The address at which a platform says that something moved."""

    _inherit = "ar.platform"

    webhook_uid = fields.Char(readonly=True, copy=False, index=True)
    webhook_secret = fields.Char(
        "Webhook key",
        groups="base.group_system",
        copy=False,
        help="Base 64. Give it to the platform as the signature key (HS256), or as the "
        "password of its call.",
    )
    webhook_url = fields.Char("Webhook address", compute="_compute_webhook_url")
    webhook_date = fields.Datetime(
        "Last call received", compute="_compute_webhook_date", compute_sudo=True
    )

    @api.depends("webhook_uid")
    def _compute_webhook_url(self):
        for platform in self:
            uid, base = platform.webhook_uid, platform.get_base_url()
            platform.webhook_url = uid and f"{base}/ar/platform/webhook/{uid}"

    def _compute_webhook_date(self):
        # Not kept on the connection, which is locked while it is read.
        rows = self.env["ar.platform.webhook"]._read_group(
            [("platform_id", "in", self.ids)], ["platform_id"], ["received_at:max"]
        )
        last = {platform.id: moment for platform, moment in rows}
        for platform in self:
            platform.webhook_date = last.get(platform.id, False)

    def action_webhook_key(self):
        """Make a new address and a new key; the old ones are refused at once."""
        self.check_access("write")
        for platform in self:
            platform.write(
                {
                    "webhook_uid": str(uuid.uuid4()),
                    "webhook_secret": base64.b64encode(
                        secrets.token_bytes(32)
                    ).decode(),
                }
            )

    @api.model
    def _webhook_of(self, uid):
        """The connection behind an address, none when it is off or held."""
        found = self.search([("webhook_uid", "=", uid), ("state", "=", "active")])
        return found.filtered(lambda platform: not platform.held)[:1]

    def _webhook_called(self, body):
        """Wake the scheduled reading, unless this call came or it is woken already.

        :param bytes body: an authentic call
        """
        self.ensure_one()
        if not self.env["ar.platform.webhook"]._is_new(self, body):
            return
        cron = self.env.ref("ar_chorus_connector.ar_platform_cron")
        now = fields.Datetime.now()
        waiting = [("cron_id", "=", cron.id), ("call_at", "<=", now)]
        if not self.env["ir.cron.trigger"].search_count(waiting, limit=1):
            cron._trigger()
