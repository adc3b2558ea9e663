"""Codes of the lifecycle of an invoice between platforms.

Source: general file of the tax administration v3.2 (200 to 213, 250, 251, 601), the
external specifications of Chorus Pro v1.1 (214, 220, 224 to 228), and the closed list
of the published validation rules (the others).
"""

from enum import Enum


class LifecycleCode(str, Enum):
    """MDT-105, the code of the status. Any other is unknown and changes nothing."""

    DEPOSITED = "200"
    SENT = "201"
    RECEIVED = "202"
    MADE_AVAILABLE = "203"
    IN_HAND = "204"
    APPROVED = "205"
    PARTLY_APPROVED = "206"
    IN_DISPUTE = "207"
    SUSPENDED = "208"
    COMPLETED = "209"
    REFUSED = "210"
    PAYMENT_SENT = "211"
    CASHED = "212"
    REJECTED = "213"
    ENDORSED = "214"
    CANCELLED = "220"
    MISROUTED = "221"
    DIRECT_PAYMENT = "224"
    FACTORED = "225"
    FACTORED_QUIETLY = "226"
    OTHER_ACCOUNT = "227"
    NOT_FACTORED = "228"
    TAX_DATA_DEPOSITED = "250"
    TAX_DATA_REJECTED = "251"
    LISTED_300 = "300"
    LISTED_301 = "301"
    LISTED_400 = "400"
    LISTED_401 = "401"
    FLOW_ACCEPTED = "500"
    FLOW_REFUSED = "501"
    MESSAGE_REJECTED = "601"


#: A deposit that reached nobody (reason of a 200).
NOT_TRANSMITTED = "NON_TRANSMISE"
#: What the table of statuses tells apart, beyond the codes themselves.
NOT_DELIVERED = "200_NON_TRANSMISE"
REFUND_SENT = "211_REMBOURSEMENT"
#: A public buyer's steps, which all arrive as 204: words of its comment, without
#: accents, and the code of the table. The most advanced step first.
PUBLIC_STEPS = (
    ("comptabilis", "204_COMPTABILISEE"),
    ("disposition du comptable", "204_COMPTABLE"),
    ("mandat", "204_MANDATEE"),
    ("service fait", "204_SERVICE_FAIT"),
)
