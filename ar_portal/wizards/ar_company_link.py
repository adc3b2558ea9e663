from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..models.res_company_colleague import COMPANY_DAYS


class ArCompanyLink(models.TransientModel):
    """Makes the company's link and shows it, this once; it is kept nowhere."""

    _name = "ar.company.link"
    _description = "Link of the company for requests"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
    )
    days = fields.Integer("Valid for (days)", default=COMPANY_DAYS, required=True)
    url = fields.Char("Address", store=False, default="", readonly=True)

    def action_make(self):
        """Make a link and show its address.

        :raise UserError: when requests without a log-in are off, or the days are not
            between 1 and 730
        """
        self.ensure_one()
        if not self.env.user.has_group("ar_collections.group_manager"):
            raise AccessError(self.env._("Credit managers make the company's link."))
        company = self.company_id
        if company not in self.env.user.company_ids:
            raise AccessError(self.env._("This is not one of your companies."))
        if not company.sudo().ar_portal_company_link:
            raise UserError(
                self.env._("Switch on requests without a log-in in the settings first.")
            )
        if not 1 <= self.days <= 2 * COMPANY_DAYS:
            raise UserError(self.env._("Choose between 1 and 730 days."))
        vals = {"scope": "company", "company_id": company.id}
        _link, url = self.env["ar.colleague.link"]._ar_new(vals, self.days)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Link of the company for requests"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_company_id": company.id,
                "default_days": self.days,
                "default_url": f"{url}/request",
            },
        }
