from odoo import Command, fields, models

#: How often the tax is asked again until the credit note has the wanted total.
ROUNDS = 3


class AccountMoveReversal(models.TransientModel):
    """Odoo's credit note dialog, opened by a dispute: for its amount, linked to it."""

    _inherit = "account.move.reversal"

    ar_dispute_id = fields.Many2one("ar.dispute", "Dispute", readonly=True)
    ar_amount = fields.Monetary(
        "Amount to credit",
        help="Including tax. Less than the invoice: one line per tax of the invoice, "
        "in proportion.",
    )

    def reverse_moves(self, is_modify=False):
        known = self.move_ids.reversal_move_ids
        action = super().reverse_moves(is_modify=is_modify)
        if self.ar_dispute_id:
            credit = (self.move_ids.reversal_move_ids - known)[:1]
            if not is_modify:
                self._ar_reduce(credit)
            self._ar_link(credit, self.new_move_ids if is_modify else None)
        return action

    def _ar_link(self, credit, successor):
        """The dispute follows its credit note, and the invoice that comes instead."""
        values = {"credit_move_id": credit.id}
        if successor:
            values |= {
                "successor_move_id": successor[:1].id,
                "resolution": "corrected",
            }
        dispute = self.ar_dispute_id.sudo()
        dispute.write(values)
        dispute._ar_mark_dirty()

    def _ar_reduce(self, credit):
        """Turn a draft credit note of the whole invoice into one of the amount.

        One line per set of taxes and account, in proportion, so that the tax is that
        of the invoice; the draft shows what rounding makes of it.
        """
        currency, whole = credit.currency_id, credit.amount_total
        if (
            currency.compare_amounts(self.ar_amount, 0) <= 0
            or currency.compare_amounts(self.ar_amount, whole) >= 0
        ):
            return
        ratio = self.ar_amount / whole
        lines = credit.invoice_line_ids
        groups = lines.filtered(lambda ln: ln.display_type == "product").grouped(
            lambda ln: (ln.account_id, ln.tax_ids, str(ln.analytic_distribution))
        )
        fresh = [
            Command.create(
                {
                    "name": self.reason or self.ar_dispute_id.name,
                    "account_id": account.id,
                    "tax_ids": [Command.set(taxes.ids)],
                    "analytic_distribution": group[:1].analytic_distribution,
                    "quantity": 1,
                    "price_unit": self._ar_share_of(group, taxes, ratio),
                }
            )
            for (account, taxes, _analytic), group in groups.items()
        ]
        credit.write({"invoice_line_ids": [Command.clear(), *fresh]})
        self._ar_round(credit)

    def _ar_share_of(self, group, taxes, ratio):
        """Price of one line for a part of these; with the tax where prices have it."""
        included = any(taxes.flatten_taxes_hierarchy().mapped("price_include"))
        total = sum(group.mapped("price_total" if included else "price_subtotal"))
        return total * ratio

    def _ar_round(self, credit):
        """Move the cents that rounding the tax has moved, on the biggest line."""
        for _round in range(ROUNDS):
            difference = self.ar_amount - credit.amount_total
            if credit.currency_id.is_zero(difference):
                return
            line = credit.invoice_line_ids.sorted("price_total")[-1:]
            line.price_unit += credit.currency_id.round(difference)
