import logging
from contextlib import nullcontext
from functools import reduce
from operator import getitem

from psycopg2 import OperationalError

from odoo import Command, api, models
from odoo.exceptions import UserError

from .ar_lettering_plan import BookingError

_logger = logging.getLogger(__name__)


class ArLetteringBooking(models.AbstractModel):
    """Books matches of receipts with open items, many at once.

    The suspense line of each receipt is given the receivable account, and all pairs
    are reconciled by one plan, with one pass for taxes due on payment. The entries
    are those of Odoo's own reconciliation; the way there is shorter.
    """

    _name = "ar.lettering.booking"
    _description = "Booking of matches"

    @api.model
    def _ar_book(self, plans):
        """Book what can be booked; a refused match fails alone.

        :param plans: list of :class:`BookingPlan`, no journal item in two of them
        :return: booked plans, and (plan, :class:`BookingError`) for the others
        :rtype: tuple[list, list]
        """
        if not plans:
            return [], []
        try:
            with self.env.cr.savepoint():
                self._ar_book_together(plans)
            return list(plans), []
        except OperationalError:
            # Another transaction was faster: the caller starts again.
            raise
        except Exception as error:
            if len(plans) == 1:
                return [], [(plans[0], self._ar_failure(plans[0], error))]
        half = len(plans) // 2
        booked, failed = self._ar_book(plans[:half])
        more_booked, more_failed = self._ar_book(plans[half:])
        return booked + more_booked, failed + more_failed

    @api.model
    def _ar_book_one(self, plan):
        """Book one match.

        :raise BookingError: when it cannot be
        """
        _booked, failed = self._ar_book([plan])
        if failed:
            raise failed[0][1]

    @api.model
    def _ar_failure(self, plan, error):
        if isinstance(error, BookingError):
            return error
        if not isinstance(error, UserError):
            _logger.warning("Receipt %s cannot be booked", plan.line.id, exc_info=error)
        return BookingError("letter_booking_refused", error=str(error))

    @api.model
    def _ar_book_together(self, plans):
        standing = self.env["account.move.line"].union(*(p.items for p in plans))
        standing = standing.exists()
        for plan in plans:
            self._ar_check(plan, standing)
        expected = [
            (item, item.amount_residual_currency - amount)
            for plan in plans
            for item, amount in plan.parts
        ]
        simple = [plan for plan in plans if self._ar_is_simple(plan)]
        split = [plan for plan in plans if plan not in simple]
        before = standing.matched_debit_ids | standing.matched_credit_ids
        self._ar_set_currencies(plans)
        with self._ar_without_analytics(plans):
            self._ar_set_partners(simple)
            self._ar_book_gaps(simple)
            steps = self._ar_recode(simple)
        steps += self._ar_split(split)
        quiet = self._ar_quiet(plans)
        quiet.env["account.move.line"]._reconcile_plan(steps)
        self._ar_cash_basis(standing, before)
        self._ar_verify(plans, expected)
        # Here and not when the savepoint ends, which writes in nobody's name.
        self.env.flush_all()

    @api.model
    def _ar_without_analytics(self, plans):
        """Spare looking for an analytic distribution per line where none is defined."""
        if self._ar_has_analytics():
            return nullcontext()
        field = self.env["account.move.line"]._fields["analytic_distribution"]
        lines = self.env["account.bank.statement.line"].union(*(p.line for p in plans))
        return self.env.protecting([field], lines.move_id.line_ids)

    @api.model
    def _ar_has_analytics(self):
        Model = self.env["account.analytic.distribution.model"].sudo()
        return bool(Model.search_count([], limit=1))

    # Checks ----------------------------------------------------------------------

    @api.model
    def _ar_check(self, plan, standing):
        """The receipt is unmatched and the items are as open as the plan believes.

        :param standing: the items of all plans that exist
        """
        line = plan.line
        _liquidity, suspense, others = line._seek_for_lines()
        if line.is_reconciled or len(suspense) != 1 or others or not line.checked:
            raise BookingError("letter_receipt_changed")
        if not plan.parts:
            raise BookingError("letter_item_changed", number="")
        if not plan.received:
            raise BookingError("letter_other_currency", currency=plan.currency.name)
        for item, amount in plan.parts:
            gone = item not in standing
            if gone or item.reconciled or item.parent_state != "posted":
                number = "" if gone else item.move_id.name or ""
                raise BookingError("letter_item_changed", number=number)
            currency = item.currency_id
            residual = item.amount_residual_currency
            if currency != plan.currency:
                raise BookingError("letter_other_currency", currency=currency.name)
            sign = 1 if amount > 0 else -1
            if currency.compare_amounts(residual * sign, amount * sign) < 0:
                raise BookingError("letter_item_changed", number=item.move_id.name)
        total = sum(amount for _item, amount in plan.parts)
        total -= sum(gap.amount for gap in plan.gaps)
        if plan.currency.compare_amounts(total, plan.received) > 0:
            raise BookingError("letter_receipt_changed")

    @api.model
    def _ar_is_simple(self, plan):
        """One counterpart line is enough: one account, one customer, one part paid."""
        items = plan.items
        partial = [
            item
            for item, amount in plan.parts
            if item.currency_id.compare_amounts(item.amount_residual_currency, amount)
        ]
        customers = items.partner_id.commercial_partner_id
        return len(items.account_id) == 1 and len(customers) == 1 and len(partial) < 2

    @api.model
    def _ar_verify(self, plans, expected):
        """The ledger says what the plan said, to the cent, or nothing is kept."""
        for item, residual in expected:
            if item.currency_id.compare_amounts(
                item.amount_residual_currency, residual
            ):
                raise BookingError("letter_item_changed", number=item.move_id.name)
        for plan in plans:
            if not plan.line.is_reconciled:
                raise BookingError("letter_receipt_changed")

    # Entries ---------------------------------------------------------------------

    @api.model
    def _ar_quiet(self, plans):
        """This model without the work that brings nothing here.

        Where the company keeps a restrictive audit trail, changes stay tracked.
        """
        companies = self.env["res.company"].union(*(p.line.company_id for p in plans))
        return self.with_context(
            skip_account_move_synchronization=True,
            skip_invoice_sync=True,
            skip_readonly_check=True,
            no_cash_basis=True,
            tracking_disable=not any(companies.mapped("restrictive_audit_trail")),
        )

    @api.model
    def _ar_set_partners(self, plans):
        """A booked line refuses another contact, so it is set before.

        What accounting does when somebody changes a contact (locks, balances, the
        fiscal position entry by entry) it does once more when the account is
        written: here the values are only stored, unless changes are tracked.
        """
        groups = {}
        for plan in plans:
            if plan.line.partner_id.commercial_partner_id != plan.partner:
                groups.setdefault(plan.partner, []).append(plan.line)
        if not groups:
            return
        quiet = self._ar_quiet(plans).env.context
        everything = self.env["account.bank.statement.line"]
        everything = everything.union(*(line for g in groups.values() for line in g))
        moves = everything.move_id
        everything.check_access("write")
        field = moves._fields["fiscal_position_id"]
        rows = [
            (everything.union(*found).with_context(**quiet), {"partner_id": partner.id})
            for partner, found in groups.items()
        ]
        with self.env.protecting([field], moves):
            for path in ((), ("move_id",), ("move_id", "line_ids")):
                same = [(reduce(getitem, path, some), vals) for some, vals in rows]
                self._ar_store_partners(same, moves)
        self._ar_set_fiscal_positions(groups, quiet)

    @api.model
    def _ar_store_partners(self, rows, moves):
        """The contact of receipts, of their entries or of the lines of these.

        :param moves: these entries
        """
        if self._ar_store(rows, moves):
            return
        for records, vals in rows:
            # They got the same: one of each company stands for all.
            for some in records.grouped("company_id").values():
                some[:1]._check_company(list(vals))

    @api.model
    def _ar_store(self, rows, moves):
        """Store values and what depends on them, without what a write looks at.

        What depends on them is looked for once, which is what costs. Where changes
        leave a trace, or an entry is sealed, they are written as anybody's are.

        :param rows: (records, values) of one model, the same fields in all; the
            context is that of :meth:`_ar_quiet`
        :param moves: their entries
        :return: whether they were written
        """
        tracked = not rows[0][0].env.context["tracking_disable"]
        if tracked or any(moves.mapped("inalterable_hash")):
            for records, vals in rows:
                # Entries add to the values they are given.
                records.write(dict(vals))
            return True
        names = list(rows[0][1])
        records = rows[0][0].union(*(some for some, _vals in rows))
        stamp = {"write_uid": self.env.uid, "write_date": self.env.cr.now()}
        records.modified(names, before=True)
        for some, vals in rows:
            for name, value in {**vals, **stamp}.items():
                some._fields[name].write(some, value)
        records.modified(names)
        return False

    @api.model
    def _ar_set_fiscal_positions(self, groups, quiet):
        """As Odoo finds it for an entry of the customer, but once for each.

        :param dict quiet: context that lets a posted entry take it, as a compute does
        """
        Position = self.env["account.fiscal.position"]
        for partner, found in groups.items():
            delivery = partner.browse(partner.address_get(["delivery"])["delivery"])
            moves = self.env["account.move"].union(*(line.move_id for line in found))
            for company, some in moves.grouped("company_id").items():
                position = Position.with_company(company)._get_fiscal_position(
                    partner, delivery=delivery
                )
                changed = some.filtered(
                    lambda move, wanted=position: move.fiscal_position_id != wanted
                )
                changed.with_context(**quiet).fiscal_position_id = position

    @api.model
    def _ar_recode(self, plans):
        """Give the suspense lines the receivable account of what they pay."""
        by_account, steps = {}, []
        for plan in plans:
            _liquidity, suspense, _others = plan.line._seek_for_lines()
            account = plan.items.account_id
            by_account.setdefault(account, []).append(suspense)
            whole, part = suspense, self.env["account.move.line"]
            for item, amount in plan.parts:
                residual = item.amount_residual_currency
                if item.currency_id.compare_amounts(residual, amount):
                    part = item
                else:
                    whole |= item
            if len(whole) > 1:
                steps.append(whole)
            if part:
                # Last, so that it gets what the others leave and nothing more.
                steps.append(suspense | part)
        context = self._ar_quiet(plans).env.context if plans else {}
        for account, found in by_account.items():
            lines = self.env["account.move.line"].union(*found)
            lines.with_context(**context).write({"account_id": account.id})
        return steps

    @api.model
    def _ar_split(self, plans):
        """One counterpart line per item, for several customers or accounts."""
        steps, accounts = [], {}
        for plan in plans:
            line = plan.line
            _liquidity, suspense, _others = line._seek_for_lines()
            kept = line.move_id.line_ids - suspense
            gaps = self._ar_gaps_vals(plan, accounts)
            rows = [*self._ar_split_vals(plan, suspense, gaps), *gaps]
            commands = [Command.delete(suspense.id), *map(Command.create, rows)]
            quiet = self._ar_quiet(plans).env.context
            line.move_id.with_context(**quiet, force_delete=True).write(
                {"line_ids": commands}
            )
            created = (line.move_id.line_ids - kept).sorted("id")
            # What is left over stays open on the first item's account.
            pairs = zip(created[: len(plan.parts)], plan.parts, strict=True)
            steps += [new | item for new, (item, _amount) in pairs]
        return steps

    @api.model
    def _ar_split_vals(self, plan, suspense, gaps):
        """Values of the lines that replace the suspense line, to its last cent.

        :param gaps: values of the lines that are written off
        """
        left = plan.received + sum(gap.amount for gap in plan.gaps)
        balance_left = sum(vals["balance"] for vals in gaps) - suspense.balance
        parts = []
        for item, amount in plan.parts:
            parts.append((item, amount, item.move_id.name))
            left -= amount
        if not plan.currency.is_zero(left):
            parts.append((plan.parts[0][0], left, plan.line.payment_ref))
        rows = []
        for item, amount, name in parts:
            balance = self._ar_balance(plan, amount)
            if len(rows) == len(parts) - 1:
                # Rates leave cents: the last line takes them.
                balance = balance_left
            balance_left -= balance
            rows.append(
                {
                    "name": name,
                    "account_id": item.account_id.id,
                    "partner_id": item.partner_id.id,
                    "currency_id": plan.currency.id,
                    "balance": -balance,
                    "amount_currency": -amount,
                }
            )
        return rows

    @api.model
    def _ar_cash_basis(self, items, before):
        """Entries for taxes due on payment, for all new matches at once."""
        if not any(items.company_id.mapped("tax_exigibility")):
            return
        partials = (items.matched_debit_ids | items.matched_credit_ids) - before
        partials = partials.sorted("id")
        partials._create_tax_cash_basis_moves()
        partials._set_draft_caba_move_vals()
