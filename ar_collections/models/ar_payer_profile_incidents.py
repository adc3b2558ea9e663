from functools import partial

from odoo import api, models

from .ar_payment_notice_incidents import INCIDENTS

CHUNK = 500


class ArPayerProfileIncidents(models.Model):
    """What leaves with time leaves every night, though nothing else has changed."""

    _inherit = "ar.payer.profile"

    @api.model
    def _cron_profile(self):
        done = super()._cron_profile()
        self._ar_measure_words()
        return done

    @api.model
    def _ar_measure_words(self):
        """Work out again what the word of those is worth who once broke it."""
        Debtor = self.env["ar.debtor"].sudo()
        broken = [("notice_ids.state", "in", INCIDENTS)]
        debtors = Debtor.search(broken, order="id")
        for start in range(0, len(debtors), CHUNK):
            chunk = debtors[start : start + CHUNK]
            self._ar_patiently(partial(Debtor._ar_measure_word, chunk))
            if not self.env["ir.cron"]._commit_progress():
                break
