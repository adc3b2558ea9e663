"""Notifications of the payment service: believed only when signed."""

import json
import logging

import werkzeug.exceptions

from odoo import http
from odoo.http import request

from odoo.addons.payment_stripe import utils as stripe_utils
from odoo.addons.payment_stripe.controllers.main import StripeController

from ..clients.stripe_checkout import CheckoutRefused, verify
from ..engine.stripe_facts import Malformed, read_notification

_logger = logging.getLogger(__name__)

MOST_BYTES = 512 * 1024


class StripeHook(http.Controller):
    """The address that the administrator enters at the service."""

    @http.route(
        "/ar/stripe/<int:provider_id>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        sitemap=False,
        max_content_length=MOST_BYTES,
    )
    def notified(self, provider_id):
        """Take one notification in.

        The answer is the same for a provider that does not exist, has no secret, or
        did not sign; 200 means that it need not be sent again.
        """
        payload = request.httprequest.get_data()
        provider = request.env["payment.provider"].sudo().browse(provider_id).exists()
        # Also of one that was switched off: a direct debit may still be under way.
        usable = provider.filtered(lambda p: p.code == "stripe")
        header = request.httprequest.headers.get("Stripe-Signature") or ""
        try:
            verify(payload, header, usable.ar_webhook_secret or "")
        except CheckoutRefused as refused:
            _logger.warning(
                "Notification for provider %s refused: %s", provider_id, refused
            )
            return request.make_response("", status=403)
        try:
            told = read_notification(json.loads(payload))
        except (Malformed, ValueError):
            return request.make_response("", status=400)
        requests = request.env["ar.payment.request"].sudo()
        outcome = requests._ar_take_in(usable, told)
        _logger.info("Notification %s: %s", told.id, outcome)
        return request.make_response("", status=200)


class SafeStripeController(StripeController):
    """The frame's own address is held to the same rule."""

    def _verify_signature(self, tx_sudo):
        secret = stripe_utils.get_webhook_secret(tx_sudo.provider_id)
        header = request.httprequest.headers.get("Stripe-Signature") or ""
        try:
            verify(
                request.httprequest.get_data(),
                header,
                secret or "",
                self.WEBHOOK_AGE_TOLERANCE,
            )
        except CheckoutRefused as refused:
            raise werkzeug.exceptions.Forbidden() from refused
