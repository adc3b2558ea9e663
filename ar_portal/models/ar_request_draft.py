from odoo import api, fields, models

from ..engine.colleague_forms import is_allowed

#: How long an address has to confirm; unconfirmed words and files go with it.
CONFIRM_DAYS = 3


class ArRequestDraft(models.Model):
    """What somebody without a log-in wrote on the company's page, not yet a request.

    It becomes one when the address he gave confirms it; until then nobody sees it.
    """

    _name = "ar.request.draft"
    _inherit = ["ar.link.mixin"]
    _description = "Request to be confirmed"
    _order = "id desc"
    _rec_name = "email"

    person = fields.Char(readonly=True)
    customer = fields.Char(readonly=True)
    numbers = fields.Char(readonly=True)
    reason = fields.Text(readonly=True)
    urgency = fields.Char(readonly=True)
    lang = fields.Char("Language", readonly=True)
    case_id = fields.Many2one("ar.case", readonly=True, ondelete="cascade")

    _token_unique = models.Constraint("UNIQUE(token_hash)", "This link exists already.")

    def _ar_usable(self):
        return super()._ar_usable() and self.company_id.ar_portal_company_link

    @api.model
    def _ar_receive(self, company, form, files):
        """Keep what was written and ask the address to confirm it.

        An address of no allowed domain gets nothing and leaves nothing; whoever
        wrote it is not told.

        :param form: :class:`~..engine.colleague_forms.RequestForm` without mistakes
        :param files: ``[(shown name, Checked)]``, each already checked
        """
        if not is_allowed(form.email, company.ar_portal_colleague_domains):
            return
        draft, token = self._ar_make(
            {
                "company_id": company.id,
                "email": form.email,
                "person": form.name,
                "customer": form.customer,
                "numbers": form.numbers,
                "reason": form.reason,
                "urgency": form.urgency,
                "lang": self.env.lang,
            },
            CONFIRM_DAYS,
        )
        self.env["ir.attachment"]._ar_keep_files(draft, "request", files)
        url = f"{draft.get_base_url()}/ar/c/{token}/confirm"
        draft._ar_mail("ar_portal.mail_template_request_confirm", ar_portal_url=url)

    def _ar_files(self):
        own = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        return self.env["ir.attachment"].sudo().search(own, order="id")

    def _ar_confirm(self):
        """Make the request; confirmed twice, it is one.

        :return: the ``ar.case``
        """
        self.ensure_one()
        if self.case_id:
            return self.case_id
        case = (
            self.env["ar.case"]
            .sudo()
            .with_company(self.company_id)
            .with_context(default_ar_request_lang=self.lang)
            ._ar_request(
                {
                    "source": "company_link",
                    "source_key": f"draft:{self.id}",
                    "company_id": self.company_id.id,
                    "requester_email": self.email,
                    "request_customer": self.customer,
                    "request_numbers": self.numbers,
                    "reason": "\n\n".join(filter(None, [self.reason, self.person])),
                    "urgency": self.urgency,
                }
            )
        )
        files = self._ar_files()
        files.write({"res_model": case._name, "res_id": case.id})
        case._ar_show_request_files(files)
        self.case_id = case
        return case

    @api.autovacuum
    def _gc_ar_drafts(self):
        """Forget what nobody confirmed, with its files."""
        limit = fields.Datetime.now()
        self.sudo().search([("expires_at", "<", limit)], limit=1000).unlink()
