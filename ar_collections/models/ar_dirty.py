from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL


class ArDirty(models.Model):
    """Freshness marks: which accounts must be looked at again.

    Plain inserts only: a conflicting UPDATE would abort the accountant's own
    transaction under REPEATABLE READ. A triggered cron drains them.
    """

    _name = "ar.dirty"
    _inherit = ["ar.bulk"]
    _description = "Account to refresh"
    _log_access = False

    partner_id = fields.Integer(required=True, help="Commercial partner.")
    company_id = fields.Integer(help="Collecting company; empty: all of them.")
    reason = fields.Char()

    @api.model
    def _ar_mark(self, partner_ids, reason):
        """Mark commercial partners for a refresh within a minute.

        :param partner_ids: ids of ``res.partner`` (commercial entities)
        :param reason: short code, for the curious
        """
        ids = sorted({int(i) for i in partner_ids if i})
        if not ids:
            return
        self.env.cr.execute(
            SQL(
                "INSERT INTO ar_dirty (partner_id, reason)"
                " SELECT unnest(%s::int[]), %s",
                ids,
                reason,
            )
        )
        cron = self.env.ref("ar_collections.ar_dirty_cron", raise_if_not_found=False)
        if cron and not self.env.cr.precommit.data.get("ar_dirty_triggered"):
            # One trigger per transaction is enough, whatever it touched.
            self.env.cr.precommit.data["ar_dirty_triggered"] = True
            self.env.cr.precommit.add(cron.sudo()._trigger)

    @api.model
    def _cron_drain(self, limit=2000):
        """Refresh the marked accounts, in chunks, and forget their marks."""
        commit_progress = self.env["ir.cron"]._commit_progress
        debtors = self.env["ar.debtor"]
        while True:
            drained = self._ar_together(
                partial(self._ar_drain_batch, limit, debtors._ar_refresh),
                partial(self._ar_drain_batch, limit),
            )
            if not drained:
                break
            if not commit_progress(drained):
                # The cron's own rescheduling wakes nobody up before the next poll.
                self.env.ref("ar_collections.ar_dirty_cron").sudo()._trigger()
                commit_progress()
                break

    def _ar_drain_batch(self, limit, refresh=None):
        """Refresh one batch of marked customers; how many marks there were.

        :param refresh: what to do with their ids; by default a customer that fails
            does not stop the others
        """
        refresh = refresh or self.env["ar.debtor"]._ar_refresh_safely
        self.env.cr.execute(
            SQL(
                "SELECT id, partner_id FROM ar_dirty ORDER BY id LIMIT %s"
                " FOR UPDATE SKIP LOCKED",
                limit,
            )
        )
        marks = self.env.cr.fetchall()
        if marks:
            refresh(sorted({partner for _id, partner in marks}))
            self.env.cr.execute(
                SQL("DELETE FROM ar_dirty WHERE id = ANY(%s)", [m[0] for m in marks])
            )
        return len(marks)
