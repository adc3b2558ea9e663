from decimal import Decimal

from odoo import api, fields, models

from ..engine.claim_states import ClaimState
from ..engine.imputation import (
    BURDEN,
    DUE,
    INDICATED,
    NOT_DUE,
    OLDEST,
    PRO_RATA,
    Debt,
    propose,
)


class ArDebtorClaims(models.Model):
    """Interest and indemnities of one account; what a payment pays first."""

    _inherit = "ar.debtor"

    claim_ids = fields.One2many("ar.claim", "debtor_id", readonly=True)
    claims_amount = fields.Monetary(
        "Interest and indemnities",
        compute="_compute_claims_amount",
        help="Still claimed, in the currency of the company.",
    )
    claims_warning = fields.Char(compute="_compute_claims_warning")

    @api.depends("claim_ids.amount_open", "claim_ids.state")
    def _compute_claims_amount(self):
        groups = self.env["ar.claim"]._read_group(
            [
                ("debtor_id", "in", self.ids),
                ("state", "!=", ClaimState.WAIVED.value),
                ("amount_open", ">", 0),
            ],
            ["debtor_id", "currency_id"],
            ["amount_open:sum"],
        )
        totals = {}
        for debtor, currency, amount in groups:
            company = debtor.company_id
            totals[debtor] = totals.get(debtor, 0) + currency._convert(
                amount, company.currency_id, company, company._ar_today()
            )
        for debtor in self:
            debtor.claims_amount = totals.get(debtor, 0)

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_claims_warning(self):
        words = {c: c._ar_claims_warning() for c in self.sudo().company_id}
        for debtor in self:
            debtor.claims_warning = words[debtor.sudo().company_id]

    def action_open_claims(self):
        """Claims of this account, computed to today."""
        self.ensure_one()
        self.check_access("read")
        own = self.sudo()
        moves = own.open_item_ids.move_id | own.claim_ids.move_id
        self.env["ar.claim"].sudo()._ar_accrue(moves.ids)
        return self._ar_action("ar_claim_action", search_default_open=1)

    def _ar_imputation(self, amount, currency, as_of=None, indicated=()):
        """What a payment pays first by law; a proposal, nothing is written.

        :param float amount: in ``currency``
        :param currency: ``res.currency``: debts in other currencies are left out
        :param as_of: day of the payment, today by default
        :param indicated: ids of the invoices that the customer named, in his order
        :return: ``{"allocations": [{"move_id", "item_id", "part" (``costs``,
            ``interest`` or ``principal``), "amount", "rule", "words"}], "left"}``
        """
        self.ensure_one()
        day = as_of or self.company_id._ar_today()
        unit = 10**currency.decimal_places
        debts = self._ar_debts(currency)
        named = [
            debt.key for move in indicated for debt in debts if debt.key[0] == move
        ]
        found, left = propose(round(amount * unit), debts, day, named)
        words = self._ar_imputation_words()
        return {
            "allocations": [
                {
                    "move_id": allocation.key[0],
                    "item_id": allocation.key[1],
                    "part": allocation.part,
                    "amount": currency.round(allocation.cents / unit),
                    "rule": allocation.rule,
                    "words": words[allocation.rule],
                }
                for allocation in found
            ],
            "left": currency.round(left / unit),
        }

    def _ar_debts(self, currency):
        """Open instalments and claims in one currency, for the engine.

        Claims go with the first open instalment of their invoice, or stand alone
        when it is paid. The debt that bears the highest rate is the one that the
        customer has most interest to pay off.
        """
        claims = self._ar_claims_by_move(currency)
        debts = []
        for line in self.env["ar.facts"]._ar_lines(self.partner_id.ids):
            ours = line["company_id"] == self.company_id.id and not line["is_credit"]
            if not ours or line["scope_code"] or line["currency_id"] != currency.id:
                continue
            claim = claims.pop(line["move_id"], {})
            debts.append(
                Debt(
                    key=(line["move_id"], line["item_id"] or False),
                    principal=line["residual"],
                    due=line["due_date"],
                    since=line["invoice_date"] or line["due_date"],
                    **claim,
                )
            )
        for move_id, claim in claims.items():
            move = self.env["account.move"].sudo().browse(move_id)
            since = move.invoice_date or move.date
            due = move.invoice_date_due or since
            debts.append(Debt((move_id, False), 0, due=due, since=since, **claim))
        return debts

    def _ar_claims_by_move(self, currency):
        found = {}
        unit = 10**currency.decimal_places
        for claim in (
            self.env["ar.claim"]
            .sudo()
            .search(
                [
                    ("debtor_id", "=", self.id),
                    ("currency_id", "=", currency.id),
                    ("state", "!=", ClaimState.WAIVED.value),
                    ("amount_open", ">", 0),
                ],
                order="move_id",
            )
        ):
            told = found.setdefault(claim.move_id.id, {})
            part = "costs" if claim.kind == "indemnity" else "interest"
            told[part] = round(claim.amount_open * unit)
            lines = (claim.working or {}).get("lines")
            if lines:
                told["burden"] = Decimal(lines[-1]["rate"])
        return found

    @api.model
    def _ar_imputation_words(self):
        """Why an allocation stands where it stands, by rule."""
        _ = self.env._
        return {
            INDICATED: _("named by the customer (Code civil, art. 1342-10)"),
            DUE: _("due (Code civil, art. 1342-10)"),
            BURDEN: _("bears the highest interest (Code civil, art. 1342-10)"),
            OLDEST: _("the oldest (Code civil, art. 1342-10)"),
            PRO_RATA: _("in proportion, all being equal (Code civil, art. 1342-10)"),
            NOT_DUE: _("not due yet (Code civil, art. 1342-10)"),
        }
