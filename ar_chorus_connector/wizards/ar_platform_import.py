import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.status_file import Problem, read_statuses

#: Errors shown one by one; the rest is counted.
SHOWN = 50


class ArPlatformImport(models.TransientModel):
    """Statuses from a file: looked at first, then taken in as if told by a platform."""

    _name = "ar.platform.import"
    _description = "Import of statuses"

    platform_id = fields.Many2one(
        "ar.platform", required=True, readonly=True, ondelete="cascade"
    )
    data = fields.Binary("File (CSV)", required=True)
    filename = fields.Char()
    preview = fields.Text(compute="_compute_preview")
    ready = fields.Boolean(compute="_compute_preview")

    @api.depends("data")
    def _compute_preview(self):
        for wizard in self:
            wizard.preview, wizard.ready = False, False
            if wizard.data and wizard.platform_id:
                told = wizard._read()
                facts = sum(len(o.events) for o in told.observed)
                first = self.env._(
                    "%(facts)s statuses of %(invoices)s invoices.",
                    facts=facts,
                    invoices=len(told.observed),
                )
                wizard.preview = "\n".join([first, *wizard._error_lines(told)])
                wizard.ready = bool(told.observed)

    def _read(self):
        raw = base64.b64decode(self.data or b"")
        return read_statuses(raw, self.platform_id._file_codes())

    def _error_lines(self, told):
        lines = [self._error_words(error) for error in told.errors[:SHOWN]]
        more = len(told.errors) - SHOWN
        if more > 0:
            lines.append(self.env._("And %(count)s more errors.", count=more))
        return lines

    def _error_words(self, error):
        _ = self.env._
        columns = {
            "number": _("invoice number"),
            "status": _("status"),
            "date": _("date"),
            "amount": _("amount"),
        }
        told = {
            "line": error.line,
            "column": columns.get(error.column, error.column),
            "value": error.value,
        }
        return {
            Problem.TOO_LARGE: _("The file is too large."),
            Problem.UNREADABLE: _("This is no CSV file."),
            Problem.EMPTY: _("The file holds no line."),
            Problem.COLUMN_MISSING: _("The column “%(column)s” is missing.", **told),
            Problem.VALUE_MISSING: _("Line %(line)s: %(column)s is empty.", **told),
            Problem.STATUS_UNKNOWN: _(
                "Line %(line)s: “%(value)s” is no status of the table.", **told
            ),
            Problem.DATE_WRONG: _(
                "Line %(line)s: “%(value)s” is no date (30/11/2026 14:05 or "
                "2026-11-30 14:05).",
                **told,
            ),
            Problem.AMOUNT_WRONG: _("Line %(line)s: “%(value)s” is no amount.", **told),
        }[error.problem]

    def action_import(self):
        """Take in the lines that are right; those that are wrong were shown.

        :return: a notification; ``params["summary"]`` has the figures
        :raise UserError: when no line can be taken
        """
        self.ensure_one()
        self.platform_id.check_access("write")
        told = self._read()
        if not told.observed:
            raise UserError("\n".join(self._error_lines(told)))
        summary = dict.fromkeys(("moved", "read", "events", "failed"), 0)
        platform = self.platform_id.sudo()
        platform._observe(told.observed, summary)
        platform._note_success()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if told.errors or summary["failed"] else "success",
                "title": self.env._("Import of statuses"),
                "message": self.env._(
                    "%(events)s new statuses, %(errors)s lines left out, %(failed)s "
                    "invoices failed.",
                    events=summary["events"],
                    errors=len(told.errors),
                    failed=summary["failed"],
                ),
                "summary": summary,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
