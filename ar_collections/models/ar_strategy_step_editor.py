from odoo import api, fields, models


class ArStrategyStepEditor(models.Model):
    """A step as the ladder tells it: when, and what goes along."""

    _inherit = "ar.strategy.step"

    when_text = fields.Char("When", compute="_compute_when_text")
    extras_text = fields.Char("Attachments and copies", compute="_compute_extras_text")

    @api.depends("trigger", "delay_days", "status_code")
    @api.depends_context("lang")
    def _compute_when_text(self):
        for step in self:
            step.when_text = step._ar_when_text()

    def _ar_when_text(self):
        _ = self.env._
        days = self.delay_days
        if self.trigger == "invoice":
            return _("%(days)d days after the invoice", days=days)
        if self.trigger == "previous":
            return _("%(days)d days after the contact before", days=days)
        if self.trigger == "status":
            statuses = dict(self._ar_platform_statuses())
            status = statuses.get(self.status_code, self.status_code or "…")
            return _("%(days)d days after “%(status)s”", days=days, status=status)
        if days < 0:
            return _("%(days)d days before the due date", days=-days)
        if not days:
            return _("On the due date")
        return _("%(days)d days after the due date", days=days)

    @api.depends(
        "attach_invoices",
        "attach_statement",
        "copy_manager",
        "copy_salesperson",
        "copy_partner_ids",
        "claims_shown",
    )
    @api.depends_context("lang")
    def _compute_extras_text(self):
        _ = self.env._
        for step in self:
            copies = step.copy_partner_ids.sudo().mapped("display_name")
            parts = [
                (step.attach_invoices, _("invoices")),
                (step.attach_statement, _("statement")),
                (step.claims_shown, _("interest and indemnity")),
                (step.copy_manager, _("copy to the manager")),
                (step.copy_salesperson, _("copy to the salesperson")),
                (copies, _("copy to %(names)s", names=", ".join(copies))),
            ]
            step.extras_text = ", ".join(words for wanted, words in parts if wanted)

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps.strategy_id._ar_sort_steps()
        return steps

    def write(self, vals):
        result = super().write(vals)
        if {"delay_days", "trigger"} & vals.keys():
            self.strategy_id._ar_sort_steps()
        return result
