from markupsafe import Markup

from odoo import api, fields, models

from ..engine.court import Way
from .ar_case_notice import party

REQUEST = "ar_collections.case_request_sheet"
LIST = "ar_collections.case_exhibits_sheet"
ACCOUNT = "ar_collections.case_account_sheet"


class ArCaseRequestFile(models.Model):
    """The request to the court: its data to copy, and the papers made here.

    What a request must hold: the parties, the precise sum with the account of its
    elements, its basis, and the list of exhibits (Code de procédure civile, art. 57
    and 1407). The official form is not filled: its data are laid out to copy.
    """

    _inherit = "ar.case"

    form_html = fields.Html(
        "Data of the form", compute="_compute_form_html", sanitize=False
    )

    @api.depends("court_id", "amount_total", "claimant_form", "debtor_form")
    @api.depends_context("lang")
    def _compute_form_html(self):
        for case in self:
            if case.legal_way != Way.ORDER.value or not case.line_ids:
                case.form_html = False
                continue
            rows = Markup("").join(
                Markup(
                    "<tr><th class='pe-3 align-top fw-normal text-muted'>{}</th>"
                ).format(label)
                + Markup("<td class='text-break'>{}</td></tr>").format(
                    Markup("<br/>").join(value.splitlines())
                )
                for label, value in case.sudo()._ar_for_court()._ar_form_rows()
            )
            case.form_html = Markup(
                "<table class='table table-sm'><tbody>{}</tbody></table>"
            ).format(rows)

    def _ar_form_rows(self, values=None):
        """``[(label, text)]`` in the order of the form.

        :param dict values: what :meth:`_ar_request_values` tells, when it is known
        """
        _, case = self.env._, self.sudo()
        company = case.company_id.partner_id
        values = values or case._ar_request_values()
        creditor, debtor = values["creditor"], values["debtor"]
        block = values["account"]["blocks"][0] if values["account"]["blocks"] else {}
        rows = [
            (_("Court"), values["court"]),
            (_("Claimant"), creditor["name"]),
            (_("Legal form"), case.claimant_form),
            (_("Registration"), creditor["registry"]),
            (_("Seat"), "\n".join(creditor["address"])),
            (_("Represented by"), case.claimant_representative),
            (_("Telephone"), company.phone),
            (_("E-mail"), company.email),
            (_("Debtor"), debtor["name"]),
            (_("Legal form of the debtor"), case.debtor_form),
            (_("Registration of the debtor"), debtor["registry"]),
            (_("Seat of the debtor"), "\n".join(debtor["address"])),
            (_("Principal"), block.get("principal")),
            (_("Late interest"), block.get("interest")),
            (_("Recovery indemnity"), block.get("indemnity")),
            (_("Total claimed"), block.get("total")),
            (_("Account of the claim to"), values["account"]["as_of"]),
            (_("Interest"), "\n".join(values["account"]["laws"])),
            (_("Basis of the claim"), values["basis"]),
            (
                _("Exhibits"),
                "\n".join(f"{e['number']}. {e['name']}" for e in values["exhibits"]),
            ),
            (_("If the debtor opposes"), values["opposition"]),
        ]
        return [(label, text or "–") for label, text in rows]

    def _ar_request_values(self):
        """What the request shows, as texts."""
        case, company = self.sudo(), self.company_id
        today = company._ar_today()
        return {
            "reference": case.name,
            "company": company.sudo(),
            "place": company.sudo().city or "",
            "date": self._ar_day(today),
            "court": case.court_id.name or "",
            "creditor": {
                **party(company.sudo().partner_id),
                "form": case.claimant_form or "",
                "representative": case.claimant_representative or "",
            },
            "debtor": {**party(case.partner_id), "form": case.debtor_form or ""},
            "account": case._ar_account_values(today),
            "basis": case.claim_basis or self._ar_basis_words(),
            "exhibits": self._ar_exhibit_rows(),
            "missing": self._ar_missing(),
            "notice": self._ar_request_notice(),
            "opposition": self.env._(
                "The claimant asks that the matter then be brought before the court"
                " that has jurisdiction (Code de procédure civile, art. 1408)."
            ),
        }

    def _ar_basis_words(self):
        """Invoices as the basis, when nobody wrote another one."""
        lines = self.sudo().line_ids
        return self.env._(
            "Contract: delivery of goods or services, invoiced under the numbers"
            " %(numbers)s, due since %(day)s and unpaid.",
            numbers=", ".join(filter(None, lines.mapped("number"))),
            day=self._ar_day(min(lines.mapped("due_date"), default=False)),
        )

    def _ar_request_notice(self):
        """“Formal notice of 3 March 2026, received on 5 March 2026”."""
        documents = self.sudo().document_ids
        notice = documents.filtered(lambda d: d.kind == "formal_notice")[-1:]
        if not notice:
            return ""
        words = [
            self.env._("Formal notice of %(day)s", day=self._ar_day(notice.date)),
        ]
        kinds = dict(notice._fields["kind"]._description_selection(self.env))
        for proof in documents.filtered(lambda d: d._ar_is_proof()):
            words.append(f"{kinds[proof.kind]}: {self._ar_day(proof.date)}")
        return " · ".join(words)

    # The papers.

    def _ar_request_pdf(self, values=None):
        """The request, filled; our own paper, not the official form.

        :param dict values: what :meth:`_ar_request_values` tells, when it is known
        """
        title = self.env._("Request for an order to pay")
        return self._ar_paper(REQUEST, title, values)

    def _ar_exhibits_pdf(self, values=None):
        """The list of exhibits, with the numbers that are on them."""
        return self._ar_paper(LIST, self.env._("List of exhibits"), values)

    def _ar_account_pdf(self, values=None):
        """The account of the claim to this day."""
        return self._ar_paper(ACCOUNT, self.env._("Account of the claim"), values)

    def _ar_paper(self, template, title, values=None):
        sheet = {"title": title, "paper": values or self._ar_request_values()}
        Report = self.env["ir.actions.report"]
        return Report._ar_number_pages(Report._ar_pdf(template, sheet), self.name)
