from collections import Counter, defaultdict

from odoo import api, models
from odoo.exceptions import UserError


class ArStatementImporter(models.AbstractModel):
    """Movements that two files tell: a statement and its notification, two formats.

    A camt.054 notification gives the payments inside an entry that the camt.053
    statement tells as one amount. Whichever comes first, the journal ends with the
    payments, once, in the statement.
    """

    _inherit = "ar.statement.importer"

    @api.model
    def _ar_told_elsewhere(self, journal, transactions, result):
        """Take away what the journal holds from another file.

        :return: the transactions to create, and the lines that stand for the others
        :rtype: tuple[list, models.BaseModel]
        """
        told = self.env["account.bank.statement.line"]
        if not transactions:
            return [], told
        left, groups = [], defaultdict(list)
        for tx in transactions:
            if tx.batch_reference and tx.entry_amount is not None:
                groups[tx.batch_reference, tx.entry_amount].append(tx)
            else:
                left.append(tx)
        standing = self._ar_standing(journal, groups)
        for key, group in groups.items():
            lines = standing.get(key, told)
            if not lines:
                left += group
            elif len(group) > len(lines) == 1:
                split = self._ar_split_line(journal, lines, group, result)
                told |= split or lines
            else:
                told |= lines
                result["known"] += len(group)
        left, other = self._ar_other_format(journal, left, result)
        order = {tx.key: rank for rank, tx in enumerate(transactions)}
        return sorted(left, key=lambda tx: order[tx.key]), told | other

    @api.model
    def _ar_standing(self, journal, groups):
        """Lines of the same entries, by (bank's reference, amount of the entry).

        Only of another file format: a bank that reuses its references within one is
        told apart by the keys of the lines.
        """
        if not groups:
            return {}
        form = self.env.context.get("ar_statement_format")
        lines = self.env["account.bank.statement.line"].search(
            [
                ("journal_id", "=", journal.id),
                ("ar_batch_reference", "in", [reference for reference, _a in groups]),
            ],
            order="id",
        )
        lines = lines.filtered(
            lambda line: (line.transaction_details or {}).get("format") != form
        )
        by_reference = lines.grouped("ar_batch_reference")
        currency = journal.currency_id or journal.company_id.currency_id
        found = {}
        for reference, amount in groups:
            same = by_reference.get(reference, lines.browse()).filtered(
                lambda line, amount=float(amount): (
                    not currency.compare_amounts(line.ar_batch_amount, amount)
                )
            )
            if same:
                found[reference, amount] = same
        return found

    @api.model
    def _ar_split_line(self, journal, line, group, result):
        """Replace a line by the payments inside it, in its statement.

        Nothing is done to a line that is matched, or that the ledger has locked.
        """
        total = sum(tx.amount for tx in group)
        if line.is_reconciled or line.currency_id.compare_amounts(
            float(total), line.amount
        ):
            result["known"] += len(group)
            return None
        currencies = self._ar_currencies(group)
        vals_list = [
            self._ar_line_vals(
                journal, line.statement_id, tx, line.sequence, currencies
            )
            for tx in group
        ]
        first = {
            key: value
            for key, value in vals_list[0].items()
            if key not in ("journal_id", "statement_id", "date")
        }
        try:
            with self.env.cr.savepoint():
                line._ar_drop_proposals()
                line.write(
                    {
                        **first,
                        "ar_lettering_state": "new",
                        "ar_lettering_reason_id": False,
                        "ar_explanation": False,
                    }
                )
                created = line.with_company(journal.company_id).create(vals_list[1:])
                self.env.flush_all()
        except UserError as error:
            result["warnings"].append(
                self.env._(
                    "The details of %(label)s could not be taken: %(error)s",
                    label=line.payment_ref,
                    error=error,
                )
            )
            return None
        result["line_ids"] += (line | created).ids
        result["created"] += len(created)
        result["known"] += 1
        return line | created

    @api.model
    def _ar_other_format(self, journal, transactions, result):
        """Movements of a statement that was imported in another format before.

        Only when all of them stand in the journal with their date and amount.
        """
        Line = self.env["account.bank.statement.line"]
        if not transactions:
            return [], Line
        form = self.env.context.get("ar_statement_format")
        days = [tx.booking_date for tx in transactions]
        lines = Line.search(
            [
                ("journal_id", "=", journal.id),
                ("ar_entry_key", "!=", False),
                ("date", ">=", min(days)),
                ("date", "<=", max(days)),
            ],
            order="id",
        ).filtered(lambda line: (line.transaction_details or {}).get("format") != form)
        digits = (journal.currency_id or journal.company_id.currency_id).decimal_places
        have = Counter((ln.date, round(ln.amount * 10**digits)) for ln in lines)
        want = Counter(
            (tx.booking_date, round(tx.amount * 10**digits)) for tx in transactions
        )
        if want - have:
            return transactions, Line
        result["known"] += len(transactions)
        result["warnings"].append(
            self.env._(
                "All %(count)s movements are in the journal already, from a file in "
                "another format (%(format)s): nothing was added.",
                count=len(transactions),
                format=(lines[:1].transaction_details or {}).get("format"),
            )
        )
        return [], Line
