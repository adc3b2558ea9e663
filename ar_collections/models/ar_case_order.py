from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..engine.case_states import CaseState
from ..engine.order_clock import Terms, clock

STEPS = [
    ("serve", "To be served"),
    ("opposition", "Time to oppose"),
    ("enforce", "To be enforced"),
    ("enforced", "Enforcement under way"),
    ("opposed", "Opposed"),
    ("void", "Void: not served in time"),
]
#: Days of what follows an order.
LATER = ("order_served_on", "order_opposed_on", "order_enforced_on")
#: Rules that a step is told with, and those whose notes it needs.
LAWS = {
    "serve": "serve",
    "void": "serve",
    "opposition": "enforce",
    "enforce": "enforce",
}
NOTES = {"serve": "serve", "opposition": "oppose"}
#: Days before the last day to serve at which the owner is told.
SERVE_DAYS = 30


class ArCaseOrder(models.Model):
    """What comes after the order of the court: served, opposed, enforced, in time."""

    _inherit = "ar.case"

    order_date = fields.Date("Order of", readonly=True, copy=False, tracking=True)
    order_number = fields.Char("Number of the order", readonly=True, copy=False)
    order_amount = fields.Monetary("Ordered", readonly=True, copy=False)
    order_served_on = fields.Date("Served on", readonly=True, copy=False, tracking=True)
    order_opposed_on = fields.Date(
        "Opposed on", readonly=True, copy=False, tracking=True
    )
    order_enforced_on = fields.Date(
        "Enforcement since", readonly=True, copy=False, tracking=True
    )
    order_step = fields.Selection(STEPS, compute="_compute_order_step")
    order_day = fields.Date("Next", compute="_compute_order_step")
    order_words = fields.Text("What comes next", compute="_compute_order_step")
    order_told = fields.Char(readonly=True, copy=False, help="Step last told of.")

    @api.depends(
        "order_date", "order_served_on", "order_opposed_on", "order_enforced_on"
    )
    @api.depends_context("lang")
    def _compute_order_step(self):
        for case in self:
            case.order_step = case.order_day = case.order_words = False
            if not case.order_date:
                continue
            terms = case._ar_order_terms()
            found = case._ar_order_clock(terms)
            step = found.step
            if case.order_enforced_on and step in ("enforce", "opposition"):
                step = "enforced"
            case.order_step = step
            case.order_day = found.day if step != "enforced" else False
            case.order_words = case._ar_order_words(step, found, terms)

    def _ar_order_terms(self):
        """Months by the law in force on the day of the order, and their sources."""
        Term = self.env["ar.legal.term"]
        return {
            code: Term._ar_term(code, self.order_date)
            for code in ("serve", "oppose", "enforce")
        }

    def _ar_order_clock(self, terms):
        months = {code: term.number for code, term in terms.items() if term}
        return clock(
            self.order_date,
            Terms(**months),
            self.company_id._ar_today(),
            self.order_served_on or None,
            self.order_opposed_on or None,
        )

    def _ar_order_words(self, step, found, terms):
        _ = self.env._
        acts = {"enforced": self.order_enforced_on, "opposed": self.order_opposed_on}
        days = {"day": acts.get(step) or found.day, "legal": found.legal}
        told = {k: format_date(self.env, day) if day else "" for k, day in days.items()}
        told["law"] = terms[LAWS[step]].source if step in LAWS else ""
        words = {
            "serve": _(
                "To be served by a commissaire de justice by %(day)s; the last day of"
                " the law is %(legal)s. After it the order is void. (%(law)s)",
                **told,
            ),
            "opposition": _(
                "The debtor may oppose until %(legal)s; without opposition it is"
                " enforced from %(day)s on. (%(law)s)",
                **told,
            ),
            "enforce": _(
                "Nobody opposed as far as is known: it can be enforced since %(day)s."
                " (%(law)s)",
                **told,
            ),
            "enforced": _("Enforcement under way since %(day)s.", **told),
            "opposed": _(
                "The debtor opposed on %(day)s: the matter goes to the court, and the"
                " order has no effect.",
                **told,
            ),
            "void": _(
                "Not served by %(legal)s: the order is void, another one has to be"
                " asked for. (%(law)s)",
                **told,
            ),
        }
        note = terms[NOTES[step]].note if step in NOTES else ""
        return "\n".join(filter(None, [words[step], note]))

    def action_order_event(self):
        """Record what came from the court or from the commissaire de justice.

        :raise UserError: when the case is not open
        """
        return self._ar_dialog(self.env._("Order of the court"), "ar.case.order")

    def _ar_order_record(self, what, values):
        """Note one act, and set the clocks by it.

        :param str what: ``order``, ``service``, ``opposition`` or ``enforcement``
        :param dict values: ``day``, and any of ``number``, ``amount``, ``note``
        :raise UserError: when it comes before what it follows
        """
        self.ensure_one()
        case, day = self.sudo(), values["day"]
        case._ar_check_order(what, day)
        fnames = {
            "order": "order_date",
            "service": "order_served_on",
            "opposition": "order_opposed_on",
            "enforcement": "order_enforced_on",
        }
        told = {fnames[what]: day}
        if what == "order":
            told |= {
                "order_number": values.get("number") or False,
                "order_amount": values.get("amount") or 0.0,
            }
            if any(case[later] and case[later] < day for later in LATER):
                # Another order: what followed the void one says nothing of it.
                told |= dict.fromkeys(LATER, False)
        case.write(told)
        if what == "order" and case.state != CaseState.ORDER.value:
            stages = self.env["ar.case.stage"]._ar_of(case.company_id, CaseState.ORDER)
            if stages:
                self._ar_go(stages[0])
        self._ar_record(
            "case_order",
            {
                "act": what,
                "date": fields.Date.to_string(day),
                "name": dict(self._ar_acts()).get(what),
                "number": values.get("number") or "",
                "why": values.get("note") or "",
            },
        )
        if what in ("service", "enforcement"):
            self._ar_interrupt("court" if what == "service" else "enforcement", day)
        case._ar_order_deadline()

    @api.model
    def _ar_acts(self):
        _ = self.env._
        return [
            ("order", _("Order to pay")),
            ("service", _("Service of the order")),
            ("opposition", _("Opposition of the debtor")),
            ("enforcement", _("Enforcement")),
        ]

    def _ar_check_order(self, what, day):
        if day > self.company_id._ar_today():
            raise UserError(self.env._("This day is still to come."))
        before = {
            "service": self.order_date,
            "opposition": self.order_served_on,
            "enforcement": self.order_served_on,
        }
        if what in before and not before[what]:
            raise UserError(self.env._("What comes before it is not recorded yet."))
        if what in before and day < before[what]:
            raise UserError(self.env._("It cannot come before the act it follows."))

    def _ar_interrupt(self, kind, day):
        """The time limit of these debts begins again: served, or enforced.

        The request alone does not interrupt it, neither does a formal notice.
        """
        say = self._ar_told()
        kinds = self.env["ar.acknowledgement"]._fields["interrupts"]
        label = dict(kinds._description_selection(say.env))[kind]
        case = self.sudo()
        self.env["ar.event"].sudo()._ar_record(
            [
                {
                    "kind": "acknowledgement",
                    "summary": f"{label}: {case.name}",
                    "company_id": case.company_id.id,
                    "debtor_id": case.debtor_id.id,
                    "move_ids": case.line_ids.move_id.ids,
                    "actor": self.env.user.display_name,
                    "event_date": datetime.combine(day, time(12)),
                    "payload": {"interrupts": kind, "note": case.name},
                }
            ]
        )
        case.line_ids.item_id._ar_clock()

    # Deadlines.

    def _ar_enter(self, stage, values=None):
        result = super()._ar_enter(stage, values)
        self.sudo()._ar_order_deadline()
        return result

    def _ar_order_deadline(self):
        """The clock of the order is the deadline of the case while it is one."""
        for case in self.filtered("order_date"):
            if case.state != CaseState.ORDER.value:
                continue
            if case.deadline != case.order_day:
                case.deadline = case.order_day
            case._ar_order_tell()

    def _ar_order_tell(self):
        """Tell the owner of a step that asks something of him, once each."""
        step, today = self.order_step, self.company_id._ar_today()
        soon = step == "serve" and self.order_day - today <= timedelta(SERVE_DAYS)
        if step not in ("enforce", "opposed", "void") and not soon:
            return
        key = f"{step}:{self.order_day or ''}"
        if self.order_told == key:
            return
        self.order_told = key
        say = self._ar_told()
        words = say.order_words.splitlines()[0]
        self._ar_alert(
            "order",
            say.env._("%(case)s: %(words)s", case=self.name, words=words),
        )

    def _ar_night(self):
        result = super()._ar_night()
        self.filtered("order_date")._ar_order_deadline()
        return result
