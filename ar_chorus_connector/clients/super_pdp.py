"""SUPER PDP by its own events: an ever growing number is the cursor.

A platform with an interface of its own is a class like this one, plus the methods
that the connection finds by the name of its type.
"""

from ..engine.native_events import EventPage, NativeInvoice
from .bearer import BearerClient
from .errors import TransportError

EVENTS = "/v1.beta/invoice_events"
INVOICES = "/v1.beta/invoices"
PAGE_SIZE = 1000
MAX_PAGES = 2000


class SuperPdp(BearerClient):
    """One connection to the native interface."""

    def health(self):
        """One event at most: token, rights and address in one call."""
        self._page(0, 1)

    def event_pages(self, last_id, limit=PAGE_SIZE):
        """Pages of the events after ``last_id``, in the order of their ids."""
        for _number in range(MAX_PAGES):
            page = self._page(last_id, limit)
            yield page
            if page.last_id <= last_id or not page.has_after:
                return
            last_id = page.last_id
        raise TransportError("the paging never ends", EVENTS)

    def invoice(self, invoice_id):
        """The invoice behind events: its number, date, seller and direction."""
        path = f"{INVOICES}/{int(invoice_id)}"
        body = self._call("GET", path, route=INVOICES).body
        return NativeInvoice.from_json(body)

    def cash(self, invoice_id, amounts):
        """Tell that an invoice is cashed.

        :param amounts: ``(rate, cents, currency)`` including VAT, per rate
        :return: id of the event
        """
        details = [
            {
                "type_code": "MEN",
                "net_amount": f"{cents / 100:.2f}",
                "vat_rate": f"{rate:.2f}",
                "currency_code": currency,
            }
            for rate, cents, currency in amounts
        ]
        body = self._call(
            "POST",
            EVENTS,
            attempts=1,
            json={
                "invoice_id": int(invoice_id),
                "status_code": "fr:212",
                "details": [{"amounts": details}],
            },
        ).body
        return str(body.get("id") or "")

    def _page(self, last_id, limit):
        params = {"starting_after_id": last_id, "limit": limit}
        body = self._call("GET", EVENTS, params=params).body
        if "data" not in body:
            raise TransportError("answer without its content", EVENTS)
        return EventPage.from_json(body)
