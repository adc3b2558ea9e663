from contextlib import contextmanager

from odoo import api, fields, models

#: Kind of gap -> (field of the account, first digits in the French chart, fallback
#: field of the company), for money short and money too much.
GAP_ACCOUNTS = {
    ("cents", 1): (
        "ar_cents_loss_account_id",
        "658",
        "default_cash_difference_expense_account_id",
    ),
    ("cents", -1): (
        "ar_cents_gain_account_id",
        "758",
        "default_cash_difference_income_account_id",
    ),
    ("fee", 1): ("ar_fee_account_id", "627", None),
    ("discount", 1): (
        "account_journal_early_pay_discount_loss_account_id",
        "665",
        None,
    ),
    ("retention", 1): ("ar_retention_account_id", None, None),
}


class ResCompany(models.Model):
    """Which gaps between a receipt and what it pays may be booked, and where."""

    _inherit = "res.company"

    ar_lettering_cents_cap = fields.Monetary(
        "Cents: up to",
        default=1.0,
        help="A difference up to this amount is written off as rounding. Zero: never.",
    )
    ar_lettering_fee_cap = fields.Monetary(
        "Bank fee: up to",
        default=30.0,
        help="A fee that the banks kept on the way is written off up to this amount. "
        "Zero: never.",
    )
    ar_lettering_discount_days = fields.Integer(
        "Discount: days of grace",
        default=5,
        help="Days after the discount date on which an early-payment discount that "
        "the customer took is still granted.",
    )
    ar_cents_loss_account_id = fields.Many2one(
        "account.account",
        "Cents lost",
        check_company=True,
        domain=[("account_type", "in", ("expense", "expense_other"))],
        help="Empty: the first account 658.",
    )
    ar_cents_gain_account_id = fields.Many2one(
        "account.account",
        "Cents gained",
        check_company=True,
        domain=[("account_type", "in", ("income", "income_other"))],
        help="Empty: the first account 758.",
    )
    ar_fee_account_id = fields.Many2one(
        "account.account",
        "Bank fees",
        check_company=True,
        domain=[("account_type", "in", ("expense", "expense_other"))],
        help="Empty: the first account 627.",
    )
    ar_fee_tax_id = fields.Many2one(
        "account.tax",
        "Tax of bank fees",
        check_company=True,
        domain=[("type_tax_use", "=", "purchase")],
        help="The fee includes this tax. Empty: bank fees without VAT, as most are.",
    )
    ar_retention_account_id = fields.Many2one(
        "account.account",
        "Retentions",
        check_company=True,
        domain=[("account_type", "=", "asset_receivable")],
        help="A retention (5 % kept until the works are accepted) is moved to this "
        "account, 4117 in the French chart. Empty: it stays open on the invoice.",
    )

    @api.private
    def _ar_gap_account(self, kind, sign=1):
        """The account of a gap.

        :param str kind: ``cents``, ``fee``, ``discount`` or ``retention``
        :param int sign: 1 when less was received than is owed, -1 when more
        :return: the account of the settings, of the French chart or of Odoo's own
            settings; empty when there is none
        """
        self.ensure_one()
        field, prefix, fallback = GAP_ACCOUNTS.get((kind, sign), (None, None, None))
        Account = self.env["account.account"]
        if field is None:
            return Account
        if self[field] or prefix is None:
            return self[field]
        found = Account.with_company(self).search(
            [
                *Account._check_company_domain(self),
                ("code", "=like", f"{prefix}%"),
                ("account_type", "in", _types(sign)),
            ],
            order="code",
            limit=1,
        )
        return found or (self[fallback] if fallback in self._fields else Account)

    @contextmanager
    def _ar_as_discount_account(self):
        """Within this, Odoo reads our account of discounts where its own is empty.

        Nothing is written: what a booking or its preview needs is no setting.
        """
        self.ensure_one()
        name = "account_journal_early_pay_discount_loss_account_id"
        account = self._ar_gap_account("discount")
        if self[name] or not account:
            yield
            return
        # What waits to be stored is not this value.
        self.flush_recordset([name])
        self._fields[name]._update_cache(self, account.id)
        try:
            yield
        finally:
            self.invalidate_recordset([name], flush=False)


def _types(sign):
    kinds = ("expense", "expense_other", "expense_direct_cost")
    return kinds if sign > 0 else ("income", "income_other")
