"""Facts of an account whose debt is paid by instalments.

While a plan is in force its instalments stand for the due dates of what it covers.
What it has received is what is no longer open of it, so the same rule serves today,
a day of the past and a day to come.
"""

from dataclasses import dataclass, replace
from datetime import date

from .facts import Reason
from .instalments import Instalment, fails_on, slices, unpaid
from .plan_states import PLAN_IN_FORCE, PlanState


@dataclass(frozen=True)
class Plan:
    """An instalment plan, as of one day.

    :ivar parts: ``{item id: cents covered}``, in the order in which they are paid
    :ivar away: cents covered of invoices that are not in the ledger at the moment
    :ivar answer_by: last day on which an answer to the proposal is waited for
    """

    id: int
    number: str
    state: str
    instalments: tuple[Instalment, ...]
    parts: dict
    rule: str = "first"
    grace: int = 0
    deposit_first: bool = False
    answer_by: date | None = None
    away: int = 0

    @property
    def total(self):
        return sum(one.cents for one in self.instalments)

    def open_parts(self, residuals):
        """``[(item id, cents)]`` still to pay, at most what is covered."""
        told = [
            (i, min(residuals.get(i, 0), covered)) for i, covered in self.parts.items()
        ]
        return [(i, cents) for i, cents in told if cents > 0]

    def received(self, residuals):
        """Cents received on the plan, from what is open of each item."""
        still = sum(cents for _item, cents in self.open_parts(residuals)) + self.away
        return max(self.total - still, 0)

    def left(self, residuals):
        """See :func:`instalments.unpaid`."""
        return unpaid(self.instalments, self.received(residuals))

    def fails_on(self, residuals):
        """See :func:`instalments.fails_on`."""
        return fails_on(self.left(residuals), self.rule, self.grace, self.deposit_first)

    def cut(self, residuals, as_of):
        """Which part of each item belongs to which instalment still to pay.

        :return: see :func:`instalments.slices`; empty when the plan is not in force,
            or fails by that day
        """
        failing = self.fails_on(residuals) if self.state in PLAN_IN_FORCE else None
        if failing is None or failing <= as_of:
            return {}
        return slices(self.open_parts(residuals), self.left(residuals))


def with_plans(items, plans, as_of):
    """The items of one account, those in a plan told by their instalments.

    :param items: :class:`facts.Item` of the account
    :param plans: :class:`Plan` of the account, with their status of that day
    :return: tuple of items
    """
    residuals = {i.id: i.residual for i in items if i.id and not i.is_credit}
    told = {}
    for plan in plans:
        if plan.state == PlanState.SENT.value:
            if plan.answer_by and as_of <= plan.answer_by:
                reason = _answer(plan)
                told |= {i: ("answer", reason) for i in plan.parts if i in residuals}
        for item_id, cut in plan.cut(residuals, as_of).items():
            told[item_id] = ("plan", plan, cut)
    return tuple(_told(item, told.get(item.id), as_of) for item in items)


def _answer(plan):
    day = {"date": plan.answer_by.isoformat()}
    return Reason("plan_sent", {"plan": plan.number, "date": day})


def _told(item, entry, as_of):
    if entry is None or not item.id:
        return item
    if entry[0] == "answer":
        return replace(item, blocked=True, reasons=(*item.reasons, entry[1]))
    _kind, plan, cut = entry
    ahead = [(due, cents) for _rank, due, cents in cut if due >= as_of]
    planned, due = sum(cents for _due, cents in ahead), cut[0][1]
    reasons = item.reasons
    if planned:
        amount = {"cents": planned, "currency": item.currency}
        day = {"date": ahead[0][0].isoformat()}
        params = {"plan": plan.number, "amount": amount, "date": day}
        reasons = (*reasons, Reason("in_plan", params))
    return replace(
        item,
        due_date=due,
        planned=planned,
        slices=tuple(cut),
        reasons=reasons,
    )
