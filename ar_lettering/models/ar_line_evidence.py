import re

from odoo import models

from ..engine.normalise import compact, end_to_end, is_iban, squeeze

#: Keys under which Enterprise's bank synchronisation and importers keep the parts of
#: a payment in ``transaction_details``.
DETAILS = {
    "ar_payer_name": ("debtor_name", "debtorName", "payer_name", "partner_name"),
    "ar_ultimate_debtor": ("ultimate_debtor", "ultimateDebtor", "UltmtDbtr"),
    "ar_payer_iban": ("debtor_account", "debtorAccount", "iban", "account_number"),
    "ar_end_to_end": ("end_to_end_id", "endToEndId", "EndToEndId", "end_to_end"),
    "ar_structured_ref": (
        "remittance_information_structured",
        "remittanceInformationStructured",
        "structured_reference",
        "creditor_reference",
    ),
    "ar_free_text": (
        "remittance_information_unstructured",
        "remittanceInformationUnstructured",
        "remittance_information",
        "additional_information",
    ),
    "ar_mandate": ("mandate_id", "mandateId"),
    "ar_bank_category": ("bank_transaction_code", "bankTransactionCode"),
}


class AccountBankStatementLine(models.Model):
    """Evidence of lines that did not come through this add-on's own door."""

    _inherit = "account.bank.statement.line"

    def _ar_normalise(self):
        """Fill the evidence of lines of other importers from what they kept.

        From ``transaction_details``, name and account number of the line, and the
        label; narration is left alone, because importers mix up payments in it. Only
        empty fields are filled, once.
        """
        fresh = self.filtered(
            lambda line: not line.ar_entry_key and line.ar_lettering_state == "new"
        )
        for line in fresh:
            vals = {
                name: value
                for name, value in line._ar_evidence().items()
                if value and not line[name]
            }
            if vals:
                line.write(vals)

    def _ar_evidence(self):
        """What another importer kept, by field of the evidence."""
        self.ensure_one()
        details = self.transaction_details
        found = _flat(details) if isinstance(details, dict) else {}
        told = {
            field: next((found[key] for key in keys if found.get(key)), "")
            for field, keys in DETAILS.items()
        }
        told["ar_payer_name"] = told["ar_payer_name"] or self.partner_name or ""
        account = compact(told["ar_payer_iban"] or self.account_number)
        told["ar_payer_iban"] = account if len(account) <= 34 else ""
        told["ar_end_to_end"] = end_to_end(told["ar_end_to_end"])
        label = self.payment_ref or ""
        for field, value in _from_label(label).items():
            told[field] = told[field] or value
        return told


def _flat(details, depth=0):
    """Texts of nested dictionaries and lists, by their innermost key."""
    found = {}
    for key, value in details.items():
        if isinstance(value, dict) and depth < 4:
            for inner, text in _flat(value, depth + 1).items():
                found.setdefault(inner, text)
            # ``{"debtor": {"name": ...}}`` as ``debtor_name``.
            for inner in ("name", "iban"):
                if isinstance(value.get(inner), str):
                    suffix = "name" if inner == "name" else "account"
                    found.setdefault(f"{key}_{suffix}", squeeze(value[inner]))
        elif isinstance(value, list):
            texts = [squeeze(text) for text in value if isinstance(text, str)]
            if texts:
                found.setdefault(key, " ".join(texts))
        elif isinstance(value, str) and value.strip():
            found.setdefault(key, squeeze(value))
    return found


_PAYER = re.compile(
    r"(?:/DE |\bDE ?: ?|\bVIR(?:EMENT)? (?:SEPA |INST )*(?:RECU )?DE )"
    r"(?P<name>[^/:]{3,70}?)"
    r"(?= */| +(?:MOTIF|REF|REFERENCE) ?:?| {2,}|$)",
    re.IGNORECASE,
)


def _from_label(label):
    """Payer and account that a French bank writes into the label.

    >>> _from_label("VIR SEPA RECU /DE ACME SAS /MOTIF FAC 12 /REF X")["ar_payer_name"]
    'ACME SAS'
    """
    told = {}
    payer = _PAYER.search(label)
    if payer:
        told["ar_payer_name"] = squeeze(payer["name"])
    account = re.search(
        r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b", label
    )
    if account and is_iban(account[0]):
        told["ar_payer_iban"] = compact(account[0])
    return told
