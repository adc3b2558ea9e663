from datetime import timedelta

from odoo import fields, models

from ..clients.errors import PlatformError, TransportError
from ..clients.pace import in_parallel
from ..engine.dates import naive
from ..engine.flow_states import FlowState
from ..engine.flows import INVOICE, LIFECYCLE
from .ar_platform_retry import may_try

CHUNK = 50
#: So often, the list is read again from so far back.
SWEEP = timedelta(days=7)
SWEEP_BACK = timedelta(days=35)


class ArPlatformPaPull(models.Model):
    """The round with an accredited platform: list, fetch, read, tell our receipts."""

    _inherit = "ar.platform"

    swept_at = fields.Datetime(
        readonly=True, copy=False, help="When the list was last read from far back."
    )

    def _pull_pa(self, client, summary, keep):
        self._list_flows(client, summary, keep)
        self._fetch_flows(client, summary, keep)
        self._read_flows(summary, keep)
        self._tell_receipts(client, summary, keep)

    def _list_flows(self, client, summary, keep):
        """Note which flows moved; the mark moves once all pages were read.

        The mark is the platform's own date, so clocks that differ lose nothing.
        """
        since, now = self._window()
        sweep = self.mark and (self.swept_at or self.create_date) < naive(now) - SWEEP
        if sweep:
            # A message may come to the list under a date that was passed already.
            since -= SWEEP_BACK
        mark = self.mark
        for page in client.moved_pages(since, (LIFECYCLE, INVOICE)):
            self.env["ar.platform.flow"]._store(self, page.flows)
            self._judge_receipts(page.flows)
            summary["pages"] += 1
            dates = [naive(f.updated) for f in page.flows]
            mark = max([d for d in (mark, *dates) if d], default=False)
            keep(0)
        if sweep:
            self.swept_at = naive(now)
        if mark and mark != self.mark:
            self.mark = mark
        keep(0)

    def _waiting_flows(self, state):
        domain = [
            ("platform_id", "=", self.id),
            ("state", "=", state.value),
            *may_try(),
        ]
        return self.env["ar.platform.flow"].search(domain, limit=CHUNK, order="id")

    def _fetch_flows(self, client, summary, keep):
        """Download the files, a few at a time; one that fails is left for later."""
        while flows := self._waiting_flows(FlowState.TO_FETCH):
            by_id = {flow.flow_id: flow for flow in flows}
            results = in_parallel(client.download, by_id, self.parallel_calls)
            failures = [r for _id, r in results if isinstance(r, Exception)]
            files = {}
            for flow_id, result in results:
                if isinstance(result, bytes):
                    files[by_id[flow_id]] = result
                elif not isinstance(result, PlatformError):
                    raise result
                elif not result.stops_round:
                    by_id[flow_id]._note_failure(self._words(result))
                    summary["failed"] += 1
            flows._keep_files(files)
            keep(len(flows))
            self._give_up(failures, len(flows))

    def _give_up(self, failures, asked):
        """End the round when the connection as a whole does not work."""
        for error in failures:
            if error.stops_round:
                raise error
        transport = [e for e in failures if isinstance(e, TransportError)]
        if transport and len(transport) == asked:
            raise transport[0]

    def _read_flows(self, summary, keep):
        while flows := self._waiting_flows(FlowState.TO_READ):
            flows._read_together(summary)
            keep(len(flows))
