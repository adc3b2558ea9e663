"""Words of the connector: canonical statuses, effects, and the rule between them.

A buyer's platform speaks its own codes. Each is mapped, by an editable table, to
one canonical status and to what it does to collections. The table is data: this
module only says which words it may use.
"""

from dataclasses import dataclass
from enum import Enum


class Canonical(str, Enum):
    """What a status means, whatever the platform."""

    DRAFT = "draft"
    DEPOSITED = "deposited"
    IN_TRANSIT = "in_transit"
    NOT_DELIVERED = "not_delivered"
    MADE_AVAILABLE = "made_available"
    IN_VALIDATION = "in_validation"
    VALIDATION_LATE = "validation_late"
    SERVICE_DONE = "service_done"
    PARTLY_APPROVED = "partly_approved"
    APPROVED = "approved"
    WITH_ACCOUNTANT = "with_accountant"
    BOOKED = "booked"
    PAYMENT_SENT = "payment_sent"
    CASHED = "cashed"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    IN_DISPUTE = "in_dispute"
    MISROUTED = "misrouted"
    REFUSED = "refused"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


class Effect(str, Enum):
    """What a status does to the chasing of its invoice.

    Every effect but ``IGNORE`` replaces what earlier statuses had set: a status of
    the normal course ends the dispute that a suspension opened.
    """

    IGNORE = "ignore"  # changes nothing, not even what is standing
    CHASE = "chase"  # the normal course: nothing holds the invoice
    PAUSE = "pause"  # the buyer is at work: hold, with an end
    DISPUTE = "dispute"  # somebody of ours has something to do
    REVIEW = "review"  # the document left the normal course: a person decides
    NOTICE = "notice"  # the buyer announces the payment


class Clock(str, Enum):
    """What a status does to the legal payment delay of a public buyer.

    Source: Code de la commande publique, R2192-12, R2192-15 (start) and R2192-27
    to R2192-29 (interruption, once and before the order to pay).
    """

    NONE = "none"
    START = "start"
    INTERRUPT = "interrupt"
    RESUME = "resume"
    ORDER = "order"
    END = "end"


@dataclass(frozen=True)
class Rule:
    """One line of the table.

    :param str code: status code of the platform, normalised
    :param Canonical canonical: its meaning
    :param Effect effect: what it does to the chasing
    :param Clock clock: what it does to the legal delay
    :param str reason: dispute reason code (it names who resolves), for
        ``DISPUTE`` and ``REVIEW``
    :param int pause_days: longest pause, in days from the first such status
    :param bool confirms: the buyer approved; fixes the confirmed due date
    """

    code: str
    canonical: Canonical
    effect: Effect
    clock: Clock = Clock.NONE
    reason: str = ""
    pause_days: int = 15
    confirms: bool = False


def normalise_code(raw):
    """The spelling under which a code is looked up.

    >>> normalise_code(" service-fait ")
    'SERVICE_FAIT'
    """
    return str(raw or "").strip().upper().replace("-", "_").replace(" ", "_")
