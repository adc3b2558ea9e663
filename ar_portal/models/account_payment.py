from odoo import Command, models


class AccountPayment(models.Model):
    """A payment made on the customer's page has one line per instalment.

    Matching each with its own instalment is the only way to settle exactly what the
    customer chose: one line for all would be spread over the invoices by date.
    """

    _inherit = "account.payment"

    def _ar_request(self):
        """What was chosen on the customer's page, or nothing."""
        self.ensure_one()
        transaction = self.payment_transaction_id.sudo()
        return transaction.ar_request_ids if self.payment_type == "inbound" else False

    def _prepare_move_line_default_vals(
        self, write_off_line_vals=None, force_balance=None
    ):
        lines = super()._prepare_move_line_default_vals(
            write_off_line_vals=write_off_line_vals, force_balance=force_balance
        )
        request = self._ar_request()
        if not request:
            return lines
        liquidity, counterpart, *others = lines
        return [liquidity, *self._ar_split(counterpart, request), *others]

    def _ar_split(self, whole, request):
        """The receivable line cut by instalment; what is left stays with the last."""
        balance = whole["debit"] - whole["credit"]
        left, left_balance = whole["amount_currency"], balance
        company_currency, parts = self.company_id.currency_id, []
        for line in request.line_ids:
            share = line.amount / request.amount if request.amount else 0
            part = company_currency.round(balance * share)
            if line == request.line_ids[-1:]:
                amount, part = left, left_balance
            else:
                amount = -line.amount
            left -= amount
            left_balance -= part
            account = line._ar_account()
            parts.append(
                {
                    **whole,
                    "name": f"{whole['name']} {line.number}",
                    "amount_currency": self.currency_id.round(amount),
                    "debit": company_currency.round(max(part, 0.0)),
                    "credit": company_currency.round(max(-part, 0.0)),
                    "account_id": account.id or whole["account_id"],
                }
            )
        return parts

    def _synchronize_to_moves(self, changed_fields):
        """The frame knows one receivable line only: write ours anew."""
        split = self.filtered(lambda p: p.move_id and p._ar_request())
        result = super(AccountPayment, self - split)._synchronize_to_moves(
            changed_fields
        )
        watched = self._get_trigger_fields_to_synchronize()
        if any(name in watched for name in changed_fields):
            for payment in split.filtered(lambda p: p.move_id.state == "draft"):
                lines = payment._prepare_move_line_default_vals()
                payment.move_id.write(
                    {
                        "date": payment.date,
                        "line_ids": [
                            Command.clear(),
                            *(Command.create(vals) for vals in lines),
                        ],
                    }
                )
        return result
