"""Where a message from a platform stands, and one of ours to it."""

from enum import Enum


class FlowState(str, Enum):
    """A flow that the platform told about."""

    TO_FETCH = "to_fetch"
    TO_READ = "to_read"
    DONE = "done"
    UNREADABLE = "unreadable"


FLOW_MOVES = {
    FlowState.TO_FETCH: {FlowState.TO_READ, FlowState.DONE},
    FlowState.TO_READ: {FlowState.DONE, FlowState.UNREADABLE, FlowState.TO_FETCH},
    # A person may ask for the file again.
    FlowState.UNREADABLE: {FlowState.TO_FETCH},
    # An acknowledgement may turn bad after it was good.
    FlowState.DONE: {FlowState.TO_READ},
}


class ReceiptState(str, Enum):
    """A 212 of ours, from the money that came to the platform's answer."""

    TO_CONFIRM = "to_confirm"
    TO_SEND = "to_send"
    SENDING = "sending"
    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WAIVED = "waived"
    CANCELLED = "cancelled"


#: ``SENDING`` is written before the call: what is found in it later was cut off, and
#: the platform is asked before anything is sent again.
RECEIPT_MOVES = {
    ReceiptState.TO_CONFIRM: {
        ReceiptState.TO_SEND,
        ReceiptState.WAIVED,
        ReceiptState.CANCELLED,
    },
    ReceiptState.TO_SEND: {
        ReceiptState.SENDING,
        ReceiptState.WAIVED,
        ReceiptState.CANCELLED,
    },
    ReceiptState.SENDING: {
        ReceiptState.TO_SEND,
        ReceiptState.SENT,
        ReceiptState.REFUSED,
    },
    ReceiptState.SENT: {ReceiptState.ACCEPTED, ReceiptState.REFUSED},
    ReceiptState.ACCEPTED: {ReceiptState.REFUSED},
    ReceiptState.REFUSED: {ReceiptState.TO_SEND, ReceiptState.WAIVED},
    # By a person: told by other means, or not to be told.
    ReceiptState.WAIVED: set(),
    # By the machine: the money was taken back before anything was said.
    ReceiptState.CANCELLED: set(),
}
#: What nobody was told yet.
UNTOLD = (ReceiptState.TO_CONFIRM.value, ReceiptState.TO_SEND.value)
