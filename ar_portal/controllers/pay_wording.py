"""Sentences the customer reads when his choice cannot be paid."""

from odoo.tools import format_amount


def pay_mistakes(env, company, mistakes):
    """``{field: sentence}`` from ``{field: code}``."""
    minimum = format_amount(env, company.ar_pay_minimum, company.currency_id)
    words = {
        "items.missing": env._("Tick at least one invoice."),
        "items.not_yours": env._(
            "One of these invoices is no longer open. Please check your selection."
        ),
        "items.currencies": env._(
            "These invoices are in several currencies. Please pay one currency at a "
            "time."
        ),
        "amount.unreadable": env._("Enter an amount, for example 1234.56."),
        "amount.too_much": env._("This is more than what is open."),
        "amount.whole_only": env._("Please pay each invoice in full."),
        "amount.minimum": env._(
            "The smallest payment here is %(amount)s. Please pay less by transfer.",
            amount=minimum,
        ),
        "reason.missing": env._("Tell us why you pay a part only."),
    }
    return {name: words[f"{name}.{code}"] for name, code in mistakes.items()}
