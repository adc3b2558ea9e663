from odoo import fields, models

from ..clients.super_pdp import SuperPdp
from ..engine.payloads import MovedInvoice, Observed

HOST = "https://api.superpdp.tech"


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
        invoices = {}
        for page in client.event_pages(int(self.native_cursor or 0)):
            summary["pages"] += 1
            for invoice_id, event in page.events:
                if invoice_id not in invoices:
                    invoices[invoice_id] = self._native_invoice(client, invoice_id)
                if invoices[invoice_id]:
                    observed = Observed(invoices[invoice_id], (event,))
                    self._observe(observed, summary)
            self.native_cursor = str(max(page.last_id, int(self.native_cursor or 0)))
            keep(len(page.events))
        self._tell_receipts(client, summary, keep)

    def _native_invoice(self, client, invoice_id):
        """The invoice of an event; None for one that we received."""
        found = client.invoice(invoice_id)
        if found.received:
            return None
        return MovedInvoice(
            external_id=invoice_id,
            number=found.number,
            invoice_date=found.invoice_date,
            supplier_code=found.seller,
        )

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
