from odoo import fields, models
from odoo.tools import format_date

from ..engine.statement import AGES, sheets

#: Receivables that are not the customer's trade debt.
OUTSIDE = ("scope_non_trade", "scope_account")


class ArDebtorStatement(models.Model):
    """Statement of account: everything open, read from the ledger itself."""

    _inherit = "ar.debtor"

    def action_statement(self):
        """Print the statements of these accounts, each in its customer's language.

        :return: action that downloads one PDF
        :raise UserError: when no PDF can be made here
        """
        self.check_access("read")
        # Before the browser is sent to fetch what cannot be made.
        self.env["ir.actions.report"].sudo()._ar_check_pdf()
        report = self.env.ref("ar_collections.ar_statement_report")
        return report.report_action(self, config=False)

    def _ar_statement_name(self):
        """Name of the file, in the language of the environment."""
        company = self.company_id[:1]
        return self.env._(
            "Statement of account %(company)s %(date)s.pdf",
            company=company.name,
            date=fields.Date.to_string(company._ar_today()),
        )

    def _ar_statement(self, lang=None):
        """One PDF with the statements of these accounts, one after the other.

        :param str lang: language of all of them; each customer's own if not given
        :return: the PDF, as bytes
        :raise UserError: when no PDF can be made here
        """
        Report = self.env["ir.actions.report"].sudo()
        values = self._ar_statement_document(lang)
        return Report._ar_pdf("ar_collections.statement_document", values)

    def _ar_statement_document(self, lang=None):
        """Values of the template ``statement_document``."""
        parts = []
        for debtor in self.sudo():
            told = debtor.with_context(lang=lang or debtor._ar_statement_lang())
            values = {"statement": told._ar_statement_values()}
            parts.append(
                told.env["ir.qweb"]._render("ar_collections.statement_sheet", values)
            )
        return {"title": self._ar_statement_name(), "parts": parts}

    def _ar_statement_lang(self):
        """Language of the customer, among those installed."""
        self.ensure_one()
        partners = self._ar_billing_contact() + self.sudo().partner_id
        return (partners + self.company_id.partner_id)._ar_spoken()

    def _ar_billing_contact(self):
        """Whose address a statement bears."""
        partner = self.sudo().partner_id
        return partner.browse(partner.address_get(["invoice"])["invoice"]) or partner

    def _ar_statement_values(self):
        """What the statement of this account shows, as texts ready to print."""
        self.ensure_one()
        company, today = self.company_id, self.company_id._ar_today()
        lines = self.env["ar.facts"]._ar_lines(self.partner_id.ids)
        own = [
            line
            for line in lines
            if line["company_id"] == company.id and line["scope_code"] not in OUTSIDE
        ]
        own = self.env["ar.facts"]._ar_by_instalment(self, own)
        return {
            **company._ar_letterhead(self._ar_billing_contact()),
            "place": company.city,
            "date": format_date(self.env, today, date_format="d MMMM y"),
            "customer": self.partner_id.name,
            "reference": self.partner_id.ref or "",
            "vat": self.partner_id.vat or "",
            "age_labels": self._ar_age_labels(),
            "sheets": [self._ar_sheet_texts(s, today) for s in sheets(own, today)],
            "payment_text": self._ar_statement_payment(own),
        }

    def _ar_age_labels(self):
        _ = self.env._
        labels = [_("Not due")]
        for first, following in zip(AGES, AGES[1:], strict=False):
            labels.append(
                _("%(first)d to %(last)d days", first=first, last=following - 1)
            )
        return [*labels, _("Over %(days)d days", days=AGES[-1] - 1), _("Credits")]

    def _ar_sheet_texts(self, sheet, today):
        currency = self.env["res.currency"]._ar_of(sheet.currency)

        def money(cents):
            return currency._ar_written(cents).replace("\ufeff", "")

        def day(value):
            return format_date(self.env, value, date_format="d MMM y") if value else ""

        rows = [
            {
                "number": row["number"],
                "kind": self._ar_kind_text(row),
                "date": day(row["invoice_date"]),
                "due": "" if row["is_credit"] else day(row["due_date"]),
                "late": self._ar_late_text(row, today),
                "amount": money(row["amount"]),
                "open": money(row["residual"]),
            }
            for row in sheet.rows
        ]
        ages = [*sheet.ages, sheet.credits]
        return {
            "currency": sheet.currency,
            "rows": rows,
            "ages": [money(cents) if cents else "–" for cents in ages],
            "overdue": money(sheet.overdue) if sheet.overdue else "",
            "total": money(sheet.total),
            "in_favour": sheet.total < 0,
        }

    def _ar_kind_text(self, row):
        _ = self.env._
        if row.get("instalment"):
            return _("Instalment %(rank)d/%(count)d of", **row["instalment"])
        if row["kind"] == "out_refund":
            return _("Credit note")
        if row["is_credit"]:
            return _("Payment not allocated")
        return _("Invoice") if row["kind"] != "entry" else _("Entry")

    def _ar_late_text(self, row, today):
        days = (today - row["due_date"]).days
        return "" if row["is_credit"] or days <= 0 else f"{days}"

    def _ar_statement_payment(self, lines):
        """How to pay: the one account that these invoices name."""
        move_ids = {line["move_id"] for line in lines if not line["is_credit"]}
        Reminder = self.env["ar.reminder"].new({"company_id": self.company_id.id})
        content = {"lines": [{"move_id": move_id} for move_id in move_ids]}
        return Reminder._ar_payment_text(Reminder._ar_bank(content))
