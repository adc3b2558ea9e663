from odoo import api, fields, models

from .ar_payment_notice_reliability import HIS_WORD

#: Machine columns of an account, with their SQL types.
WORD_COLUMNS = {"word_count": "int", "word_kept_count": "int", "word_share": "int"}


class ArDebtorReliability(models.Model):
    """Whether this customer keeps his word; strategies can look at it."""

    _inherit = "ar.debtor"

    word_count = fields.Integer(
        "Announcements judged",
        readonly=True,
        help="Promises, proofs, remittance advices and instalments of the customer.",
    )
    word_kept_count = fields.Integer("Announcements kept", readonly=True)
    word_share = fields.Integer(
        "Kept, % of the amount",
        readonly=True,
        help="Part of the amount announced that came in time.",
    )
    reliability_line = fields.Char("His word", compute="_compute_reliability_line")

    @api.depends("word_count", "word_share", "notice_ids.state")
    @api.depends_context("lang")
    def _compute_reliability_line(self):
        Notice = self.env["ar.payment.notice"]
        labels = dict(Notice._fields["source"]._description_selection(self.env))
        told = Notice._ar_reliability(self)
        for debtor in self:
            debtor.reliability_line = (
                "; ".join(
                    self._ar_reliability_words(labels[source], figures)
                    for source, figures in told.get(debtor.id, {}).items()
                )
                or False
            )

    def _ar_reliability_words(self, label, figures):
        return self.env._(
            "%(label)s: %(kept)d of %(count)d kept, %(share)d%% of the amount",
            label=label,
            kept=figures["kept"],
            count=figures["judged"],
            share=_percent(figures),
        )

    def reliability(self):
        """How the announcements about this account turned out, by source.

        :return: ``[{"source", "judged", "kept", "announced", "in_time", "share"}]``;
            ``share`` is the part of the amount that came in time, in percent
        """
        self.ensure_one()
        self.check_access("read")
        told = self.env["ar.payment.notice"]._ar_reliability(self).get(self.id, {})
        return [
            {"source": source, **figures, "share": _percent(figures)}
            for source, figures in told.items()
        ]

    @api.model
    def _ar_measure_word(self, debtors):
        """Write what the word of these customers is worth by now."""
        told = self.env["ar.payment.notice"]._ar_reliability(debtors)
        rows = []
        for debtor in debtors:
            his = [f for s, f in told.get(debtor.id, {}).items() if s in HIS_WORD]
            total = {key: sum(f[key] for f in his) for key in his[0]} if his else None
            rows.append(
                (
                    debtor.id,
                    total["judged"] if total else 0,
                    total["kept"] if total else 0,
                    _percent(total) if total else None,
                )
            )
        debtors._ar_bulk_update(rows, WORD_COLUMNS)


def _percent(figures):
    if not figures["announced"]:
        return 0
    return int(100 * figures["in_time"] / figures["announced"] + 0.5)
