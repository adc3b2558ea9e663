from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_amount

from .ar_lettering_plan import BookingError, Gap


class ArLetteringBooking(models.AbstractModel):
    """The entries of typed gaps, and receipts in another currency.

    A gap is lines on its account in the receipt's entry, by which the customer's line
    is larger or smaller than what was received. An early-payment discount takes Odoo's
    own lines, which know the three ways to treat its VAT.
    """

    _inherit = "ar.lettering.booking"

    # Gaps ------------------------------------------------------------------------

    @api.model
    def _ar_book_gaps(self, plans):
        """Create the lines of all gaps at once; the suspense lines carry the rest.

        :param plans: plans with one counterpart line, of one customer
        """
        rows, accounts, changed = [], {}, []
        # An entry is balanced again once all lines are there.
        quiet = self._ar_quiet(plans).with_context(check_move_validity=False)
        for plan in plans:
            if not plan.gaps:
                continue
            found = self._ar_gaps_vals(plan, accounts)
            _liquidity, suspense, _others = plan.line._seek_for_lines()
            balance = suspense.balance - sum(vals["balance"] for vals in found)
            amount = suspense.amount_currency - sum(gap.amount for gap in plan.gaps)
            vals = {"balance": balance, "amount_currency": amount}
            # Of a line that is no invoice's, these are its amount.
            vals.update(price_subtotal=amount, price_total=amount)
            changed.append((suspense.with_env(quiet.env), vals))
            rows += [{**vals, "move_id": plan.line.move_id.id} for vals in found]
        if not rows:
            return
        lines = quiet.env["account.move.line"].union(*(line for line, _v in changed))
        self._ar_store(changed, lines.move_id)
        if not self._ar_has_analytics():
            for vals in rows:
                vals.setdefault("analytic_distribution", False)
        lines.with_context(check_move_validity=True).create(rows)

    @api.model
    def _ar_gaps_vals(self, plan, accounts):
        """Values of the lines of all gaps of a plan."""
        return [
            vals for gap in plan.gaps for vals in self._ar_gap_vals(plan, gap, accounts)
        ]

    @api.model
    def _ar_gap_vals(self, plan, gap, accounts):
        """Values of the lines of one gap.

        :param dict accounts: accounts found so far, kept between the gaps
        :rtype: list[dict]
        """
        if gap.kind == "discount":
            return self._ar_discount_vals(plan, gap)
        balance = self._ar_balance(plan, gap.amount)
        return self._ar_writeoff_vals(plan, gap, balance, accounts)

    @api.model
    def _ar_gap_name(self, gap):
        number = gap.item.move_id.name or ""
        return {
            "cents": self.env._("Rounding difference %(number)s", number=number),
            "fee": self.env._("Bank fee %(number)s", number=number),
            "discount": self.env._("Early-payment discount %(number)s", number=number),
            "retention": self.env._("Retention %(number)s", number=number),
        }[gap.kind]

    @api.model
    def _ar_writeoff_vals(self, plan, gap, balance, accounts):
        company = plan.line.company_id
        sign = 1 if gap.amount > 0 else -1
        key = (company, gap.kind, sign)
        if key not in accounts:
            accounts[key] = company._ar_gap_account(gap.kind, sign)
        account = accounts[key]
        if not account:
            raise BookingError("letter_no_gap_account")
        base = {
            "name": self._ar_gap_name(gap),
            "account_id": account.id,
            "partner_id": gap.item.partner_id.id,
            "currency_id": plan.currency.id,
        }
        if gap.kind == "retention":
            # Kept for a year after the works are accepted (law 71-584, article 1).
            base["date_maturity"] = fields.Date.add(plan.line.date, years=1)
        tax = company.ar_fee_tax_id if gap.kind == "fee" else None
        if not tax or plan.currency != company.currency_id:
            return [{**base, "balance": balance, "amount_currency": gap.amount}]
        return self._ar_taxed_vals(plan, base, tax, balance)

    @api.model
    def _ar_taxed_vals(self, plan, base, tax, balance):
        """A fee that includes a tax: its base, and one line per part of the tax."""
        told = tax.with_context(force_price_include=True).compute_all(
            balance, currency=plan.currency, handle_price_include=True
        )
        untaxed = told["total_excluded"]
        rows = [
            {
                **base,
                "balance": untaxed,
                "amount_currency": untaxed,
                "tax_ids": [(6, 0, tax.ids)],
                "tax_tag_ids": [(6, 0, told["base_tags"])],
            }
        ]
        for part in told["taxes"]:
            rows.append(
                {
                    **base,
                    "name": part["name"],
                    "account_id": part["account_id"] or base["account_id"],
                    "balance": part["amount"],
                    "amount_currency": part["amount"],
                    "tax_repartition_line_id": part["tax_repartition_line_id"],
                    "tax_tag_ids": [(6, 0, part["tag_ids"])],
                    "tax_base_amount": untaxed,
                }
            )
        return rows

    @api.model
    def _ar_discount_vals(self, plan, gap):
        """Odoo's lines for an early-payment discount on one instalment."""
        item, move = gap.item, gap.item.move_id
        if not plan.line.company_id._ar_gap_account("discount"):
            raise BookingError("letter_no_gap_account")
        granted = item.amount_residual_currency - item.discount_amount_currency
        touched = item.matched_debit_ids | item.matched_credit_ids
        if (
            not move.invoice_payment_term_id.early_discount
            or touched
            or plan.currency != item.currency_id
            or plan.currency.compare_amounts(granted, gap.amount)
        ):
            raise BookingError("letter_discount_differs", number=move.name)
        values = {
            "aml": item,
            "amount_currency": -item.amount_residual_currency,
            "balance": -item.amount_residual,
        }
        with move.company_id._ar_as_discount_account():
            told = move._get_invoice_counterpart_amls_for_early_payment_discount(
                [values], self._ar_balance(plan, gap.amount)
            )
        kinds = ("base_lines", "tax_lines", "term_lines", "exchange_lines")
        rows = [dict(vals) for kind in kinds for vals in told[kind]]
        return [vals for vals in rows if vals["balance"] or vals["amount_currency"]]

    @api.model
    def _ar_move_retention(self, plan):
        """Move what is retained to its account, when the company has one.

        Otherwise it stays open on the invoice, as any part payment.
        """
        if not plan.line.company_id.ar_retention_account_id:
            return
        for position, (item, amount) in enumerate(plan.parts):
            kept = item.amount_residual_currency - amount
            if plan.currency.compare_amounts(kept, 0.0) > 0:
                plan.parts[position] = (item, item.amount_residual_currency)
                plan.gaps.append(Gap("retention", kept, item))

    # Currencies ------------------------------------------------------------------

    @api.model
    def _ar_balance(self, plan, amount):
        """An amount of the plan in the company's currency, at the bank's rate."""
        line = plan.line
        company_currency = line.company_id.currency_id
        if plan.currency == company_currency:
            return amount
        if plan.currency not in (line.foreign_currency_id, line.currency_id):
            # Ordered in this currency, which Odoo is told when it is booked.
            liquidity, _suspense, _others = line._seek_for_lines()
            rate = sum(liquidity.mapped("balance")) / (line.ar_original_amount or 1.0)
            return company_currency.round(amount * rate)
        return line._prepare_counterpart_amounts_using_st_line_rate(
            plan.currency, 0.0, amount
        )["balance"]

    @api.model
    def _ar_set_currencies(self, plans):
        """Tell Odoo the amount ordered, where items of that currency are paid."""
        for plan in plans:
            line = plan.line
            if plan.currency == (line.foreign_currency_id or line.currency_id):
                continue
            if (
                plan.currency != line.ar_original_currency_id
                or line.foreign_currency_id
            ):
                raise BookingError("letter_other_currency", currency=plan.currency.name)
            line.write(
                {
                    "foreign_currency_id": plan.currency.id,
                    "amount_currency": line.ar_original_amount,
                }
            )

    # What will be booked, before it is --------------------------------------------

    @api.model
    def _ar_preview(self, plan):
        """The journal items that booking a plan leaves in the receipt's entry.

        :return: ``{"account", "partner", "label", "debit", "credit"}`` in the
            company's currency, at the bank's rate
        :rtype: list[dict]
        :raise BookingError: when a gap has no account, or is no discount
        """
        line = plan.line
        company = line.company_id
        liquidity, _suspense, _others = line._seek_for_lines()
        rows = [
            (liquidity.account_id, line.partner_id, line.payment_ref, liquidity.balance)
        ]
        written, accounts = {}, {}
        for gap in plan.gaps:
            for vals in self._ar_gap_vals(plan, gap, accounts):
                item = gap.item.id
                written[item] = written.get(item, 0.0) + vals["balance"]
                account = self.env["account.account"].browse(vals["account_id"])
                rows.append(
                    (account, gap.item.partner_id, vals["name"], vals["balance"])
                )
        left = -sum(balance for *_row, balance in rows)
        for item, amount in plan.parts:
            balance = -self._ar_balance(plan, amount - plan.written_off(item))
            balance -= written.get(item.id, 0.0)
            label = item.move_id.name or item.name
            rows.append((item.account_id, item.partner_id, label, balance))
            left -= balance
        if plan.parts and not company.currency_id.is_zero(left):
            first = plan.parts[0][0]
            label = self.env._("On account")
            rows.append((first.account_id, first.partner_id, label, left))
        return [
            {
                "account": account.display_name,
                "partner": partner.display_name or "",
                "label": label or "",
                "debit": max(balance, 0.0),
                "credit": max(-balance, 0.0),
            }
            for account, partner, label, balance in rows
        ]

    @api.model
    def _ar_preview_html(self, plan):
        """The journal items of a plan as a table, or why it cannot be booked."""
        try:
            rows = self._ar_preview(plan)
        except BookingError as error:
            words = self.env["ar.lettering.proposal"]._ar_error_words(error)
            return Markup("<p class='text-danger mb-0'>%s</p>") % words
        currency = plan.line.company_id.currency_id

        def money(amount):
            return format_amount(self.env, amount, currency) if amount else ""

        texts = Markup("<td>%s</td>") * 3
        figures = Markup('<td class="text-end">%s</td>') * 2
        body = Markup("").join(
            Markup("<tr>%s%s</tr>")
            % (
                texts % (row["account"], row["partner"], row["label"]),
                figures % (money(row["debit"]), money(row["credit"])),
            )
            for row in rows
        )
        head = Markup("<th>%s</th>") * 3 + Markup('<th class="text-end">%s</th>') * 2
        head %= (
            self.env._("Account"),
            self.env._("Customer"),
            self.env._("Label"),
            self.env._("Debit"),
            self.env._("Credit"),
        )
        return Markup('<table class="table table-sm mb-0"><tr>%s</tr>%s</table>') % (
            head,
            body,
        )
