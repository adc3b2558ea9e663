from odoo import api, fields, models
from odoo.exceptions import AccessError


class ResCompanyReplies(models.Model):
    """How the mails of customers are read."""

    _inherit = "res.company"

    ar_reply_reading = fields.Selection(
        [
            ("rules", "By rules, on this server"),
            ("off", "Not at all"),
            ("other", "By another add-on: the text may leave this server"),
        ],
        "Replies are read",
        default="rules",
        required=True,
        help="Rules read promises, payments, disputes, wrong contacts and absences"
        " in French and English. A person confirms, always.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._ar_check_reading(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._ar_check_reading(vals)
        return super().write(vals)

    @api.model
    def _ar_check_reading(self, vals):
        """Customers' mails leave the server only when an administrator says so.

        :raise AccessError: for anybody else
        """
        if vals.get("ar_reply_reading") != "other" or self.env.su:
            return
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(
                self.env._(
                    "Only an administrator may let another program read the mails of"
                    " customers."
                )
            )
