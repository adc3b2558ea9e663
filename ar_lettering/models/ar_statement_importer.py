import base64
import binascii

from odoo import api, models
from odoo.exceptions import UserError

from ..engine import camt, cfonb120, mt940_file, ofx_file
from ..engine.normalise import compact, squeeze
from ..engine.statement import StatementFileError
from .ar_statement_words import FILE_ERRORS, PROBLEMS

#: What a parser says of a file that another one may read.
NOT_MINE = ("not_cfonb", "not_mt940", "not_ofx", "not_xml")


class ArStatementImporter(models.AbstractModel):
    """From a bank file to statements and lines with their evidence.

    A file imported again adds nothing: lines carry a key made from what the bank
    said. Another format adds a parser to :meth:`_ar_parsers`.
    """

    _name = "ar.statement.importer"
    _description = "Import of bank statements"

    @api.model
    def _ar_parsers(self):
        """Functions from bytes to a ``StatementFile``, tried in this order.

        A parser raises ``StatementFileError`` with one of ``NOT_MINE`` for a file
        that is not of its kind; the next one is tried then.
        """
        return [cfonb120.parse, mt940_file.parse, ofx_file.parse, camt.parse]

    @api.model
    def _ar_import(self, filename, content_base64, journal=None):
        """Import a file.

        :param str filename: name of the file, kept as the statement's reference
        :param str content_base64: the file
        :param journal: bank journal; found by the account number when None
        :return: ``{"statement_ids", "line_ids", "created", "known", "pending",
            "problems", "warnings"}``; the last two are sentences
        :rtype: dict
        :raise UserError: when nothing of the file can be imported
        """
        file = self._ar_read(content_base64)
        self = self.with_context(ar_statement_format=file.kind)
        result = {
            "statement_ids": [],
            "line_ids": [],
            "created": 0,
            "known": 0,
            "pending": sum(s.pending for s in file.statements),
            "problems": [self._ar_tell(p) for p in file.problems if p.fatal],
            "warnings": [self._ar_tell(p) for p in file.problems if not p.fatal],
        }
        unreadable = {p.statement for p in file.problems if p.fatal}
        refused = []
        for position, statement in enumerate(file.statements, start=1):
            try:
                target = self._ar_journal(statement, journal, result)
                self._ar_check_balances(statement, position in unreadable)
            except UserError as error:
                refused.append(str(error))
                continue
            self._ar_create(target, statement, filename, result)
        if refused and len(refused) == len(file.statements):
            raise UserError("\n".join(dict.fromkeys(refused)))
        result["problems"] += refused
        if result["line_ids"]:
            cron = self.env.ref("ar_lettering.ar_letter_cron", raise_if_not_found=False)
            if cron:
                cron.sudo()._trigger()
        return result

    @api.model
    def _ar_read(self, content_base64):
        try:
            content = base64.b64decode(content_base64 or "", validate=True)
        except (binascii.Error, ValueError):
            raise UserError(self.env._("The file did not arrive whole.")) from None
        error = StatementFileError("not_xml")
        for parse in self._ar_parsers():
            try:
                file = parse(content)
            except StatementFileError as found:
                error = found
                if found.code in NOT_MINE:
                    continue
                break
            if file.kind == "camt.052":
                # A report of the day is told again by the statement.
                error = StatementFileError("not_statement", kind=file.kind)
                break
            return file
        words = self.env._(FILE_ERRORS[error.code])
        raise UserError(words % error.params)

    @api.model
    def _ar_tell(self, problem):
        words = self.env._(PROBLEMS[problem.code])
        what = words % {"detail": problem.detail}
        if not problem.entry:
            return self.env._("Statement: %(what)s.", what=what)
        return self.env._(
            "Entry %(entry)s %(reference)sof statement %(statement)s: %(what)s.",
            entry=problem.entry,
            reference=f"({problem.reference}) " if problem.reference else "",
            statement=problem.statement,
            what=what,
        )

    # Checks ----------------------------------------------------------------------

    @api.model
    def _ar_journal(self, statement, journal, result):
        """The bank journal of a statement, checked against account and currency."""
        if journal:
            own = journal.bank_account_id.sanitized_acc_number
            if own and not _same_account(own, statement.account):
                raise UserError(
                    self.env._(
                        "The file is about account %(account)s, but journal "
                        "%(journal)s is account %(own)s.",
                        account=statement.account,
                        journal=journal.display_name,
                        own=own,
                    )
                )
            if not own:
                result["warnings"].append(
                    self.env._(
                        "Journal %(journal)s has no account number, so the account "
                        "%(account)s of the file could not be checked.",
                        journal=journal.display_name,
                        account=statement.account,
                    )
                )
        else:
            journal = self._ar_find_journal(statement.account)
        currency = journal.currency_id or journal.company_id.currency_id
        if statement.currency and statement.currency != currency.name:
            raise UserError(
                self.env._(
                    "The statement is in %(currency)s, but journal %(journal)s is "
                    "in %(own)s.",
                    currency=statement.currency,
                    journal=journal.display_name,
                    own=currency.name,
                )
            )
        return journal

    @api.model
    def _ar_find_journal(self, account):
        journals = self.env["account.journal"].search(
            [
                ("type", "=", "bank"),
                ("bank_account_id", "!=", False),
                ("company_id", "in", self.env.companies.ids),
            ]
        )
        found = journals.filtered(
            lambda j: _same_account(j.bank_account_id.sanitized_acc_number, account)
        )
        if len(found) != 1:
            raise UserError(
                self.env._(
                    "No bank journal has the account %(account)s of the file. Choose "
                    "the journal, or set its account number.",
                    account=account,
                )
            )
        return found

    @api.model
    def _ar_check_balances(self, statement, has_unreadable):
        """Refuse a statement whose balances tell that something is missing."""
        gap = statement.balance_gap
        if gap and not has_unreadable:
            raise UserError(
                self.env._(
                    "Statement %(name)s does not add up: opening balance %(opening)s "
                    "plus movements %(total)s is not the closing balance %(closing)s "
                    "(%(gap)s missing). Fetch the file again from the bank.",
                    name=statement.identifier,
                    opening=statement.opening,
                    total=statement.total,
                    closing=statement.closing,
                    gap=gap,
                )
            )

    # Records ---------------------------------------------------------------------

    @api.model
    def _ar_create(self, journal, statement, filename, result):
        """Create what is new of a statement."""
        Line = self.env["account.bank.statement.line"]
        keys = [tx.key for tx in statement.transactions]
        known = Line.search(
            [("journal_id", "=", journal.id), ("ar_entry_key", "in", keys)]
        )
        known_keys = set(known.mapped("ar_entry_key"))
        fresh = [tx for tx in statement.transactions if tx.key not in known_keys]
        result["known"] += len(known_keys)
        fresh, told = self._ar_told_elsewhere(journal, fresh, result)
        known |= told
        if not fresh and not told.filtered(lambda line: not line.statement_id):
            return
        size = len(statement.transactions)
        ranks = {tx.key: size - n for n, tx in enumerate(statement.transactions)}
        record = self._ar_statement(journal, statement, known)
        currencies = self._ar_currencies(fresh)
        vals_list = [
            self._ar_line_vals(journal, record, tx, ranks[tx.key], currencies)
            for tx in fresh
        ]
        lines = Line.with_company(journal.company_id).create(vals_list)
        self._ar_gather(journal, record, statement, filename, lines, known, result)
        result["line_ids"] += lines.ids
        result["created"] += len(lines)

    @api.model
    def _ar_gather(self, journal, record, statement, filename, lines, known, result):
        """Put new lines, and those that came before their statement, into it."""
        if self.env.context.get("ar_statement_format") == "camt.054":
            # A notification has no balances: the statement comes later.
            return
        early = known.filtered(lambda line: not line.statement_id)
        if not record:
            record = self._ar_create_statement(
                journal, statement, filename, lines | early
            )
            self._ar_set_balances(record, statement, known <= early)
            if statement.opening is not None and not record.is_valid:
                result["warnings"].append(
                    self.env._(
                        "Statement %(name)s does not begin where the one before "
                        "ends: one may be missing between them.",
                        name=record.name,
                    )
                )
        else:
            early.statement_id = record
        result["statement_ids"].append(record.id)

    @api.model
    def _ar_statement(self, journal, statement, known):
        """The statement that a first, incomplete import of the same one made."""
        same = known.statement_id.filtered(
            lambda s: s.name == statement.identifier and s.journal_id == journal
        )
        return same[:1]

    @api.model
    def _ar_create_statement(self, journal, statement, filename, lines):
        name = statement.identifier or squeeze(filename)
        vals = {"name": name, "reference": filename or name}
        return (
            self.env["account.bank.statement"]
            .with_company(journal.company_id)
            .create({**vals, "line_ids": [(6, 0, lines.ids)]})
        )

    @api.model
    def _ar_set_balances(self, record, statement, complete):
        """Take the bank's balances, unless part of the lines are elsewhere."""
        if not complete:
            return
        vals = {}
        if statement.opening is not None:
            vals["balance_start"] = float(statement.opening)
        if statement.closing is not None:
            vals["balance_end_real"] = float(statement.closing)
        if vals:
            record.write(vals)

    @api.model
    def _ar_line_vals(self, journal, record, tx, rank, currencies):
        """Values of one bank line, evidence included."""
        original = tx.original and currencies.get(tx.original.currency)
        structured = "\n".join(ref.reference for ref in tx.structured)
        vals = {
            "journal_id": journal.id,
            "statement_id": record.id if record else False,
            "date": tx.booking_date,
            "amount": float(tx.amount),
            "sequence": rank,
            "payment_ref": self._ar_label(tx),
            "partner_name": tx.payer_name or False,
            "account_number": tx.payer_account or False,
            "transaction_type": tx.bank_category or False,
            "transaction_details": self._ar_details(tx),
            "ar_entry_key": tx.key,
            "ar_value_date": tx.value_date,
            "ar_payer_name": tx.payer_name or False,
            "ar_ultimate_debtor": tx.ultimate_debtor or False,
            "ar_payer_iban": tx.payer_account or False,
            "ar_end_to_end": tx.end_to_end or False,
            "ar_mandate": tx.mandate or False,
            "ar_structured_ref": structured or False,
            "ar_documents": self._ar_documents(tx) or False,
            "ar_free_text": tx.free_text or tx.additional_info or False,
            "ar_bank_reference": tx.bank_reference or False,
            "ar_bank_category": tx.bank_category or False,
            "ar_return_reason": tx.return_reason or False,
            "ar_fees": float(tx.fees),
            "ar_batch_reference": tx.batch_reference or False,
            "ar_batch_amount": float(tx.entry_amount or 0),
        }
        if original:
            vals["ar_original_amount"] = float(tx.original.amount)
            vals["ar_original_currency_id"] = original
        return vals

    @api.model
    def _ar_label(self, tx):
        """What a person reads on the line: the payer's text before the bank's."""
        references = [ref.reference for ref in tx.structured]
        references += [document.number for document in tx.documents]
        told = tx.free_text or " ".join(references) or tx.end_to_end
        return (
            told
            or tx.additional_info
            or tx.payer_name
            or tx.bank_reference
            or self.env._("No label")
        )

    @api.model
    def _ar_documents(self, tx):
        return [
            {
                "number": document.number,
                "kind": document.kind,
                "amount": None if document.amount is None else str(document.amount),
                "currency": document.currency,
                "date": document.date and document.date.isoformat(),
            }
            for document in tx.documents
        ]

    @api.model
    def _ar_details(self, tx):
        """Everything the bank said, for whoever reads the line later."""
        original = tx.original
        return {
            "format": self.env.context.get("ar_statement_format"),
            "payer": tx.payer_name,
            "ultimate_debtor": tx.ultimate_debtor,
            "payer_account": tx.payer_account,
            "end_to_end": tx.end_to_end,
            "mandate": tx.mandate,
            "entry_reference": tx.entry_reference,
            "bank_reference": tx.bank_reference,
            "structured": [
                {"reference": ref.reference, "kind": ref.kind} for ref in tx.structured
            ],
            "documents": self._ar_documents(tx),
            "free_text": tx.free_text,
            "additional_info": tx.additional_info,
            "extra": [list(pair) for pair in tx.extra],
            "category": tx.bank_category,
            "return_reason": tx.return_reason,
            "reversal": tx.is_reversal,
            "batch_size": tx.batch_size,
            "fees": str(tx.fees),
            "original_amount": original and str(original.amount),
            "original_currency": original and original.currency,
        }

    @api.model
    def _ar_currencies(self, transactions):
        """Ids of the currencies in which these payments were ordered, by code."""
        codes = {tx.original.currency for tx in transactions if tx.original}
        Currency = self.env["res.currency"].with_context(active_test=False)
        found = Currency.search([("name", "in", sorted(codes))])
        return {currency.name: currency.id for currency in found}


def _same_account(own, told):
    """Whether two account numbers are one: equal, or the national part of an IBAN.

    CFONB and OFX tell bank, branch and account without check and key; nine characters
    at least, so that a short number of another bank is not taken for it.
    """
    own, told = compact(own), compact(told)
    if not own or not told:
        return False
    if len(own) > len(told):
        own, told = told, own
    return own == told or (len(own) >= 9 and own in told[4:])
