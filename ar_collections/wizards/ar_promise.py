from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount


class ArPromise(models.TransientModel):
    """The customer promises to pay: what, how much, when."""

    _name = "ar.promise"
    _description = "Promise to pay"

    debtor_id = fields.Many2one("ar.debtor", "Account", required=True)
    currency_id = fields.Many2one("res.currency", required=True)
    item_ids = fields.Many2many(
        "ar.item",
        string="Invoices",
        required=True,
        domain="[('debtor_id', '=', debtor_id), ('is_open', '=', True),"
        " ('is_credit', '=', False), ('currency_id', '=', currency_id)]",
    )
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    expected_date = fields.Date("Expected on", required=True)
    note = fields.Text(help="Who promised, and how.")

    @api.model
    def default_get(self, fields_list):
        """Everything overdue of the account, in the company's currency."""
        defaults = super().default_get(fields_list)
        debtor = self.env["ar.debtor"].browse(defaults.get("debtor_id"))
        if debtor:
            today = debtor.company_id._ar_today()
            items = debtor.open_item_ids.filtered(
                lambda i: not i.is_credit and not i.scope_code
            )
            currency = debtor.currency_id
            if currency not in items.currency_id:
                currency = items.currency_id[:1] or currency
            items = items.filtered(lambda i: i.currency_id == currency)
            late = items.filtered(lambda i: i.due_date and i.due_date < today)
            defaults["currency_id"] = currency.id
            defaults["item_ids"] = [Command.set((late or items).ids)]
        return defaults

    @api.depends("item_ids")
    def _compute_amount(self):
        for promise in self:
            promise.amount = sum(promise.item_ids.mapped("residual"))

    def action_record(self):
        """Record the promise: it goes to the oldest invoices first."""
        self.ensure_one()
        self.env["ar.payment.notice"]._ar_announce([self._ar_announcement()])
        self.debtor_id.sudo()._ar_decide()

    def _ar_announcement(self):
        """What was promised, as ``ar.payment.notice._ar_announce`` takes it.

        :raise UserError: without an amount, or with more than is open
        """
        items = self.item_ids.sorted(lambda i: (i.due_date, i.id))
        total = sum(items.mapped("residual"))
        if self.currency_id.compare_amounts(self.amount, 0) <= 0:
            raise UserError(self.env._("A promise needs an amount."))
        if self.currency_id.compare_amounts(self.amount, total) > 0:
            raise UserError(
                self.env._(
                    "Only %(total)s is open on the invoices chosen.",
                    total=format_amount(self.env, total, self.currency_id),
                )
            )
        parts, left = [], self.amount
        for item in items:
            part = min(item.residual, left)
            if self.currency_id.compare_amounts(part, 0) > 0:
                parts.append((item, self.currency_id.round(part)))
                left = self.currency_id.round(left - part)
        return {
            "source": "promise",
            "debtor_id": self.debtor_id.id,
            "lines": [
                {"move_id": item.move_id.id, "item_id": item.id, "amount": part}
                for item, part in parts
            ],
            "amount": self.amount,
            "expected_date": self.expected_date,
            "note": self.note,
        }
