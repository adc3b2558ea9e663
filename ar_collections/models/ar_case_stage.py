from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.case_states import CaseState
from .ar_state_mixin import selection

CASE_STATES = selection(
    CaseState,
    {
        CaseState.REQUESTED: "Requested",
        CaseState.AMICABLE: "Amicable",
        CaseState.FORMAL_NOTICE: "Formal notice",
        CaseState.INJUNCTION: "Injunction request",
        CaseState.ORDER: "Order",
        CaseState.CLOSED: "Closed",
    },
)


class ArCaseStage(models.Model):
    """A stage of recovery cases: its name and length are the company's own."""

    _name = "ar.case.stage"
    _description = "Stage of recovery cases"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [one for one in CASE_STATES if one[0] != CaseState.REQUESTED.value],
        "Stands for",
        default=CaseState.AMICABLE.value,
        required=True,
        help="What this stage is for the rest of the program, whatever its name.",
    )
    days = fields.Integer(
        default=15,
        help="Calendar days until the deadline of this stage; one that would end on a "
        "weekend or a public holiday ends on the next working day. 0: no deadline.",
    )
    company_id = fields.Many2one(
        "res.company", ondelete="cascade", index=True, help="Empty: all companies."
    )
    automatic = fields.Boolean(
        help="What this stage sends leaves by itself where the company sends "
        "automatically; otherwise a person approves it."
    )
    template = fields.Selection(
        [
            ("none", "Nothing"),
            ("reminder", "A reminder"),
            ("formal_notice", "The formal notice"),
            ("injunction", "The file for the court"),
        ],
        "Makes",
        default="none",
        required=True,
        help="What is prepared when a case comes to this stage.",
    )
    channel = fields.Selection(
        [("email", "E-mail"), ("letter", "Letter")],
        default="email",
        required=True,
        help="How what this stage makes is sent.",
    )
    mail_template_id = fields.Many2one(
        "mail.template",
        domain=[("model", "=", "ar.reminder")],
        ondelete="set null",
        help="Words of what this stage sends; empty: those of the program.",
    )
    goes_on = fields.Boolean(
        "Goes on by itself",
        help="Once its deadline has passed and its letter was sent, the case goes to "
        "the next stage, where the company sends automatically.",
    )
    fold = fields.Boolean("Folded on the board")

    _days_positive = models.Constraint(
        "CHECK(days >= 0)", "The days of a stage cannot be negative."
    )

    @api.constrains("automatic", "state", "template")
    def _check_automatic(self):
        """What goes to a court or to a lawyer is never sent without a person."""
        amicable = (CaseState.AMICABLE.value, CaseState.FORMAL_NOTICE.value)
        for stage in self:
            if stage.automatic and stage.state not in amicable:
                raise ValidationError(
                    self.env._(
                        "“%(stage)s” goes to a court: a person decides about it.",
                        stage=stage.name,
                    )
                )

    @api.model
    def _ar_of(self, company, state=None):
        """Stages of a company in their order, of one state or of all.

        :param company: ``res.company`` that collects
        :param state: a :class:`engine.case_states.CaseState`
        """
        domain = [("company_id", "in", [False, company.id])]
        if state:
            domain.append(("state", "=", getattr(state, "value", state)))
        return self.sudo().search(domain)

    def _ar_place(self):
        """Where this stage stands among the others, to compare."""
        return self.sequence, self.id
