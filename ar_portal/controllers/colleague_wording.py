"""Sentences a colleague reads when something he sent cannot be taken."""


def advice_mistakes(env, mistakes):
    """``{field: sentence}`` of a colleague's answer, from ``{field: code}``."""
    words = {
        "verdict.missing": env._("Choose one of the three answers."),
        "amount.unreadable": env._("Enter an amount, for example 1234.56."),
        "amount.too_much": env._("This is more than what the customer contests."),
        "message.missing": env._("Tell us in a few words what you found."),
    }
    return {name: words[f"{name}.{code}"] for name, code in mistakes.items()}


def request_mistakes(env, mistakes):
    """``{field: sentence}`` of a request for a recovery, from ``{field: code}``."""
    words = {
        "reason.missing": env._("Tell us in a few words why it should be recovered."),
        "email.missing": env._("Enter your e-mail address."),
        "email.unreadable": env._("This is not an e-mail address."),
        "customer.missing": env._("Name the customer."),
        "moves.not_yours": env._(
            "One of these invoices is no longer open. Please check your selection."
        ),
    }
    return {name: words[f"{name}.{code}"] for name, code in mistakes.items()}
