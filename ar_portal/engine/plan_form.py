"""What a customer wrote to accept an instalment plan.

Pure: text in, values or codes of mistakes out. Codes are worded by the page.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from .proof_form import clean_text

NAME_MAX = 80
NAME_MIN = 3


@dataclass(frozen=True)
class PlanForm:
    """The acceptance once read. ``mistakes`` maps a field to a code.

    ``digest`` is that of the terms that the customer had before his eyes.
    """

    name: str = ""
    agreed: bool = False
    digest: str = ""
    mistakes: dict[str, str] = field(default_factory=dict)


def read_acceptance(form: Mapping[str, str], digest: str) -> PlanForm:
    """Read the acceptance of a plan.

    :param form: ``name``, ``agree``, ``digest``
    :param digest: of the terms as they are now

    >>> read_acceptance({"name": "Claire Bertin", "agree": "1", "digest": "d"}, "d")
    PlanForm(name='Claire Bertin', agreed=True, digest='d', mistakes={})
    >>> read_acceptance({"name": " C ", "digest": "d"}, "d").mistakes
    {'name': 'missing', 'agree': 'missing'}
    >>> read_acceptance({"name": "Claire", "agree": "1", "digest": "c"}, "d").mistakes
    {'plan': 'changed'}
    """
    mistakes: dict[str, str] = {}
    name = " ".join(clean_text(form.get("name"), NAME_MAX).split())
    if sum(sign.isalpha() for sign in name) < NAME_MIN:
        mistakes["name"] = "missing"
    agreed = bool(form.get("agree"))
    if not agreed:
        mistakes["agree"] = "missing"
    shown = form.get("digest") or ""
    if shown != digest:
        # Whoever agreed did so to something else: he reads the new terms first.
        mistakes["plan"] = "changed"
        agreed = False
    return PlanForm(name, agreed, shown, mistakes)


def terms_digest(terms) -> str:
    """A mark of the terms of a plan: other terms, another mark.

    :param terms: JSON-able

    >>> terms_digest({"a": 1, "b": 2}) == terms_digest({"b": 2, "a": 1})
    True
    """
    text = json.dumps(terms, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
