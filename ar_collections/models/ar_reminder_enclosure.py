import hashlib
import logging

from psycopg2 import OperationalError

from odoo import fields, models

from ..engine.enclosures import fit

_logger = logging.getLogger(__name__)

#: What a statement of account weighs before it is printed (bytes), for previews.
STATEMENT_SIZE = 60_000
MEGABYTE = 1_000_000


class ArReminderEnclosure(models.Model):
    """What goes along with an e-mail: stored invoices, a statement of account.

    An invoice goes along as it was issued, byte for byte, or not at all. Nothing
    here stops a reminder: what could not be attached is told, in the letter when it
    is a matter of weight, on the reminder in any case.
    """

    _inherit = "ar.reminder"

    enclosures = fields.Json(
        "Attached",
        readonly=True,
        copy=False,
        help="Names, sizes and sha256 of what went along.",
    )
    enclosure_ids = fields.One2many(
        "ir.attachment",
        "res_id",
        "Attachments",
        domain=[("res_model", "=", "ar.reminder")],
        readonly=True,
    )

    def _ar_enclose(self):
        """Make the attachments of the one e-mail that these reminders share.

        :return: (``ir.attachment``, summary for the letter), see
            :meth:`_ar_enclosure_summary`
        """
        lead = self[:1]
        statements = self._ar_print_statements()
        contents = {reminder.id: reminder.content for reminder in self}
        documents, missing = self._ar_invoice_documents(contents)
        kept, heavy = self._ar_fit(documents, sum(len(s[1]) for s in statements))
        vals_list = [
            {"name": name, "raw": raw, "mimetype": "application/pdf"}
            for name, raw in statements
        ]
        vals_list += [
            {"name": stored.name, "raw": stored.raw, "mimetype": stored.mimetype}
            for _move, stored in kept
        ]
        attachments = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                [
                    {**vals, "res_model": self._name, "res_id": lead.id}
                    for vals in vals_list
                ]
            )
        )
        lead.enclosures = [
            {
                "name": attachment.name,
                "size": attachment.file_size,
                "sha256": hashlib.sha256(attachment.raw).hexdigest(),
            }
            for attachment in attachments
        ] or False
        self._ar_tell_enclosures(missing, heavy)
        return attachments, self._ar_enclosure_summary(kept, heavy, bool(statements))

    def _ar_expected_enclosures(self, content):
        """The summary of what would go along now; nothing is printed.

        :param dict content: what this reminder would say
        """
        asked = self.step_id.sudo().attach_statement
        documents, _missing = self._ar_invoice_documents({self.id: content})
        kept, heavy = self._ar_fit(documents, STATEMENT_SIZE * asked)
        return self._ar_enclosure_summary(kept, heavy, asked)

    def _ar_enclosure_summary(self, kept, heavy, statement):
        """What the letter says of its attachments.

        :return: JSON-able ``{"invoices": [number], "statement": bool,
            "left_out": [number]}``
        """
        return {
            "invoices": [move.name for move, _stored in kept],
            "statement": statement,
            "left_out": [move.name for move, _stored in heavy],
        }

    def _ar_tell_enclosures(self, missing, heavy):
        """Remark on each reminder which of its own invoices did not go along."""
        for reminder in self:
            own = {line["move_id"] for line in reminder.content["lines"]}
            for code, moves in (
                ("invoice_pdf_missing", missing),
                ("enclosure_too_heavy", [move for move, _stored in heavy]),
            ):
                names = ", ".join(move.name for move in moves if move.id in own)
                if names:
                    reminder._ar_remark([{"code": code, "params": {"numbers": names}}])

    # The invoices.

    def _ar_invoice_documents(self, contents):
        """The stored PDF of each invoice asked for, the oldest first.

        :param dict contents: ``{id: content}`` of these reminders
        :return: (``[(account.move, ir.attachment)]``, moves without a stored PDF)
        """
        wanted = self.filtered(lambda r: r.step_id.sudo().attach_invoices)
        lines = [
            line
            for reminder in wanted
            for line in contents[reminder.id]["lines"]
            if line["move_id"]
        ]
        lines.sort(key=lambda line: (line["due_date"] or "", line["number"]))
        moves = self.env["account.move"].sudo()
        moves = moves.browse(dict.fromkeys(line["move_id"] for line in lines))
        moves = moves.exists().filtered(
            lambda m: m.is_sale_document(include_receipts=True)
        )
        documents = [(move, move.invoice_pdf_report_id) for move in moves]
        stored = [(move, pdf) for move, pdf in documents if pdf and pdf.file_size]
        missing = [move for move, pdf in documents if not pdf or not pdf.file_size]
        return stored, missing

    def _ar_fit(self, documents, taken):
        """Split documents into those that the e-mail can carry and the others.

        :param int taken: bytes of what goes along before them
        """
        limit = self._ar_enclosure_limit()
        sizes = [("first", taken)] if taken else []
        sizes += [((move, pdf), pdf.file_size) for move, pdf in documents]
        kept, heavy = fit(sizes, limit)
        return [k for k in kept if k != "first"], [k for k in heavy if k != "first"]

    def _ar_enclosure_limit(self):
        """Bytes that the attachments may add: the company's limit, within the
        server's."""
        ours = self.company_id[:1].sudo().ar_enclosure_limit
        params = self.env["ir.config_parameter"].sudo()
        # Odoo's own default for servers that say nothing, less the letter itself.
        servers = float(params.get_param("base.default_max_email_size", "10")) - 1
        return int(min(ours, max(servers, 0)) * MEGABYTE)

    # The statement of account.

    def _ar_print_statements(self):
        """``[(file name, PDF)]``: one statement for the accounts whose steps ask.

        Without the program that prints, the e-mail leaves without it.
        """
        asking = self.filtered(lambda r: r.step_id.sudo().attach_statement)
        if not asking:
            return []
        lang = self[:1]._ar_lang()
        debtors = asking.debtor_id.sudo().with_context(lang=lang)
        try:
            with self.env.cr.savepoint():
                return [(debtors._ar_statement_name(), debtors._ar_statement(lang))]
        except OperationalError:
            raise
        except Exception as error:
            # Whatever the printing program says, the reminder is not its hostage.
            _logger.warning("No statement of account", exc_info=True)
            params = {"error": self._ar_error_text(error)}
            for reminder in asking:
                reminder._ar_remark([{"code": "statement_missing", "params": params}])
            return []
