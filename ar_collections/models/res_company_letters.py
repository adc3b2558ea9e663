from odoo import fields, models
from odoo.tools import is_html_empty
from odoo.tools.image import image_data_uri


class ResCompanyLetters(models.Model):
    """The company on paper."""

    _inherit = "res.company"

    ar_letter_window = fields.Selection(
        [("right", "Right (France)"), ("left", "Left (Germany, United Kingdom)")],
        "Window of the envelopes",
        default="right",
        required=True,
    )
    ar_letter_duplex = fields.Boolean(
        "Letters are printed on both sides",
        help="Each letter of a batch then begins on a new sheet.",
    )

    def _ar_letterhead(self, recipient):
        """Values of the templates ``letterhead`` and ``letterhead_legal``.

        :param recipient: ``res.partner`` whose address shows in the window
        """
        self.ensure_one()
        company = self.sudo()
        footer = company.report_footer
        return {
            "company": company,
            "logo": company.logo
            and not company.uses_default_logo
            and image_data_uri(company.logo),
            "sender_lines": company._ar_sender_lines(recipient.sudo().country_id),
            "address_lines": self._ar_address_lines(recipient),
            "window": company.ar_letter_window,
            "legal_html": False if is_html_empty(footer) else footer,
            "legal_text": company._ar_legal_text(),
        }

    def _ar_sender_lines(self, reader_country):
        partner = self.partner_id
        lines = partner._display_address(without_company=True).splitlines()
        country = partner.country_id
        if country and country == reader_country and lines[-1:] == [country.name]:
            lines.pop()
        phone = self.phone and self.env._("Telephone: %(number)s", number=self.phone)
        lines += [phone, self.email, self.website]
        return [line.strip() for line in lines if line and line.strip()]

    def _ar_legal_text(self):
        """What identifies the company, when it has written no notice of its own."""
        parts = [self.name]
        if self.company_registry:
            label = self.partner_id.company_registry_label
            parts.append(f"{label} {self.company_registry}")
        if self.vat:
            parts.append(f"{self.country_id.vat_label or self.env._('VAT')} {self.vat}")
        return " · ".join(parts) if len(parts) > 1 else ""

    def _ar_address_lines(self, recipient):
        """Lines of a postal address; the country only when it is another one."""
        recipient = recipient.sudo()
        firm = recipient.commercial_partner_id
        # A person without an address of his own is reached at the firm's.
        place = firm if lacks_address(recipient) else recipient
        country = place.country_id
        lines = [firm.name or "", recipient.name or ""]
        lines += place._display_address(without_company=True).splitlines()
        lines = [line.strip() for line in lines if line.strip()]
        if country and lines[-1] == country.name:
            lines.pop()
            if country != self.country_id:
                lines.append(country.name.upper())
        # The same name twice: the firm itself, or an address without one of its own.
        return list(dict.fromkeys(lines))


def lacks_address(partner):
    """Whether the postal address of ``partner`` lacks what the post asks for."""
    own = partner.sudo()
    needs_zip = not own.country_id or own.country_id.zip_required
    return not (
        own and own.city and (own.street or own.street2) and (own.zip or not needs_zip)
    )
