from odoo import api, fields, models
from odoo.exceptions import UserError


class ArClaimClose(models.TransientModel):
    """Waive claims with a reason, or record that one was paid."""

    _name = "ar.claim.close"
    _description = "Close claims"

    mode = fields.Selection(
        [("waive", "Waive"), ("cash", "Cashed")], required=True, default="waive"
    )
    claim_ids = fields.Many2many("ar.claim", string="Claims", required=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_amount_open")
    amount_open = fields.Monetary("Still claimed", compute="_compute_amount_open")
    reason = fields.Text(
        "Why", help="Told on the timeline with your name; the customer does not see it."
    )
    amount = fields.Monetary(
        compute="_compute_amount", store=True, precompute=True, readonly=False
    )
    date = fields.Date("Received on", default=fields.Date.context_today)
    note = fields.Char(help="Where the money is: payment, bank line…")

    @api.depends("claim_ids")
    def _compute_amount_open(self):
        for wizard in self:
            currencies = wizard.claim_ids.currency_id
            one = len(currencies) == 1
            wizard.currency_id = currencies if one else False
            wizard.amount_open = (
                sum(wizard.claim_ids.mapped("amount_open")) if one else 0
            )

    @api.depends("claim_ids")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.amount_open

    def action_close(self):
        """Do it, in the name of the user.

        :raise UserError: without what it needs
        """
        self.ensure_one()
        if self.mode == "waive":
            self.claim_ids._ar_waive(self.reason)
            return
        currency = self.currency_id
        if not currency or not self.date:
            raise UserError(
                self.env._("Choose claims of one currency, and when it was received.")
            )
        if currency.compare_amounts(self.amount, self.amount_open) > 0:
            raise UserError(self.env._("That is more than what is still claimed."))
        left = self.amount
        # Costs before interest, as the law imputes a payment; the oldest first.
        claims = self.claim_ids.sorted(
            lambda c: (c.kind != "indemnity", c.move_id.invoice_date or c.as_of, c.id)
        )
        for claim in claims:
            part = min(left, claim.amount_open)
            if currency.compare_amounts(part, 0) > 0:
                claim._ar_cash(part, self.date, self.note)
                left = currency.round(left - part)
