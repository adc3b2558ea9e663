import os

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.urls import urljoin

from ..clients.stripe_checkout import StripeCheckout

#: Another address of the service's interface, for tests. A variable of the server's
#: environment, and for test keys only: no screen can send keys elsewhere.
API_BASE = "AR_STRIPE_API"


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    ar_webhook_secret = fields.Char(
        "Signing secret of the customer page",
        copy=False,
        groups="base.group_system",
        help="In Stripe, make a webhook endpoint with the address shown below and "
        "paste its signing secret here. Without it, customers cannot pay on their "
        "page, and nothing that arrives at the address is read.",
    )
    ar_webhook_url = fields.Char(
        "Address for notifications",
        compute="_compute_ar_webhook_url",
        groups="base.group_system",
    )
    ar_account = fields.Char(
        "Stripe account",
        copy=False,
        groups="base.group_system",
        help="Only for platforms (Stripe Connect): the account whose payments are "
        "taken. Notifications about another account are refused.",
    )

    @api.depends("code")
    def _compute_ar_webhook_url(self):
        for provider in self:
            path = f"/ar/stripe/{provider.id}"
            provider.ar_webhook_url = (
                urljoin(provider.get_base_url(), path)
                if provider.code == "stripe" and provider._origin.id
                else False
            )

    @api.constrains("ar_webhook_secret")
    def _check_ar_webhook_secret(self):
        """A key pasted into the wrong field would sign whatever its owner likes."""
        for provider in self:
            secret = provider.sudo().ar_webhook_secret
            if secret and not (secret.startswith("whsec_") and len(secret) >= 20):
                raise ValidationError(
                    self.env._("A signing secret of Stripe begins with whsec_.")
                )

    def _ar_checkout(self):
        """The client of this provider's account."""
        self.ensure_one()
        key = self.sudo().stripe_secret_key or ""
        base = os.environ.get(API_BASE) if key.startswith("sk_test_") else ""
        return StripeCheckout(key, base or "")

    def _ar_is_live(self):
        """Whether real money moves."""
        self.ensure_one()
        return self.sudo().state == "enabled"

    def action_reset_credentials(self):
        """Forget our secret with those of the service."""
        self.sudo().ar_webhook_secret = False
        return super().action_reset_credentials()

    def _ar_method(self, code):
        """The payment method of this code, active or not."""
        methods = self.env["payment.method"].sudo().with_context(active_test=False)
        return methods.search([("code", "=", code)], limit=1)
