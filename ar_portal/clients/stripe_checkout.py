"""Stripe's hosted payment page, through the official SDK. No ORM here.

A session is made for one selection at one moment, with an idempotency key, and ends
by itself. Card data never reaches this server.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import stripe

#: The version that the fields read here were written for; the SDK is pinned to it.
API_VERSION = "2026-10-28.endive"
#: Seconds for one call; a customer waits meanwhile.
TIMEOUT = 10
#: Beyond this number of invoices, Stripe takes no more lines: one line for all.
MAX_LINES = 90


class CheckoutError(Exception):
    """The service did not do what was asked."""


class CheckoutDown(CheckoutError):
    """It cannot be reached, or asks to come back later; trying again is right."""


class CheckoutRefused(CheckoutError):
    """It refuses: a key, a parameter, or a session that is past."""


@dataclass(frozen=True)
class Order:
    """What is to be paid. ``lines``: ``[(label, minor units)]``."""

    reference: str
    currency: str
    lines: tuple[tuple[str, int], ...]
    methods: tuple[str, ...]
    success_url: str
    cancel_url: str
    expires_at: int
    description: str
    summary: str
    email: str = ""
    locale: str = "auto"

    def params(self) -> dict:
        """Parameters of ``checkout.sessions.create``."""
        lines = self.lines
        if len(lines) > MAX_LINES:
            lines = ((self.summary, sum(cents for _label, cents in lines)),)
        told = {"ar_reference": self.reference}
        params = {
            "mode": "payment",
            "client_reference_id": self.reference,
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": self.currency.lower(),
                        "unit_amount": cents,
                        "product_data": {"name": label[:250]},
                    },
                }
                for label, cents in lines
            ],
            "payment_method_types": list(self.methods),
            "payment_intent_data": {
                "description": self.description[:500],
                "metadata": told,
            },
            "metadata": told,
            "success_url": self.success_url,
            "cancel_url": self.cancel_url,
            "expires_at": self.expires_at,
            "locale": self.locale,
            "submit_type": "pay",
        }
        return {**params, "customer_email": self.email} if self.email else params


@dataclass(frozen=True)
class Session:
    """A hosted page: where it is, and the object as plain values."""

    id: str
    url: str
    live: bool
    values: dict = field(repr=False)


class StripeCheckout:
    """One account of Stripe, by its secret key.

    :param str api_base: another address of the interface, for tests
    """

    def __init__(self, key: str, api_base: str = "", timeout: float = TIMEOUT):
        self._client = stripe.StripeClient(
            key,
            stripe_version=API_VERSION,
            max_network_retries=2,
            base_addresses={"api": api_base} if api_base else None,
            http_client=stripe.RequestsClient(timeout=timeout),
        )

    def open_page(self, order: Order) -> Session:
        """Make the page for an order; the same order again gives the same page."""
        return self._call(
            self._client.v1.checkout.sessions.create,
            params=order.params(),
            options={"idempotency_key": f"ar-checkout-{order.reference}"},
        )

    def look(self, session_id: str) -> Session:
        """The page as it is now, with what became of its payment."""
        return self._call(
            self._client.v1.checkout.sessions.retrieve,
            session_id,
            params={"expand": ["payment_intent"]},
        )

    def expire(self, session_id: str) -> Session:
        """Close the page.

        :raise CheckoutRefused: when it was completed or closed before
        """
        return self._call(self._client.v1.checkout.sessions.expire, session_id)

    @staticmethod
    def _call(method, *arguments, **keywords) -> Session:
        try:
            found = method(*arguments, **keywords)
        except (stripe.APIConnectionError, stripe.RateLimitError) as error:
            raise CheckoutDown(type(error).__name__) from error
        except stripe.APIError as error:
            raise CheckoutDown(f"HTTP {error.http_status}") from error
        except stripe.StripeError as error:
            # The words of the service name parameters, never the key.
            raise CheckoutRefused(error.user_message or str(error)) from error
        values = found.to_dict()
        return Session(values["id"], values.get("url") or "", found.livemode, values)


def verify(payload: bytes, header: str, secret: str, tolerance: int = 300) -> None:
    """Check who sent a notification, before anything of it is read.

    :raise CheckoutRefused: no secret, no signature, a wrong one, or an old one
    """
    if not secret:
        raise CheckoutRefused("no signing secret")
    try:
        stripe.WebhookSignature.verify_header(
            payload.decode("utf-8"), header, secret, tolerance
        )
    except (UnicodeDecodeError, ValueError, stripe.SignatureVerificationError) as error:
        raise CheckoutRefused("signature") from error
