"""The form “I will pay on…”."""

from datetime import timedelta

from odoo.exceptions import UserError
from odoo.http import request

from ..engine.answer_forms import PromiseForm, read_promise
from .actions import chosen_items, form_values
from .wording import form_mistakes


def promise_values(visitor, asked=(), form=None, mistakes=None):
    """Everything that the form shows.

    :param form: a :class:`PromiseForm` that came back with mistakes
    """
    values = form_values(visitor, asked, form, mistakes)
    days = visitor.debtor.company_id.ar_portal_promise_days
    return {
        **values,
        "form": form or PromiseForm(),
        "last_day": values["today"] + timedelta(days=days),
    }


def send_promise(visitor, post):
    """Take the form in.

    :return: ``(payment notice, None)``, or ``(None, values of the form)``
    """
    ticked, mine, wrong = chosen_items(visitor)
    company = visitor.debtor.company_id
    days = company.ar_portal_promise_days
    form = read_promise(post, ticked, company._ar_today(), days)
    mistakes = {**form.mistakes, **({"items": wrong} if wrong else {})}
    said = form_mistakes(request.env, mistakes)
    if not said:
        try:
            with request.env.cr.savepoint():
                notice = visitor.debtor._ar_portal_promise(
                    mine, form.day, form.message, visitor.sender
                )
                return notice, None
        except UserError as error:
            said = {"day": error.args[0]}
    return None, promise_values(visitor, form=form, mistakes=said)
