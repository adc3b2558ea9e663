from datetime import timezone

from odoo import models

from ..engine.dates import local_day
from ..engine.signals import decide


class ArPlatformInvoice(models.Model):
    """Stories of invoices as they were known day by day."""

    _inherit = "ar.platform.invoice"

    def _outcomes(self, history):
        """What was decided of each invoice, at each day on which it heard something.

        Facts that arrived before the company was collected here count from their
        own date.

        :return: ``{move: [(day, engine Outcome)]}``, oldest first
        """
        told, tables = {}, {}
        for move, links in self.grouped("move_id").items():
            platform = links.platform_id[:1]
            if platform not in tables:
                tables[platform] = platform._tables()
            rules, reasons = tables[platform]
            terms = links._terms(move)
            heard = {e: _heard_on(e, history) for e in links.event_ids}
            for day in sorted(set(heard.values())):
                known = [event.id for event in links.event_ids if heard[event] <= day]
                events = links.event_ids.browse(known)
                outcome = decide(events._facts(), rules, terms, reasons)
                told.setdefault(move, []).append((day, outcome))
        return told


def _heard_on(event, history):
    """Day from which a fact was known."""
    utc = timezone.utc
    heard = local_day(event.fetched_at.replace(tzinfo=utc))
    if not event.event_date:
        return heard
    told = local_day(event.event_date.replace(tzinfo=utc))
    return max(told, heard) if history.watched(told) else told
