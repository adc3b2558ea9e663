import base64
from datetime import date

from odoo import Command

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

IBAN = "FR7630006000011234567890189"
PAYER_IBAN = "FR1420041010050500013M02606"
DAY = date(2026, 1, 15)


class LetteringCommon(AccountTestInvoicingCommon):
    """A company with a bank journal, two customers, and a camt.053 writer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The tests compare words: read them in the language they are written in.
        context = {**cls.env.context, "tracking_disable": False, "lang": "en_US"}
        cls.env = cls.env(context=context)
        cls.company = cls.company_data["company"].with_env(cls.env)
        cls.env.user.group_ids |= cls.env.ref("ar_lettering.group_user")
        cls.journal = cls.company_data["default_journal_bank"].with_env(cls.env)
        cls.journal.bank_account_id = cls.env["res.partner.bank"].create(
            {"acc_number": IBAN, "partner_id": cls.company.partner_id.id}
        )
        cls.acme = cls._customer("ACME SAS")
        cls.martin = cls._customer("Boulangerie Martin")
        cls.receivable = cls.company_data["default_account_receivable"]

    @classmethod
    def _customer(cls, name):
        return cls.env["res.partner"].create({"name": name, "is_company": True})

    @classmethod
    def _invoice(cls, amount, partner=None, move_type="out_invoice", **vals):
        invoice = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": (partner or cls.acme).id,
                "invoice_date": DAY.replace(day=2),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Work",
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **vals,
            }
        )
        invoice.action_post()
        return invoice

    @classmethod
    def _receipt(cls, amount, label="VIREMENT", **vals):
        return cls.env["account.bank.statement.line"].create(
            {
                "journal_id": cls.journal.id,
                "date": DAY,
                "amount": amount,
                "payment_ref": label,
                **vals,
            }
        )

    @classmethod
    def _item(cls, invoice):
        return invoice.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )

    # Bank files ------------------------------------------------------------------

    @classmethod
    def _camt(cls, *entries, opening="1000.00", closing=None, **head):
        """A camt.053.001.02 file with one statement; see ``_entry``."""
        total = sum(float(entry[0]) for entry in entries)
        closing = closing or f"{float(opening) + total:.2f}"
        head = {"id": "REL-1", "iban": IBAN, "currency": "EUR", **head}
        currency = head["currency"]
        balances = "".join(
            f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
            f'<Amt Ccy="{currency}">{abs(float(amount)):.2f}</Amt>'
            f"<CdtDbtInd>{'CRDT' if float(amount) >= 0 else 'DBIT'}</CdtDbtInd>"
            "<Dt><Dt>2026-01-15</Dt></Dt></Bal>"
            for code, amount in (("OPBD", opening), ("CLBD", closing))
        )
        body = "".join(entry[1] for entry in entries).replace("CCY", currency)
        return (
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">'
            "<BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId></GrpHdr>"
            f"<Stmt><Id>{head['id']}</Id>"
            f"<Acct><Id><IBAN>{head['iban']}</IBAN></Id><Ccy>{currency}</Ccy></Acct>"
            f"{balances}{body}</Stmt></BkToCstmrStmt></Document>"
        ).encode()

    @classmethod
    def _entry(cls, amount, text="", name="", account="", extra="", day="2026-01-15"):
        """(amount, xml) of one booked entry; ``extra`` goes into RmtInf."""
        sign = "CRDT" if float(amount) >= 0 else "DBIT"
        role = "Dbtr" if float(amount) >= 0 else "Cdtr"
        party = f"<{role}><Nm>{name}</Nm></{role}>" if name else ""
        if account:
            party += f"<{role}Acct><Id><IBAN>{account}</IBAN></Id></{role}Acct>"
        value = str(amount).lstrip("-")
        return amount, (
            f'<Ntry><Amt Ccy="CCY">{value}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
            f"<Sts>BOOK</Sts><BookgDt><Dt>{day}</Dt></BookgDt>"
            "<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>"
            f"<RltdPties>{party}</RltdPties>"
            f"<RmtInf><Ustrd>{text}</Ustrd>{extra}</RmtInf></TxDtls></NtryDtls></Ntry>"
        )

    @classmethod
    def _import(cls, content, journal=None, name="releve.xml"):
        encoded = base64.b64encode(content).decode()
        return (journal or cls.journal).ar_import_statement(name, encoded)
