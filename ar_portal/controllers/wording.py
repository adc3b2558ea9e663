"""Sentences the customer reads when something he sent cannot be taken."""

from ..engine.upload_kinds import MAX_PDF_PAGES, Refusal


def file_refusals(env):
    """``{Refusal: sentence}`` in the language of the page."""
    _ = env._
    return {
        Refusal.EMPTY: _("This file is empty."),
        Refusal.TOO_BIG: _("This file is larger than 10 MB."),
        Refusal.WRONG_TYPE: _(
            "Only PDF documents and PNG, JPEG or WebP pictures can be taken."
        ),
        Refusal.DISGUISED: _(
            "This document contains something else than a PDF. Print it to a new PDF "
            "and send that one."
        ),
        Refusal.ENCRYPTED: _(
            "This PDF is protected by a password. Please send it without one."
        ),
        Refusal.ACTIVE_CONTENT: _(
            "This PDF contains scripts, forms or attached files. Print it to a new "
            "PDF and send that one."
        ),
        Refusal.TOO_MANY_PAGES: _(
            "This PDF has more than %(count)s pages.", count=MAX_PDF_PAGES
        ),
        Refusal.TOO_COMPLEX: _(
            "This file is too complex to be checked. A photograph or a screenshot of "
            "it will do."
        ),
        Refusal.TOO_LARGE_PICTURE: _("This picture has too many pixels."),
        Refusal.ANIMATED: _("Animated pictures cannot be taken."),
        Refusal.UNREADABLE: _("This file is damaged and cannot be read."),
        Refusal.UNAVAILABLE: _(
            "Files cannot be checked at the moment. Please try again later."
        ),
    }


def form_mistakes(env, mistakes):
    """``{field: sentence}`` from ``{field: code}``."""
    _ = env._
    words = {
        ("items", "missing"): _("Tick at least one invoice."),
        ("items", "not_yours"): _(
            "One of these invoices is no longer open. Please check your selection."
        ),
        ("items", "currencies"): _(
            "These invoices are in several currencies. Please send one message per "
            "currency."
        ),
        ("amount", "missing"): _("Enter the amount you paid."),
        ("amount", "unreadable"): _("Enter an amount, for example 1234.56."),
        ("paid_on", "missing"): _("Enter the date of your payment."),
        ("paid_on", "unreadable"): _("Enter a date, day first: 31/12/2026."),
        ("paid_on", "too_late"): _("This date is too far ahead."),
        ("paid_on", "too_early"): _("This date is more than a year ago."),
        ("files", "missing"): _("Add the proof of your payment: a PDF or a picture."),
    }
    return {name: words[name, code] for name, code in mistakes.items()}
