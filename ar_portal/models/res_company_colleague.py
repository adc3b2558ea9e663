import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.colleague_forms import domains_of

#: The link of the company is printed or pinned somewhere, so it lives long.
COMPANY_DAYS = 365


class ResCompany(models.Model):
    _inherit = "res.company"

    ar_portal_dispute_links = fields.Boolean(
        "Colleagues answer disputes by link",
        default=True,
        help="A collector mails a colleague a link with which he answers one dispute, "
        "without a log-in; whoever is late to answer gets one too.",
    )
    ar_portal_company_link = fields.Boolean(
        "Requests without a log-in",
        help="Whoever has the company's link asks for a recovery; he confirms by a "
        "mail to an address of an allowed domain.",
    )
    ar_portal_colleague_domains = fields.Char(
        "Domains of colleagues",
        help="Domains of the e-mail addresses of colleagues without a log-in, "
        "separated by commas. Empty: colleagues have a log-in.",
    )

    @api.constrains("ar_portal_company_link", "ar_portal_colleague_domains")
    def _check_ar_portal_domains(self):
        for company in self:
            written = re.split(r"[\s,;]+", company.ar_portal_colleague_domains or "")
            known = domains_of(company.ar_portal_colleague_domains)
            if not all(domains_of(word) for word in written if word):
                raise ValidationError(
                    self.env._("Write domains as works.example, works.fr.")
                )
            if company.ar_portal_company_link and not known:
                raise ValidationError(
                    self.env._(
                        "Name the e-mail domains of your colleagues before anybody "
                        "may ask without a log-in."
                    )
                )
