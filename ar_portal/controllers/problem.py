"""The form “There is a problem”."""

from odoo.exceptions import UserError
from odoo.http import request

from ..engine.amounts import to_cents
from ..engine.answer_forms import ProblemForm, read_problem
from .actions import checked_files, chosen_items, form_values
from .wording import form_mistakes


def problem_values(
    visitor, asked=(), form=None, written="", mistakes=None, refusals=()
):
    """Everything that the form shows.

    :param form: a :class:`ProblemForm` that came back with mistakes
    :param written: amount as the customer wrote it, when it came back
    :param refusals: sentences about files
    """
    return {
        **form_values(visitor, asked, form, mistakes, refusals),
        "reasons": visitor.debtor.with_env(request.env)._ar_portal_reasons(),
        "form": form or ProblemForm(),
        "shown_amount": written,
    }


def send_problem(visitor, post):
    """Take the form in.

    :return: ``(the first dispute, None)``, or ``(None, values of the form)``
    """
    ticked, mine, wrong = chosen_items(visitor, one_currency=False)
    reasons = {r.code: r for r in visitor.debtor._ar_portal_reasons()}
    places = mine[0]["currency"].decimal_places if mine else 2
    form = read_problem(post, ticked, reasons, places)
    mistakes = {**form.mistakes, **({"items": wrong} if wrong else {})}
    if form.amount and len(mine) == 1 and "amount" not in mistakes:
        if to_cents(form.amount, places) > mine[0]["page"].residual:
            mistakes["amount"] = "too_much"
    # The costly part last: no file is read for a form that comes back anyway.
    files, refusals = ([], []) if mistakes else checked_files(visitor.company)
    said = form_mistakes(request.env, mistakes)
    if not (said or refusals):
        told = {
            "reason": reasons[form.reason],
            "amount": form.amount,
            "message": form.message,
        }
        try:
            with request.env.cr.savepoint():
                disputes = visitor.debtor._ar_portal_problem(
                    mine, told, files, visitor.sender
                )
                return disputes[:1], None
        except UserError as error:
            said = {"files": error.args[0]}
    written = post.get("amount") or ""
    return None, problem_values(
        visitor, form=form, written=written, mistakes=said, refusals=refusals
    )
