from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..clients.clamd import parse_address


class ResConfigSettingsPage(models.TransientModel):
    _inherit = "res.config.settings"

    ar_portal_documents = fields.Boolean(
        related="company_id.ar_portal_documents", readonly=False
    )
    ar_portal_plan = fields.Boolean(related="company_id.ar_portal_plan", readonly=False)
    ar_portal_max_files = fields.Integer(
        related="company_id.ar_portal_max_files", readonly=False
    )
    ar_portal_max_size = fields.Integer(
        related="company_id.ar_portal_max_size", readonly=False
    )
    ar_portal_hourly = fields.Integer(
        related="company_id.ar_portal_hourly", readonly=False
    )
    ar_portal_clamd = fields.Char(
        "Antivirus (clamd)",
        config_parameter="ar_portal.clamd",
        groups="base.group_system",
        help="Where the daemon listens: /run/clamav/clamd.ctl or host:3310. Empty: "
        "files are not scanned.",
    )
    ar_portal_clamd_policy = fields.Selection(
        [
            ("required", "Refuse the file"),
            ("best_effort", "Take the file, marked as not scanned"),
        ],
        "Without a verdict",
        config_parameter="ar_portal.clamd_policy",
        default="required",
        groups="base.group_system",
    )

    @api.constrains("ar_portal_clamd")
    def _check_ar_portal_clamd(self):
        for settings in self.sudo().filtered("ar_portal_clamd"):
            try:
                parse_address(settings.ar_portal_clamd)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "The antivirus listens at the path of a socket or at "
                        "host:port, for instance 127.0.0.1:3310."
                    )
                ) from error

    def action_ar_portal_texts(self):
        """Write what the company says on its customers' pages, per language."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Words on the customer page"),
            "res_model": "res.company",
            "res_id": self.company_id.id,
            "view_mode": "form",
            "view_id": self.env.ref("ar_portal.res_company_view_form_words").id,
            "target": "new",
        }
