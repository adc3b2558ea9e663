from odoo import models

from ..clients.masking import get_logger
from ..engine.payloads import History

_logger = get_logger(__name__)


class ArPlatformObserve(models.Model):
    """The one way in for facts that are told one by one, whatever the platform."""

    _inherit = "ar.platform"

    def _pull(self, client, summary, keep):
        """Read what is new at the platform.

        A new type of platform adds ``_pull_<kind>`` with the same arguments: it
        gives what it reads to :meth:`_observe`, calls ``keep(count)`` after each
        unit, and moves its own cursor only when everything was read.
        """
        getattr(self, f"_pull_{self.kind}")(client, summary, keep)

    def _tables(self):
        """``(rules, reasons)`` of this connection, for ``engine.signals.decide``."""
        return (
            self.env["ar.platform.status"]._rules(self.kind, self.company_id),
            self.env["ar.platform.reason"]._reasons(self.kind, self.company_id),
        )

    def _is_public(self, links):
        """Whether the legal delay of public buyers runs for one invoice.

        :param links: what the platforms know of it
        """
        return self.kind == "chorus_pro"

    def _observe(self, observed, summary):
        """Keep facts about some invoices and act upon their whole stories.

        What goes wrong is noted on its invoice, and stops nothing else.

        :param observed: iterable of :class:`~..engine.payloads.Observed`; several
            may be of one invoice
        :param dict summary: figures of the round, counted up
        :return: ``{external id: ar.platform.invoice}``
        """
        self.ensure_one()
        observed = list(observed)
        Link = self.env["ar.platform.invoice"]
        # The last telling of an invoice counts.
        rows = {told.invoice.external_id: told.invoice for told in observed}
        summary["moved"] += Link._store(self, list(rows.values()))
        links = Link.search(
            [("platform_id", "=", self.id), ("external_id", "in", list(rows))]
        )
        facts = {}
        for told in observed:
            facts.setdefault(told.invoice.external_id, []).extend(told.events)
        histories = {
            link: History(
                rows[link.external_id].number, tuple(facts[link.external_id]), ()
            )
            for link in links
        }
        summary["read"] += len(observed)
        self._take_together(links, histories, summary)
        return {link.external_id: link for link in links}

    def _take_together(self, links, histories, summary):
        """Have these invoices take their histories, all at once where that works."""
        figures = links._run_together(lambda some: some._take(histories))
        for name, count in figures.items():
            summary[name] += count

    def _alert_unknown(self, events):
        """Tell the person in charge about a status met for the first time."""
        codes = sorted({code for code in events.mapped("code") if code})
        rows = self.env["ar.platform.status"]._meet(self.kind, self.company_id, codes)
        for row in rows:
            _logger.warning(
                "platform %s: unknown status %s, nothing changes", self.id, row.code
            )
            link = events.filtered(lambda e, row=row: e.code == row.code)[:1].link_id
            self._alert(
                self.env._("Unknown status %(code)s", code=row.code),
                self.env._(
                    "First met on %(number)s. It changes nothing until its line in "
                    "the table of statuses is completed.",
                    number=link.number or link.external_id,
                ),
            )
