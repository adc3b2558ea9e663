from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..engine import calibration, normalise
from ..engine.facts import Item, Ledger, Notice, Paid, Receipt, Tolerances
from ..engine.match import match
from ..engine.references import Document

#: How far back a paid document still counts as "cites a paid document".
CLOSED_DAYS = 550
DISPUTE_OPEN = "open"
NOTICE_HOLDING = ("to_review", "active")
#: How far back the same amount of the same customer may be a double payment.
PAID_DAYS = 40


class ArLetteringMatcher(models.AbstractModel):
    """Loads receipts and open items in bulk, and lets the engine decide.

    Everything is read by a few queries per company; nothing is written.
    """

    _name = "ar.lettering.matcher"
    _description = "Matching of receipts"

    @api.model
    def _ar_decider(self, company, lines):
        """Load once what a company's receipts, or some of them, are decided by.

        :param company: the company of the bank journals
        :param lines: its unmatched ``account.bank.statement.line``
        :return: function of some of the lines to outcomes by line id, and the namer
            of documents, partners, receipts
        :rtype: tuple[typing.Callable, typing.Callable]
        """
        self.env.flush_all()
        receipts = {receipt.id: receipt for receipt in self._ar_receipts(lines)}
        ledger = self._ar_ledger(company, list(receipts.values()))

        def decide(some):
            return match([receipts[line.id] for line in some], ledger)

        return decide, self._ar_namer(ledger, lines)

    # Receipts --------------------------------------------------------------------

    @api.model
    def _ar_receipts(self, lines):
        return [self._ar_receipt(line) for line in lines]

    @api.model
    def _ar_receipt(self, line):
        """Evidence of one line, whoever created it."""
        texts = [
            ("label", line.payment_ref),
            ("free_text", line.ar_free_text),
            ("end_to_end", line.ar_end_to_end),
            ("reference", line.ref),
        ]
        seen, kept = set(), []
        for source, text in texts:
            if text and text not in seen:
                seen.add(text)
                kept.append((source, text))
        currency = line.currency_id
        structured = (line.ar_structured_ref or "").split("\n")
        return Receipt(
            id=line.id,
            amount=round(line.amount * 10**currency.decimal_places),
            currency=currency.name,
            date=line.date,
            texts=tuple(kept),
            structured=tuple(filter(None, structured)),
            documents=tuple(d["number"] for d in line.ar_documents or ()),
            payer_account=line.ar_payer_iban or line.account_number or "",
            payer_name=line.ar_payer_name or line.partner_name or "",
            ultimate_debtor=line.ar_ultimate_debtor or "",
            partner=line.partner_id.commercial_partner_id.id or None,
            fees=round((line.ar_fees or 0) * 10**currency.decimal_places),
            category=line.ar_bank_category or "",
            **self._ar_ordered(line),
        )

    @api.model
    def _ar_ordered(self, line):
        """The amount in the payer's own currency, when the bank tells it."""
        ordered, amount = line.foreign_currency_id, line.amount_currency
        if not ordered:
            ordered, amount = line.ar_original_currency_id, line.ar_original_amount
        if not ordered or not amount or ordered == line.currency_id:
            return {}
        return {
            "original_amount": round(abs(amount) * 10**ordered.decimal_places),
            "original_currency": ordered.name,
        }

    # Ledger ----------------------------------------------------------------------

    @api.model
    def _ar_ledger(self, company, receipts):
        companies = company.sudo()._ar_with_branches()
        items, documents = self._ar_open_items(companies)
        first = min((r.date for r in receipts), default=None)
        closed, closed_documents = self._ar_closed(companies, first)
        partners = {item.partner for item in items} | set(closed.values())
        return Ledger(
            items=tuple(items),
            documents=tuple(documents + closed_documents),
            closed=closed,
            accounts=self._ar_accounts(receipts),
            names=self._ar_names(partners, receipts),
            notices=tuple(self._ar_notices(company, companies)),
            pays_for=self._ar_pays_for(company),
            paid=tuple(self._ar_paid(companies, first)),
            tolerances=self._ar_tolerances(company),
            memory=self.env["ar.lettering.memory"]._ar_memory(company, receipts),
            calibration=calibration.fit(
                self.env["ar.lettering.memory"]._ar_decisions(company)
            ),
            threshold=company.ar_lettering_auto_probability,
        )

    @api.model
    def _ar_tolerances(self, company):
        factor = 10**company.currency_id.decimal_places
        return Tolerances(
            cents=round(company.ar_lettering_cents_cap * factor),
            fee=round(company.ar_lettering_fee_cap * factor),
            discount_days=company.ar_lettering_discount_days,
            parts=company.ar_lettering_parts,
        )

    @api.model
    def _ar_paid(self, companies, first):
        """Receipts booked lately: the same amount again may be a double payment."""
        if first is None:
            return
        self.env.cr.execute(
            SQL(
                """
            SELECT p.commercial_partner_id,
                   round(l.amount * 10 ^ cur.decimal_places)::bigint, cur.name, m.date
              FROM account_bank_statement_line l
              JOIN account_move m ON m.id = l.move_id
              JOIN res_partner p ON p.id = l.partner_id
              JOIN res_currency cur ON cur.id = l.currency_id
             WHERE l.company_id = ANY(%s) AND l.is_reconciled AND l.amount > 0
               AND m.state = 'posted' AND m.date >= %s""",
                companies.ids,
                first - timedelta(days=PAID_DAYS),
            )
        )
        for row in self.env.cr.fetchall():
            yield Paid(*row)

    @api.model
    def _ar_pays_for(self, company):
        """Customers that pay for others: paying centres, and parents of companies."""
        self.env.cr.execute(
            SQL(
                """
            SELECT c.commercial_partner_id, d.partner_id
              FROM ar_debtor d JOIN res_partner c ON c.id = d.paying_centre_id
             WHERE d.company_id IN (SELECT id FROM res_company WHERE %s LIKE
                                    parent_path || '%%')
             UNION
            SELECT up.commercial_partner_id, p.id
              FROM res_partner p JOIN res_partner up ON up.id = p.parent_id
             WHERE p.commercial_partner_id = p.id AND p.active""",
                company.parent_path,
            )
        )
        rows = [row for row in self.env.cr.fetchall() if row[0] != row[1]]
        return self._ar_grouped(rows)

    @api.model
    def _ar_open_items(self, companies):
        """Open receivable items, and the documents that a payer may cite for them."""
        self.env.cr.execute(
            SQL(
                """
            SELECT l.id, l.move_id, p.commercial_partner_id,
                   round(l.amount_residual_currency * 10 ^ cur.decimal_places)::bigint,
                   cur.name, COALESCE(l.date_maturity, l.date), l.account_id,
                   EXISTS (SELECT 1 FROM ar_dispute d
                            WHERE d.move_id = l.move_id AND d.state = %(open)s),
                   m.invoice_date,
                   CASE WHEN l.discount_date IS NOT NULL
                         AND l.amount_residual_currency = l.amount_currency
                        THEN round((l.amount_currency - l.discount_amount_currency)
                                   * 10 ^ cur.decimal_places)::bigint ELSE 0 END,
                   l.discount_date,
                   m.name, m.payment_reference, m.ref,
                   CASE WHEN m.move_type = 'entry' THEN l.name END
              FROM account_move_line l
              JOIN account_account a ON a.id = l.account_id
              JOIN account_move m ON m.id = l.move_id
              JOIN res_partner p ON p.id = l.partner_id
              JOIN res_currency cur ON cur.id = l.currency_id
             WHERE l.company_id = ANY(%(companies)s)
               AND l.reconciled IS NOT TRUE
               AND l.parent_state = 'posted'
               AND a.account_type = 'asset_receivable'
               AND a.non_trade IS NOT TRUE
               AND l.payment_id IS NULL
               AND (l.amount_residual_currency > 0 OR m.move_type = 'out_refund')
               AND l.amount_residual_currency <> 0
             ORDER BY l.id""",
                companies=companies.ids,
                open=DISPUTE_OPEN,
            )
        )
        items, documents = [], {}
        for *item, number, payment_reference, ref, label in self.env.cr.fetchall():
            items.append(Item(*item))
            aliases = (payment_reference, ref, label)
            documents.setdefault(item[1], self._ar_document(item[1], number, aliases))
        return items, list(documents.values())

    @api.model
    def _ar_document(self, ident, number, aliases):
        aliases = tuple(a for a in aliases if a and a != number)
        return Document(ident, number or "", aliases)

    @api.model
    def _ar_closed(self, companies, first):
        """Documents paid already: citing one means a double payment, not a new one."""
        if first is None:
            return {}, []
        self.env.cr.execute(
            SQL(
                """
            SELECT m.id, p.commercial_partner_id, m.name, m.payment_reference
              FROM account_move m
              JOIN res_partner p ON p.id = m.partner_id
             WHERE m.company_id = ANY(%s)
               AND m.state = 'posted'
               AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
               AND m.payment_state IN ('paid', 'in_payment', 'reversed')
               AND m.invoice_date >= %s""",
                companies.ids,
                first - timedelta(days=CLOSED_DAYS),
            )
        )
        rows = self.env.cr.fetchall()
        closed = {ident: partner for ident, partner, _name, _ref in rows}
        documents = [
            self._ar_document(ident, number, (reference,))
            for ident, _partner, number, reference in rows
        ]
        return closed, documents

    @api.model
    def _ar_accounts(self, receipts):
        """Customers by the bank account numbers that these receipts came from."""
        numbers = {normalise.compact(r.payer_account) for r in receipts} - {""}
        if not numbers:
            return {}
        self.env.cr.execute(
            SQL(
                """
            SELECT DISTINCT b.sanitized_acc_number, p.commercial_partner_id
              FROM res_partner_bank b JOIN res_partner p ON p.id = b.partner_id
             WHERE b.sanitized_acc_number = ANY(%s) AND b.active AND p.active""",
                list(numbers),
            )
        )
        return self._ar_grouped(self.env.cr.fetchall())

    @api.model
    def _ar_names(self, partners, receipts):
        """Customers by name key, for those who owe or owed something."""
        if not partners or not receipts:
            return {}
        self.env.cr.execute(
            SQL(
                """
            SELECT name, commercial_partner_id FROM res_partner
             WHERE commercial_partner_id = ANY(%(partners)s) AND name IS NOT NULL
               AND (is_company OR id = commercial_partner_id)
             UNION
            SELECT b.acc_holder_name, p.commercial_partner_id
              FROM res_partner_bank b JOIN res_partner p ON p.id = b.partner_id
             WHERE p.commercial_partner_id = ANY(%(partners)s) AND b.active
               AND b.acc_holder_name IS NOT NULL""",
                partners=list(partners),
            )
        )
        rows = [
            (normalise.name_key(name), ident) for name, ident in self.env.cr.fetchall()
        ]
        return self._ar_grouped(rows)

    @api.model
    def _ar_grouped(self, rows):
        found = defaultdict(set)
        for key, ident in rows:
            found[key].add(ident)
        return {key: frozenset(idents) for key, idents in found.items()}

    @api.model
    def _ar_notices(self, company, companies):
        """Announced payments that are still awaited, with the items they name.

        A part names an instalment, or an invoice with one open instalment.
        """
        notices = (
            self.env["ar.payment.notice"]
            .sudo()
            .search(
                [
                    ("company_id", "parent_of", company.id),
                    ("state", "in", NOTICE_HOLDING),
                ]
            )
        )
        notices |= notices.search(
            [("company_id", "in", companies.ids), ("state", "in", NOTICE_HOLDING)]
        )
        for notice in notices.sorted("id"):
            factor = 10**notice.currency_id.decimal_places
            parts = [
                (item.id, round(part.amount * factor))
                for part in notice.line_ids
                if (item := self._ar_notice_item(part))
            ]
            yield Notice(
                id=notice.id,
                partner=notice.partner_id.commercial_partner_id.id,
                amount=round(notice.amount * factor),
                currency=notice.currency_id.name,
                expected=notice.expected_date,
                parts=tuple(parts),
                reference=notice.reference or "",
                platform=notice.source == "platform",
            )

    @api.model
    def _ar_notice_item(self, part):
        if part.item_id.move_line_id:
            return part.item_id.move_line_id
        lines = part.move_id.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
            )
        )
        return lines if len(lines) == 1 else lines.browse()

    # Names -----------------------------------------------------------------------

    @api.model
    def _ar_namer(self, ledger, lines):
        """:return: function (kind, id) -> the name to show in an explanation"""
        numbers = {document.id: document.number for document in ledger.documents}
        labels = {line.id: line.payment_ref or line.move_id.name for line in lines}

        def name(kind, ident):
            if kind == "document":
                return numbers.get(ident, "")
            if kind == "receipt":
                return labels.get(ident, "")
            return self.env["res.partner"].sudo().browse(ident).display_name

        return name
