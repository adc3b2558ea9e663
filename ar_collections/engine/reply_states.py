"""What becomes of a suggestion read in a reply."""

from enum import Enum


class SuggestionState(str, Enum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


S = SuggestionState

SUGGESTION_TRANSITIONS = {
    S.OPEN: {S.CONFIRMED, S.DISMISSED},
    S.CONFIRMED: set(),
    S.DISMISSED: {S.OPEN, S.CONFIRMED},
}
