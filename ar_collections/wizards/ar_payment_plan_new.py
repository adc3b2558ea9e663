from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from ..models.ar_payment_plan import RULES
from ..models.ar_payment_plan_template import PLAN_FIELDS


class ArPaymentPlanNew(models.TransientModel):
    """Prepare an instalment plan: which invoices, in which shape, from which day."""

    _name = "ar.payment.plan.new"
    _description = "Prepare an instalment plan"

    item_ids = fields.Many2many(
        "ar.item",
        string="Invoices",
        required=True,
        domain="[('debtor_id', '=', debtor_id), ('is_open', '=', True),"
        " ('is_credit', '=', False), ('currency_id', '=', currency_id)]",
    )
    debtor_id = fields.Many2one("ar.debtor", "Account", compute="_compute_debtor")
    company_id = fields.Many2one("res.company", compute="_compute_debtor")
    currency_id = fields.Many2one("res.currency", compute="_compute_debtor")
    amount_total = fields.Monetary("Debt", compute="_compute_debtor")
    template_id = fields.Many2one(
        "ar.payment.plan.template",
        "Shape",
        required=True,
        default=lambda self: self.env["ar.payment.plan.template"].search([], limit=1),
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
    )
    start_date = fields.Date("From", required=True, default=fields.Date.context_today)
    deposit_first = fields.Boolean(
        "Stands on its first payment",
        compute="_compute_rules",
        store=True,
        readonly=False,
    )
    fail_rule = fields.Selection(
        RULES, "Fails", compute="_compute_rules", store=True, readonly=False
    )
    grace_days = fields.Integer(
        "Days of grace", compute="_compute_rules", store=True, readonly=False
    )
    freeze_claims = fields.Boolean(
        "Suspend late interest", compute="_compute_rules", store=True, readonly=False
    )
    preview = fields.Text("Instalments", compute="_compute_preview")

    @api.model
    def default_get(self, fields_list):
        """Of the items chosen, those of the first account and currency that are open.

        :raise UserError: when invoices of several accounts were chosen
        """
        defaults = super().default_get(fields_list)
        ids = self.env.context.get("default_item_ids") or []
        items = self.env["ar.item"].browse(ids)
        items = items.filtered(lambda i: i.is_open and not i.is_credit)
        if not items:
            raise UserError(self.env._("Choose invoices that are open."))
        if len(items.debtor_id) > 1:
            raise UserError(
                self.env._("A plan takes invoices of one account and one currency.")
            )
        currency = items.currency_id[:1]
        items = items.filtered(lambda i: i.currency_id == currency)
        defaults["item_ids"] = [(6, 0, items.ids)]
        return defaults

    @api.depends("item_ids")
    def _compute_debtor(self):
        for wizard in self:
            items = wizard.item_ids._origin or wizard.item_ids
            wizard.debtor_id = items.debtor_id[:1]
            wizard.company_id = wizard.debtor_id.company_id
            wizard.currency_id = items.currency_id[:1]
            wizard.amount_total = sum(items.mapped("residual"))

    @api.depends("template_id")
    def _compute_rules(self):
        for wizard in self:
            wizard.update(wizard.template_id._ar_plan_values())

    @api.depends("item_ids", "template_id", "start_date")
    def _compute_preview(self):
        for wizard in self:
            template, currency = wizard.template_id, wizard.currency_id
            if not (template and currency and wizard.start_date):
                wizard.preview = False
                continue
            lines = template._ar_lines(wizard.amount_total, currency, wizard.start_date)
            wizard.preview = "\n".join(
                f"{format_date(self.env, line['due_date'])} · "
                f"{format_amount(self.env, line['amount'], currency)}"
                for line in lines
            )

    def action_prepare(self):
        """Make the plan, a draft, and open it."""
        self.ensure_one()
        plan = self.env["ar.payment.plan"]._ar_prepare(
            self.item_ids,
            self.template_id,
            self.start_date,
            {name: self[name] for name in PLAN_FIELDS},
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": plan._name,
            "res_id": plan.id,
            "view_mode": "form",
        }
