from odoo import models

from ..engine.payloads import History


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
        """Keep facts about one invoice and act upon its whole story.

        What goes wrong is noted on the invoice, and stops nothing else.

        :param observed: :class:`~..engine.payloads.Observed`
        :param dict summary: figures of the round, counted up
        :return: the ``ar.platform.invoice``
        """
        self.ensure_one()
        links = self.env["ar.platform.invoice"]
        row = observed.invoice
        summary["moved"] += links._store(self, [row])
        link = links.search(
            [("platform_id", "=", self.id), ("external_id", "=", row.external_id)]
        )
        history = History(row.number, tuple(observed.events), ())
        summary["read"] += 1
        if not link._run_alone(lambda: link._take(history, summary)):
            summary["failed"] += 1
        return link
