"""Sentences the customer reads when something he sent cannot be taken."""

from ..engine.upload_kinds import MAX_PDF_PAGES, Refusal


def file_refusals(env, megabytes=10):
    """``{Refusal: sentence}`` in the language of the page.

    :param int megabytes: what one file may have
    """
    return {
        Refusal.EMPTY: env._("This file is empty."),
        Refusal.TOO_BIG: env._("This file is larger than %(size)s MB.", size=megabytes),
        Refusal.WRONG_TYPE: env._(
            "Only PDF documents and PNG, JPEG or WebP pictures can be taken."
        ),
        Refusal.DISGUISED: env._(
            "This document contains something else than a PDF. Print it to a new PDF "
            "and send that one."
        ),
        Refusal.ENCRYPTED: env._(
            "This PDF is protected by a password. Please send it without one."
        ),
        Refusal.ACTIVE_CONTENT: env._(
            "This PDF contains scripts, forms or attached files. Print it to a new "
            "PDF and send that one."
        ),
        Refusal.TOO_MANY_PAGES: env._(
            "This PDF has more than %(count)s pages.", count=MAX_PDF_PAGES
        ),
        Refusal.TOO_COMPLEX: env._(
            "This file is too complex to be checked. A photograph or a screenshot of "
            "it will do."
        ),
        Refusal.TOO_LARGE_PICTURE: env._("This picture has too many pixels."),
        Refusal.ANIMATED: env._("Animated pictures cannot be taken."),
        Refusal.UNREADABLE: env._("This file is damaged and cannot be read."),
        Refusal.UNAVAILABLE: env._(
            "Files cannot be checked at the moment. Please try again later."
        ),
        Refusal.INFECTED: env._(
            "Our antivirus found something harmful in this file. It was not kept."
        ),
    }


def form_mistakes(env, mistakes):
    """``{field: sentence}`` from ``{field: code}``."""
    words = {
        "items.missing": env._("Tick at least one invoice."),
        "items.not_yours": env._(
            "One of these invoices is no longer open. Please check your selection."
        ),
        "items.currencies": env._(
            "These invoices are in several currencies. Please send one message per "
            "currency."
        ),
        "amount.missing": env._("Enter the amount you paid."),
        "amount.unreadable": env._("Enter an amount, for example 1234.56."),
        "paid_on.missing": env._("Enter the date of your payment."),
        "paid_on.unreadable": env._("Enter a date, day first: 31/12/2026."),
        "paid_on.too_late": env._("This date is too far ahead."),
        "paid_on.too_early": env._("This date is more than a year ago."),
        "day.missing": env._("Enter the day on which you will pay."),
        "day.unreadable": env._("Enter a date, day first: 31/12/2026."),
        "day.past": env._("This day is past."),
        "day.too_late": env._("This day is too far ahead."),
        "reason.missing": env._("Choose what the problem is."),
        "message.missing": env._("Tell us in a few words what is wrong."),
        "amount.several": env._(
            "An amount can be told of one invoice only. Leave it empty, or send one "
            "message per invoice."
        ),
        "amount.too_much": env._("This is more than what is open."),
        "files.missing": env._("Add the proof of your payment: a PDF or a picture."),
        "name.missing": env._("Enter your name."),
        "agree.missing": env._("Tick the box to accept the plan."),
        "plan.changed": env._(
            "The plan was changed meanwhile. Please read it once more."
        ),
    }
    return {name: words[f"{name}.{code}"] for name, code in mistakes.items()}
