from odoo import fields, models

from ..clients.pace import in_parallel
from ..clients.super_pdp import SuperPdp
from ..engine.payloads import MovedInvoice, Observed

HOST = "https://api.superpdp.tech"
#: Events of one page, acted upon in one go.
EVENTS = 200


class ArPlatformSuperPdp(models.Model):
    """A platform read by its own numbered events: what a new type needs, in full."""

    _inherit = "ar.platform"

    native_cursor = fields.Char("Last event read", readonly=True, copy=False)

    def _hosts_superpdp(self):
        hosts = (f"{HOST}/oauth2/token", HOST)
        # The credentials say which environment is meant.
        return {**self._hosts_pa(), "production": hosts, "qualification": hosts}

    def _credentials_superpdp(self):
        return self._credentials_pa()

    def _client_superpdp(self):
        return SuperPdp(*self._bearer_parts(), self._pace())

    def _probe_superpdp(self, client):
        client.health()

    def _pull_superpdp(self, client, summary, keep):
        """Each page is acted upon before the cursor passes it."""
        for page in client.event_pages(int(self.native_cursor or 0), EVENTS):
            summary["pages"] += 1
            invoices = self._native_invoices(client, page.events)
            self._observe(
                [
                    Observed(invoices[invoice_id], (event,))
                    for invoice_id, event in page.events
                    if invoices[invoice_id]
                ],
                summary,
            )
            self.native_cursor = str(max(page.last_id, int(self.native_cursor or 0)))
            keep(len(page.events))
        self._tell_receipts(client, summary, keep)

    def _native_invoices(self, client, events):
        """``{id: invoice}`` behind these events; None for those that we received.

        What is known here is not asked again; the rest is, a few at a time.
        """
        ids = {invoice_id for invoice_id, _event in events}
        links = self.env["ar.platform.invoice"].search(
            [("platform_id", "=", self.id), ("external_id", "in", list(ids))]
        )
        found = {
            link.external_id: MovedInvoice(
                external_id=link.external_id,
                number=link.number or "",
                invoice_date=link.invoice_date or None,
                supplier_code=link.supplier_code or "",
            )
            for link in links
        }
        asked = in_parallel(client.invoice, ids - set(found), self.parallel_calls)
        for invoice_id, answer in asked:
            if isinstance(answer, Exception):
                raise answer
            found[invoice_id] = None if answer.received else _moved(invoice_id, answer)
        return found

    def _submit_receipt_superpdp(self, client, receipt, _content):
        link = receipt.move_id.ar_platform_invoice_ids.filtered(
            lambda link: link.platform_id == self
        )[:1]
        if receipt.attempts > 1:
            # Read back before a repeat: what was taken has come as an event.
            told = link.event_ids.filtered(
                lambda e: e.code == "212" and e.fetched_at >= receipt.create_date
            )
            if told:
                return told[0].external_id
        currency = receipt.currency_id.name
        amounts = [(rate, cents, currency) for rate, cents in receipt._amounts()]
        return client.cash(link.external_id, amounts)


def _moved(invoice_id, told):
    return MovedInvoice(
        external_id=invoice_id,
        number=told.number,
        invoice_date=told.invoice_date,
        supplier_code=told.seller,
    )
