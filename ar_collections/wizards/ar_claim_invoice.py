from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..engine.claim_states import ClaimState


class ArClaimInvoice(models.TransientModel):
    """Make draft customer invoices of claims: no VAT, one line per claim.

    Until then a claim is in no ledger; from then on the invoice is a receivable like
    any other, which itself bears neither interest nor indemnity.
    """

    _name = "ar.claim.invoice"
    _description = "Invoice claims"

    claim_ids = fields.Many2many("ar.claim", string="Claims", required=True)
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    invoice_date = fields.Date(required=True, default=fields.Date.context_today)
    account_id = fields.Many2one(
        "account.account",
        compute="_compute_account_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        domain="[('account_type', 'in', ('income', 'income_other')),"
        " ('company_ids', 'parent_of', company_id)]",
        help="Proposed from the settings of the company.",
    )
    left_out = fields.Integer(compute="_compute_left_out")

    @api.depends("claim_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.claim_ids.company_id[:1]

    @api.depends("claim_ids")
    def _compute_account_id(self):
        for wizard in self:
            company = wizard.claim_ids.company_id[:1]
            wizard.account_id = company.sudo().ar_claims_account_id

    @api.depends("claim_ids")
    def _compute_left_out(self):
        for wizard in self:
            wizard.left_out = len(wizard.claim_ids - wizard._ar_ready())

    def _ar_ready(self):
        return self.claim_ids.filtered(
            lambda c: (
                c.state != ClaimState.WAIVED.value
                and c.currency_id.compare_amounts(c.amount_open, 0) > 0
            )
        )

    def action_invoice(self):
        """Compute the claims to today, and make the draft invoices.

        :return: the window action that shows them
        :raise UserError: when nothing is left to invoice, or companies are mixed
        """
        self.ensure_one()
        self.claim_ids._ar_check_group("account.group_account_invoice")
        self.claim_ids.check_access("read")
        if len(self.claim_ids.company_id) > 1:
            raise UserError(self.env._("Choose claims of one company."))
        self.claim_ids.sudo()._ar_accrue(self.claim_ids.sudo().move_id.ids)
        claims = self._ar_ready()
        if not claims:
            raise UserError(self.env._("Nothing is left to invoice."))
        invoices = self.env["account.move"]
        groups = claims.sudo().grouped(
            lambda c: (c.move_id.company_id, c.debtor_id, c.currency_id)
        )
        for (company, debtor, currency), group in groups.items():
            invoices += self._ar_invoice(company, debtor, currency, group)
        return self._ar_show(invoices)

    def _ar_invoice(self, company, debtor, currency, claims):
        """One draft invoice, and what it settles."""
        partner = debtor.partner_id
        address = partner.browse(partner.address_get(["invoice"])["invoice"])
        lang = address.lang or partner.lang or self.env.lang
        claims = claims.sorted(lambda c: (c.move_id.invoice_date, c.move_id.id, c.kind))
        move = self.env["account.move"].with_company(company)
        move = move.create(
            {
                "move_type": "out_invoice",
                "company_id": company.id,
                "partner_id": address.id,
                "currency_id": currency.id,
                "invoice_date": self.invoice_date,
                "invoice_line_ids": [
                    Command.create(
                        self._ar_line(claim.with_context(lang=lang), sequence)
                    )
                    for sequence, claim in enumerate(claims)
                ],
            }
        )
        lines = move.invoice_line_ids.sorted("sequence")
        self.env["ar.claim.settlement"].sudo().create(
            [
                {
                    "claim_id": claim.id,
                    "how": "invoiced",
                    "date": self.invoice_date,
                    "user_id": self.env.uid,
                    "amount": claim.amount_open,
                    "line_id": line.id,
                }
                for claim, line in zip(claims, lines, strict=True)
            ]
        )
        for claim in claims:
            claim._ar_event("claim_invoiced", claim.amount_open)
        claims._ar_follow()
        return move

    def _ar_line(self, claim, sequence):
        return {
            "sequence": sequence,
            "name": f"{claim.display_name}\n{claim._ar_working_plain()}",
            "quantity": 1,
            "price_unit": claim.amount_open,
            "account_id": self.account_id.id,
            "tax_ids": [Command.clear()],
        }

    def _ar_show(self, invoices):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice"
        )
        if len(invoices) == 1:
            return {**action, "views": [(False, "form")], "res_id": invoices.id}
        return {**action, "domain": [("id", "in", invoices.ids)], "context": {}}
