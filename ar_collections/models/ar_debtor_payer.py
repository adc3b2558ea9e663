from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from ..engine.payer import heaviest, measure, parts, remembered
from .ar_payer_profile import CLASSES

SHOWN = 20


class ArDebtorPayer(models.Model):
    """How the customer pays, on his account; strategies can look at the class."""

    _inherit = "ar.debtor"

    payer_class = fields.Selection(
        CLASSES, "Payer class", readonly=True, index="btree_not_null"
    )
    payer_profile_ids = fields.One2many("ar.payer.profile", "debtor_id", readonly=True)
    payer_delay_days = fields.Integer(
        "Mean delay", related="payer_profile_ids.delay_days"
    )
    payer_line = fields.Char("How he pays", compute="_compute_payer_line")

    @api.depends("payer_profile_ids", "payer_class")
    @api.depends_context("lang")
    def _compute_payer_line(self):
        labels = dict(
            self.env["ar.payer.profile"]
            ._fields["trend"]
            ._description_selection(self.env)
        )
        for debtor in self:
            profile = debtor.payer_profile_ids[:1]
            if not profile.invoice_count:
                debtor.payer_line = False
                continue
            line = self.env._(
                "%(days)+d days on average over %(count)d invoices (%(amount)s)",
                days=profile.delay_days,
                count=profile.invoice_count,
                amount=format_amount(self.env, profile.amount, profile.currency_id),
            )
            if profile.trend:
                line = self.env._(
                    "%(line)s; a year ago %(days)+d days: %(trend)s",
                    line=line,
                    days=profile.previous_delay_days,
                    trend=labels[profile.trend].lower(),
                )
            debtor.payer_line = line

    def action_payer_refresh(self):
        """Work the profile out again, now; the strategy may follow the class.

        :raise UserError: when the company keeps no payer profiles
        """
        self.check_access("write")
        if not all(company.ar_payer_profiles for company in self.company_id):
            raise UserError(self.env._("Payer profiles are switched off."))
        self.env["ar.payer.profile"].sudo()._ar_profile(self.sudo())
        self.sudo()._ar_decide()
        return True

    def payer_explain(self, as_of=None):
        """Which payments and unpaid rests make the mean delay of this account.

        :param as_of: ISO date of the question, today by default
        :return: ``{"as_of", "delay_days" (None when unknown), "invoice_count",
            "parts": [{"move_id", "number", "due_date", "paid_date" (False when
            unpaid), "amount", "days", "added"}]}``: the parts that weigh most,
            ``added`` is how many days each adds to the mean
        :raise UserError: when ``as_of`` is not a date
        """
        self.ensure_one()
        self.check_access("read")
        try:
            day = fields.Date.to_date(as_of) or self.company_id._ar_today()
        except ValueError as error:
            raise UserError(
                self.env._("“%(text)s” is not a date (YYYY-MM-DD).", text=as_of)
            ) from error
        books = self.env["ar.payer.profile"].sudo()._ar_instalments(self.sudo(), day)
        since = self.company_id._ar_incidents_since(day)
        found = remembered(parts(books.get(self.id, ()), day), since)
        told = measure(found)
        return {
            "as_of": day.isoformat(),
            "delay_days": told.delay,
            "invoice_count": told.invoices,
            "parts": [
                self._ar_payer_part(part, added)
                for part, added in heaviest(found, SHOWN)
            ],
        }

    def _ar_payer_part(self, part, added):
        move = self.env["account.move"].sudo().browse(part.move_id)
        return {
            "move_id": move.id,
            "number": move.name,
            "due_date": part.due.isoformat(),
            "paid_date": part.paid.isoformat() if part.paid else False,
            "amount": part.cents / 10**self.currency_id.decimal_places,
            "days": part.days,
            "added": round(added, 1),
        }

    def action_payer_why(self):
        """Show which invoices the mean delay comes from."""
        return self.env["ar.payer.why"]._ar_open(self, self.payer_explain())

    def _ar_payer_summary(self, told):
        """One sentence about what :meth:`payer_explain` told."""
        day = format_date(self.env, told["as_of"])
        if told["delay_days"] is None:
            return self.env._(
                "Nothing was paid in the twelve months up to %(date)s, and nothing is"
                " overdue.",
                date=day,
            )
        return self.env._(
            "On %(date)s: %(days)+d days on average, weighted by amount, over"
            " %(count)d invoices paid in the last twelve months or overdue.",
            date=day,
            days=told["delay_days"],
            count=told["invoice_count"],
        )
