from odoo import Command, api, fields, models

from ..engine.personal import KEEP_ORDER

SHOWN = 200


class ArRetentionPreview(models.TransientModel):
    """What a rule of retention would erase today, before it is switched on."""

    _name = "ar.retention.preview"
    _description = "Preview of a retention rule"

    rule_id = fields.Many2one("ar.retention.rule", readonly=True, ondelete="cascade")
    months = fields.Integer(related="rule_id.months")
    basis = fields.Text(related="rule_id.basis")
    enabled = fields.Boolean(related="rule_id.enabled")
    due_count = fields.Integer("Would be erased", readonly=True)
    kept_count = fields.Integer("Old enough, but still needed", readonly=True)
    kept_text = fields.Text("Why", readonly=True)
    line_ids = fields.One2many("ar.retention.preview.line", "preview_id", readonly=True)

    @api.model
    def _ar_open(self, rule):
        """The dialog about this rule."""
        due, kept = rule._ar_due()
        labels = self.env["ar.privacy"]._ar_keep_labels()
        reasons = list(kept.values())
        preview = self.create(
            {
                "rule_id": rule.id,
                "due_count": len(due),
                "kept_count": len(kept),
                "kept_text": "\n".join(
                    f"{reasons.count(keep)} · {labels[keep]}"
                    for keep in KEEP_ORDER
                    if keep in reasons
                ),
                "line_ids": [
                    Command.create(self._ar_line(record)) for record in due[:SHOWN]
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What would be erased"),
            "res_model": self._name,
            "res_id": preview.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.model
    def _ar_line(self, record):
        """When, what and of which account; the words themselves are not shown."""
        part = self.env["ar.person"].sudo()._ar_part(record)
        return {
            "date": part["date"][:10] or False,
            "what": part["what"],
            "account": part["account"],
            "reference": f"{record._name} {record.id}",
        }

    def action_switch_on(self):
        """Erase this from tonight on, and whatever falls due later."""
        self.rule_id._ar_switch_on()
        return {"type": "ir.actions.act_window_close"}
