"""Outcome to the JSON that is stored, shown and exported: codes and values, no words.

The words are in the reason registry, in the reader's language; here only what they
are made of, so that an explanation can be read years later by another version.
"""

from __future__ import annotations

from . import ENGINE_VERSION


def explain(outcome, name):
    """Make the stored explanation of an outcome.

    :param facts.Outcome outcome: what the matcher answered
    :param name: function (kind, id) -> text, for the documents, partners and receipts
        that the reasons point at
    :return: ``{"engine", "rule", "decision", "confidence", "evidence", "vetoes",
        "reasons", "probability", "gap_kind", "alternatives"}``; evidence, vetoes and
        reasons are lists of ``{"code", "params"}``, alternatives the runners-up
    :rtype: dict
    """
    return {
        "engine": ENGINE_VERSION,
        "rule": outcome.rule,
        "decision": outcome.decision.value,
        "confidence": outcome.confidence.value if outcome.confidence else None,
        "evidence": [_told(reason, name) for reason in outcome.evidence],
        "vetoes": [_told(reason, name) for reason in outcome.vetoes],
        "reasons": [_told(reason, name) for reason in outcome.reasons],
        "probability": round(outcome.probability, 4),
        "raw": round(outcome.raw, 5),
        "gap_kind": outcome.gap_kind.value,
        "alternatives": [_shown(other, name) for other in outcome.alternatives],
    }


def _shown(outcome, name):
    """What a runner-up would book, and why it is not the first."""
    return {
        "rule": outcome.rule,
        "probability": round(outcome.probability, 4),
        "partner": outcome.partner,
        "parts": [{"item": a.item, "amount": a.amount} for a in outcome.allocations],
        "gap_kind": outcome.gap_kind.value,
        "written_off": outcome.written_off,
        "gap": outcome.gap,
        "short": outcome.short,
        "evidence": [_told(reason, name) for reason in outcome.evidence],
        "vetoes": [_told(reason, name) for reason in outcome.vetoes],
    }


def main_reason(explanation):
    """:return: the reason to sort and group by: why not booked, else why booked."""
    for part in ("reasons", "vetoes", "evidence"):
        if explanation.get(part):
            return explanation[part][0]["code"]
    return None


def _told(reason, name):
    params = {key: _named(value, name) for key, value in reason.params}
    return {"code": reason.code, "params": params}


def _named(value, name):
    if isinstance(value, dict) and len(value) == 1:
        kind, ident = next(iter(value.items()))
        if kind in ("document", "partner", "receipt"):
            return name(kind, ident)
    return value
