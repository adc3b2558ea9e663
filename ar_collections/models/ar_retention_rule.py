from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..engine.retention import RetentionKind


class ArRetentionRule(models.Model):
    """How long one kind of personal data is kept.

    Shipped off. An administrator looks at what a rule will erase before he switches
    it on; whatever changes a rule switches it off again.
    """

    _name = "ar.retention.rule"
    _inherit = ["ar.bulk"]
    _description = "Retention rule"
    _order = "sequence, id"
    _rec_name = "kind"

    sequence = fields.Integer(default=10)
    kind = fields.Selection("_ar_kind_selection", "What", required=True)
    months = fields.Integer(
        "Keep for (months)",
        help="Counted from the day of the data, or from the day on which the last of"
        " the invoices concerned was settled. Nothing: still to be decided.",
    )
    enabled = fields.Boolean("On", readonly=True, copy=False)
    basis = fields.Text(
        translate=True, help="Why so long, and where it is written; shown to auditors."
    )
    company_id = fields.Many2one(
        "res.company", help="Empty: all companies without a rule of their own."
    )
    enabled_at = fields.Datetime("Switched on", readonly=True, copy=False)
    enabled_by_id = fields.Many2one(
        "res.users", "Switched on by", readonly=True, copy=False, ondelete="set null"
    )
    last_run = fields.Datetime(readonly=True, copy=False)
    erased_count = fields.Integer("Erased so far", readonly=True, copy=False)
    problem = fields.Char("Last problem", readonly=True, copy=False)

    _kind_company = models.UniqueIndex(
        "(kind, COALESCE(company_id, 0))",
        "There is a rule for this kind of data already.",
    )

    @api.model
    def _ar_retention_kinds(self):
        """``{code: engine.retention.RetentionKind}``; add-ons add theirs."""
        _ = self.env._
        return {
            "notes": RetentionKind(_("Personal notes"), ("note", "activity")),
            "calls": RetentionKind(_("Notes of phone calls"), ("call",)),
            "mails": RetentionKind(
                _("Texts of reminders and messages"),
                ("reminder", "sms", "letter", "thanks", "message"),
            ),
            "replies": RetentionKind(_("Replies of customers"), ("reply", "bounce")),
            "suggestions": RetentionKind(
                _("What was read in replies"), model="ar.reply.suggestion"
            ),
            "contacts": RetentionKind(
                _("Contact persons without activity"), model="res.partner"
            ),
            "evidence": RetentionKind(_("All other facts of accounts"), ("",)),
        }

    @api.model
    def _ar_kind_selection(self):
        return [(code, k.label) for code, k in self._ar_retention_kinds().items()]

    @api.constrains("months")
    def _check_months(self):
        if any(rule.months < 0 for rule in self):
            raise ValidationError(self.env._("Months cannot be negative."))

    def write(self, vals):
        """What a rule says decides what is erased: changed, it is looked at again."""
        if {"kind", "months", "company_id"} & vals.keys() and "enabled" not in vals:
            vals = {**vals, "enabled": False}
        return super().write(vals)

    @api.depends("kind", "months")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = {c: k.label for c, k in self._ar_retention_kinds().items()}
        for rule in self:
            rule.display_name = self.env._(
                "%(kind)s older than %(months)d months",
                kind=labels.get(rule.kind, rule.kind or ""),
                months=rule.months,
            )

    def action_preview(self):
        """Show what this rule would erase today, and what it would leave."""
        self.ensure_one()
        self._ar_check_administrator()
        return self.env["ar.retention.preview"]._ar_open(self)

    def action_switch_off(self):
        """Erase nothing more under this rule."""
        self._ar_check_administrator()
        self.write({"enabled": False})
        return True

    def _ar_switch_on(self):
        """From tonight on; only after a preview.

        :raise UserError: how long is not decided
        """
        self._ar_check_administrator()
        if any(not rule.months for rule in self):
            raise UserError(self.env._("Say first for how many months it is kept."))
        self.write(
            {
                "enabled": True,
                "enabled_at": fields.Datetime.now(),
                "enabled_by_id": self.env.uid,
            }
        )

    @api.model
    def _ar_check_administrator(self):
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(
                self.env._("An administrator decides what is erased, and when.")
            )

    def _ar_companies(self):
        """Companies that this rule is for."""
        self.ensure_one()
        if self.company_id:
            return self.company_id
        own = self.sudo().search(
            [("kind", "=", self.kind), ("company_id", "!=", False)]
        )
        others = self.env["res.company"].sudo()
        return others.search([("id", "not in", own.company_id.ids)])
