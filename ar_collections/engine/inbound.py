"""Reading the headers of incoming mail: did a person write it?"""

#: ``Precedence`` values of machines (not in any standard, but widespread).
MACHINE_PRECEDENCE = {"auto_reply", "bulk", "junk"}
#: Headers that only automatic responders set.
RESPONDER_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply-From")


def is_auto_reply(message):
    """Whether a machine wrote this mail (absence notice, acknowledgement).

    The criterion of RFC 3834 §5 is ``Auto-Submitted`` with another value than
    ``no``; older responders use the other headers.

    :param message: any object with ``get(header)``, such as an EmailMessage

    >>> is_auto_reply({"Auto-Submitted": "auto-replied (vacation)"})
    True
    >>> is_auto_reply({"Auto-Submitted": "no"})
    False
    """
    submitted = _value(message, "Auto-Submitted").split(";")[0].strip()
    if submitted and submitted != "no":
        return True
    if _value(message, "Precedence") in MACHINE_PRECEDENCE:
        return True
    return any(_value(message, name) not in ("", "no") for name in RESPONDER_HEADERS)


def is_delivery_report(message):
    """Whether this mail is a delivery status notification (RFC 3464)."""
    kind = _value(message, "Content-Type")
    return "multipart/report" in kind or "delivery-status" in kind


def _value(message, name):
    return str(message.get(name) or "").strip().lower()
