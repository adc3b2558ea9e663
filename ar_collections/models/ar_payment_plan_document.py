import logging

from odoo import Command, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


class ArPaymentPlanDocument(models.Model):
    """The plan on paper: a proposal to sign, then an acknowledgement of the debt."""

    _inherit = "ar.payment.plan"

    def action_print(self):
        """Download these plans, each in its customer's language.

        :raise UserError: when no PDF can be made here
        """
        self.check_access("read")
        # Before the browser is sent to fetch what cannot be made.
        self.env["ir.actions.report"].sudo()._ar_check_pdf()
        report = self.env.ref("ar_collections.ar_plan_report")
        return report.report_action(self, config=False)

    def _ar_in_customer_language(self):
        self.ensure_one()
        plan = self.sudo()
        return plan.with_context(lang=plan.debtor_id._ar_statement_lang())

    def _ar_document_name(self):
        told = self._ar_in_customer_language()
        number = self.name.replace("/", "-")
        if self.accepted_on:
            return told.env._("Acknowledgement of debt %(number)s.pdf", number=number)
        return told.env._("Instalment plan %(number)s.pdf", number=number)

    def _ar_document(self):
        """The PDF of this plan, in the customer's language.

        :raise UserError: when no PDF can be made here
        """
        told = self._ar_in_customer_language()
        values = {
            "title": told._ar_document_name(),
            "plan": told._ar_document_values(),
        }
        Report = told.env["ir.actions.report"]
        return Report._ar_pdf("ar_collections.plan_document", values)

    def _ar_acknowledgement_html(self):
        """The same words as HTML: they stay with the fact, printer or not."""
        told = self._ar_in_customer_language()
        values = {"plan": told._ar_document_values()}
        return told.env["ir.qweb"]._render("ar_collections.plan_words", values)

    def _ar_keep_acknowledgement(self):
        """Print what was accepted and keep it; without a printer the fact keeps it."""
        try:
            raw = self._ar_document()
        except UserError as error:
            _logger.warning("No PDF of plan %s: %s", self.name, error)
            return
        self.attachment_ids = [
            Command.create(
                {
                    "name": self._ar_document_name(),
                    "raw": raw,
                    "mimetype": "application/pdf",
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        ]

    def _ar_document_values(self):
        """What the document shows, as texts in the language of the environment."""
        company, debtor = self.company_id, self.debtor_id
        contact = debtor._ar_billing_contact()
        date = self.accepted_on or company._ar_today()
        return {
            **company._ar_letterhead(contact),
            "place": company.city,
            "date": self._ar_day(date),
            "number": self.name,
            "creditor": company.name,
            "creditor_id": company.company_registry or company.vat or "",
            "debtor": self.partner_id.name,
            "debtor_id": self.partner_id.vat or self.partner_id.ref or "",
            "total": self._ar_money(self.amount_total),
            "accepted": bool(self.accepted_on),
            "accepted_by": self.accepted_by or "",
            "accepted_on": self._ar_day(self.accepted_on),
            "evidence": dict(
                self._fields["evidence_kind"]._description_selection(self.env)
            ).get(self.evidence_kind, ""),
            "invoices": [
                {
                    "number": part.move_id.name or "",
                    "date": self._ar_day(part.move_id.invoice_date),
                    "due": self._ar_day(part.item_id.due_date),
                    "amount": self._ar_money(part.amount),
                }
                for part in self.part_ids
            ],
            "instalments": [
                {
                    "rank": rank,
                    "due": self._ar_day(line.due_date),
                    "amount": self._ar_money(line.amount),
                }
                for rank, line in enumerate(self._ar_instalments(), 1)
            ],
            "first_rule": self.fail_rule == "first",
            "grace": self.grace_days,
            "deposit_first": self.deposit_first,
            "freeze": self.freeze_claims,
            "answer_by": self._ar_day(self.answer_by),
        }

    def _ar_money(self, amount):
        return self.currency_id._ar_printed(amount)
