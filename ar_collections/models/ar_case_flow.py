from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine.case_clock import deadline
from ..engine.case_states import CaseOutcome, CaseState
from .ar_case import OPEN_STATES

#: What people change by hand; the rest is recorded by the buttons.
HUMAN = {"user_id", "urgency", "note", "stage_id", "deadline"}
#: What may still be completed while a case is only requested.
REQUESTED = {"debtor_id", "partner_id", "request_move_ids", "company_id"}


class ArCaseFlow(models.Model):
    """How a case moves: opened, from stage to stage and back, closed, reopened."""

    _inherit = "ar.case"

    stage_before_id = fields.Many2one(
        "ar.case.stage",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="Where the case stood when it was closed.",
    )

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        self._ar_check_write(vals)
        stage = self.env["ar.case.stage"].browse(vals.get("stage_id"))
        if not stage:
            return super().write(vals)
        # A card that is moved on the board is a decision like any other.
        rest = {name: value for name, value in vals.items() if name != "stage_id"}
        result = super().write(rest) if rest else True
        for case in self.filtered(lambda c: c.stage_id != stage):
            case._ar_go(stage)
        return result

    @api.model
    def _ar_human(self):
        """Names of the columns that people write by hand."""
        return HUMAN

    def _ar_check_write(self, vals):
        """Only the columns of people are written by hand.

        :raise AccessError: names what is not
        """
        ours = {n for n, f in self._fields.items() if f._module == "ar_collections"}
        refused = (ours & vals.keys()) - self._ar_human()
        if refused and all(c.state == CaseState.REQUESTED.value for c in self):
            refused -= REQUESTED
        if refused:
            raise AccessError(
                self.env._(
                    "This of a recovery case is changed by its buttons: %(fields)s.",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in sorted(refused)
                    ),
                )
            )

    # Opening.

    @api.model
    def _ar_open(self, vals):
        """Open a case at its first stage.

        :param dict vals: ``debtor_id`` or ``partner_id`` (or neither: that of the
            invoices), ``item_ids`` or ``move_ids`` (default: everything that is late),
            and any of ``reason``, ``origin``, ``user_id``, ``stage_id``, ``urgency``,
            ``company_id``, ``note``, ``requester_id``, ``requester_email``
        :return: the case
        :raise UserError: when nothing is open, an invoice is in an open case already,
            or the customer is insolvent
        """
        vals = dict(vals)
        items, debtor = self._ar_items_of(vals)
        self._ar_check_free(items, debtor)
        kept = {
            name: vals[name]
            for name in (
                "reason", "origin", "urgency", "note", "requester_id", "requester_email"
            )
            if vals.get(name)
        }  # fmt: skip
        case = self.sudo().create(
            {
                **kept,
                "debtor_id": debtor.id,
                "partner_id": debtor.partner_id.id,
                "company_id": debtor.company_id.id,
                "user_id": vals.get("user_id") or debtor._ar_responsible().id,
            }
        )
        case._ar_begin(items, self.env["ar.case.stage"].browse(vals.get("stage_id")))
        return self.browse(case.id)

    def _ar_begin(self, items, stage=None, kind="case_opened"):
        """The case holds these items from now on, and comes to its first stage."""
        self.ensure_one()
        self._ar_add_lines(items)
        stage = (
            stage
            or self.env["ar.case.stage"]
            ._ar_of(self.company_id)
            .filtered(lambda s: s.state in OPEN_STATES)[:1]
        )
        if not stage:
            raise UserError(self.env._("No stage is set up for recovery cases."))
        self._ar_enter(stage, {"opened_at": self.company_id._ar_today()})
        self._ar_record(kind, {"why": self.reason or ""})
        self.debtor_id._ar_decide()

    @api.model
    def _ar_items_of(self, vals):
        """``(items, account)`` that these values are about, as they are now."""
        debtor = self.env["ar.debtor"].sudo().browse(vals.get("debtor_id"))
        items = self.env["ar.item"].sudo().browse(vals.get("item_ids"))
        moves = self.env["account.move"].sudo().browse(vals.get("move_ids"))
        if not debtor and vals.get("partner_id"):
            partner = self.env["res.partner"].browse(vals["partner_id"])
            company = self.env["res.company"].browse(vals.get("company_id"))
            company = (company or self.env.company)._ar_collecting_company()
            debtor = debtor._ar_find(company.id, partner.commercial_partner_id.id)
        debtor = debtor or items.debtor_id or debtor._ar_of_moves(moves)
        if len(debtor) != 1:
            raise UserError(
                self.env._("A recovery case is about one customer account.")
            )
        debtor._ar_refresh(debtor.partner_id.ids)
        if moves:
            items = debtor.open_item_ids.filtered(lambda i: i.move_id in moves)
        elif not items:
            today = debtor.company_id._ar_today()
            items = debtor.open_item_ids.filtered(
                lambda i: i.due_date and i.due_date < today and not i.case_id
            )
        items = items.filtered(
            lambda i: i.is_open and not i.is_credit and not i.scope_code
        )
        return items, debtor

    @api.model
    def _ar_check_free(self, items, debtor):
        """:raise UserError: when a case about these items cannot be opened"""
        if not items:
            raise UserError(self.env._("Choose invoices that are open."))
        if items.debtor_id != debtor:
            raise UserError(
                self.env._("A recovery case is about one customer account.")
            )
        self._ar_check_suable(items, debtor)

    def _ar_check_suable(self, items, debtor):
        """Refuse items that are in another open case, or whose customer is insolvent.

        :raise UserError: names what stands in the way
        """
        if debtor.insolvency:
            raise UserError(
                self.env._(
                    "%(name)s is insolvent: the claim is declared, not sued for.",
                    name=debtor.partner_id.display_name,
                )
            )
        for item in items:
            other = item.case_id
            if other and other not in self:
                raise UserError(
                    self.env._(
                        "%(number)s is in recovery case %(case)s already.",
                        number=item.move_id.name,
                        case=other.name,
                    )
                )

    def _ar_check_open(self):
        """:raise UserError: when this case is not open"""
        if not self._ar_is_open():
            raise UserError(
                self.env._(
                    "%(case)s is not open: accept or reopen it first.", case=self.name
                )
            )

    def _ar_add_lines(self, items):
        """Lines of these items with their values of now."""
        self.ensure_one()
        today = self.company_id._ar_today()
        return (
            self.env["ar.case.line"]
            .sudo()
            .create(
                [
                    {
                        "case_id": self.id,
                        "item_id": item.id,
                        "move_id": item.move_id.id,
                        "number": item.move_id.name,
                        "due_date": item.due_date,
                        "currency_id": item.currency_id.id,
                        "amount_opened": item.residual,
                        "amount_open": item.residual,
                        "company_opened": item.company_residual,
                        "company_open": item.company_residual,
                        "opened_on": today,
                    }
                    for item in items.sorted(lambda i: (i.due_date, i.id))
                ]
            )
        )

    # From stage to stage.

    def _ar_enter(self, stage, values=None):
        """Move to a stage, whose time begins today."""
        self.ensure_one()
        today = self.company_id._ar_today()
        told = {
            "stage_id": stage.id,
            "stage_since": today,
            "deadline": self._ar_deadline(stage, today),
            **(values or {}),
        }
        case = self.sudo()
        if case.state == stage.state:
            # Between stages of one kind the status stays.
            case.write(told)
        else:
            case._update_state(stage.state, told, strict=True)

    @api.model
    def _ar_deadline(self, stage, start):
        """Last day of a stage that begins on ``start``; False when it has none."""
        if not stage.days:
            return False
        place = (self.company_id or self.env.company)._ar_place()
        return deadline(start, stage.days, place.country, place.subdivision)

    def _ar_go(self, stage, why=None):
        """Go to a stage, further or back; each move is a fact of the timeline.

        :param stage: ``ar.case.stage``
        :param str why: needed by nothing, kept with the fact
        :raise UserError: when the case is not open, or the stage not the company's
        """
        for case in self:
            if stage.state == CaseState.CLOSED.value:
                case._ar_close(CaseOutcome.SETTLED, why)
                continue
            case._ar_check_open()
            if stage.company_id and stage.company_id != case.company_id:
                raise UserError(self.env._("This stage belongs to another company."))
            before = case.stage_id
            if before == stage:
                continue
            case._ar_enter(stage)
            back = stage._ar_place() < before._ar_place()
            case._ar_record(
                "case_back" if back else "case_stage",
                {"before": before.name, "why": why or ""},
            )

    # The end, and the way back.

    def _ar_close(self, outcome, why=None, actor=None, values=None):
        """Close with its outcome; what is still open returns to the ladder.

        Unless a third party collects it from now on.

        :param outcome: a :class:`engine.case_states.CaseOutcome`
        :param str why: kept with the fact
        :param str actor: who, when it is not the user
        :return: the cases that were closed by this call
        """
        closed = self.browse()
        for case in self.sudo():
            today = case.company_id._ar_today()
            stage = self.env["ar.case.stage"]._ar_of(case.company_id, CaseState.CLOSED)
            told = {
                "outcome": getattr(outcome, "value", outcome),
                "stage_id": stage[:1].id,
                "stage_before_id": case.stage_id.id,
                "closed_at": today,
                "close_reason": why or False,
                "deadline": False,
                **(values or {}),
            }
            if not case._update_state(CaseState.CLOSED, told):
                continue
            # Reminded by us beside a third party, the customer would be asked twice.
            if told["outcome"] != CaseOutcome.THIRD_PARTY.value:
                case.all_line_ids.filtered("holds").write({"holds": False})
            case._ar_record("case_closed", {"why": why or ""}, actor=actor)
            case.debtor_id._ar_decide()
            closed += case
        return closed.with_env(self.env)

    def action_reopen(self):
        """Take a closed case up again, where it stood; the trace says who did.

        :raise UserError: when it is not closed, or something of it is in another case
        """
        self.check_access("write")
        for case in self:
            case._ar_reopen()

    def _ar_reopen(self, why=None, actor=None):
        """Open again where it stood: a request as a request.

        :return: whether it was reopened by this call
        """
        self.ensure_one()
        case = self.sudo()
        if case.state != CaseState.CLOSED.value:
            raise UserError(self.env._("Only a closed case is reopened."))
        blank = {"outcome": False, "closed_at": False, "close_reason": False}
        if not case.stage_before_id:
            blank |= {"stage_id": False, "request_answer": False}
            blank |= {"duplicate_of_id": False}
            case._update_state(CaseState.REQUESTED, blank, strict=True)
            case._ar_record("case_reopened", {"why": why or ""}, actor=actor)
            return True
        lines = case.line_ids.filtered("item_id")
        case._ar_check_suable(lines.item_id, case.debtor_id)
        lines.write({"holds": True})
        case._ar_enter(case.stage_before_id, blank)
        case._ar_record("case_reopened", {"why": why or ""}, actor=actor)
        case.debtor_id._ar_decide()
        return True
