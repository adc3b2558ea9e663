from odoo import fields, models

from ..engine.calls import Effect
from .ar_state_mixin import selection

EFFECTS = selection(
    Effect,
    {
        Effect.PROMISE: "Promise: announces the payment",
        Effect.DISPUTE: "Dispute: opens it",
        Effect.SAYS_PAID: "Says paid: payment to review",
        Effect.NO_ANSWER: "No answer: call again",
        Effect.CALL_BACK: "Call back on a date",
        Effect.WRONG_CONTACT: "Wrong contact: find the right one",
        Effect.REFUSES: "Refuses to pay: asks what to do next",
        Effect.OTHER: "Other: the call is done",
    },
)


class ArCallOutcome(models.Model):
    """How a call ended, in the company's words; what it does is fixed."""

    _name = "ar.call.outcome"
    _description = "Outcome of a call"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    effect = fields.Selection(EFFECTS, required=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for every company."
    )
    retry_hours = fields.Integer(
        "Call again after (hours)",
        default=4,
        help="In office hours: late in the day it becomes the next morning.",
    )
    max_attempts = fields.Integer(
        "Attempts", default=3, help="After so many the step counts as done."
    )
    note_required = fields.Boolean("Asks for a note")

    _retry_positive = models.Constraint(
        "CHECK(retry_hours >= 0 AND max_attempts > 0)",
        "Hours cannot be negative, and at least one attempt is made.",
    )
