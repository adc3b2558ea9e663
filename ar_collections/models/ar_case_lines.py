from odoo import models
from odoo.exceptions import UserError

from ..engine.case_states import CaseOutcome


class ArCaseLines(models.Model):
    """Invoices leave a case and come back, with their trace."""

    _inherit = "ar.case"

    def _ar_take_out(self, line, why, actor=None):
        """This instalment leaves the case and returns to the ladder.

        The last one that leaves closes the case as cancelled.

        :param line: ``ar.case.line`` of this case
        :param str why: for the timeline
        :raise UserError: without a reason, or when it has left already
        """
        self.ensure_one()
        if line.case_id != self or not line.active:
            raise UserError(self.env._("This invoice is not in the case."))
        if not (why or "").strip():
            raise UserError(self.env._("Tell why this invoice leaves the case."))
        case, line = self.sudo(), line.sudo()
        case.with_env(self.env)._ar_record(
            "case_line_out",
            {"why": why, "number": line.number or ""},
            None,
            actor,
            line,
        )
        line.write({"active": False, "holds": False, "out_reason": why})
        case.invalidate_recordset(["line_ids", "all_line_ids"])
        if case._ar_is_open() and not case.line_ids:
            case.with_env(self.env)._ar_close(CaseOutcome.CANCELLED, why, actor)
        else:
            line.item_id.debtor_id._ar_decide()

    def _ar_put_back(self, line):
        """An instalment that was taken out by mistake is in the case again.

        :raise UserError: when it is in another case, or this one is not open
        """
        self.ensure_one()
        case, line = self.sudo(), line.sudo()
        if line.case_id != case or line.active or not line.item_id:
            raise UserError(self.env._("This invoice was not taken out of the case."))
        case._ar_check_open()
        case._ar_check_suable(line.item_id, case.debtor_id)
        item = line.item_id
        line.write(
            {
                "active": True,
                "holds": True,
                "out_reason": False,
                "amount_open": item.residual,
                "company_open": item.company_residual,
            }
        )
        case.invalidate_recordset(["line_ids", "all_line_ids"])
        case.with_env(self.env)._ar_record(
            "case_line_back", {"number": line.number or ""}, lines=line
        )
        item.debtor_id._ar_decide()
