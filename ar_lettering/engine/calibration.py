"""From what the evidence weighs to how often such matches are right.

The weights give a raw probability. People's decisions on past proposals tell how
often matches of that probability were right; the curve through them never falls
(isotonic regression). A new company starts with the shipped curve, which counts as a
number of decisions, and leaves it as its own grow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

#: Raw probabilities from which on a class begins, and the share that was right of
#: matches made by the shipped rules on drawn ledgers.
SHIPPED = (
    (0.0, 0.02),
    (0.2, 0.2),
    (0.5, 0.55),
    (0.8, 0.985),
    (0.85, 0.9955),
    (0.95, 0.9975),
    (0.98, 0.9985),
    (0.99, 0.999),
    (0.999, 0.9996),
)
#: Decisions that the shipped curve is worth in each class.
WORTH = 400


def logistic(weight):
    """:return: the probability of log-odds"""
    return 1 / (1 + math.exp(-max(min(weight, 40.0), -40.0)))


@dataclass(frozen=True)
class Calibration:
    """A curve: ``points`` are (raw probability, share that was right), both rising."""

    points: tuple = SHIPPED

    def probability(self, raw):
        """:return: how often matches of this raw probability are right"""
        before = self.points[0]
        for point in self.points[1:]:
            if raw < point[0]:
                share = (raw - before[0]) / (point[0] - before[0])
                return before[1] + share * (point[1] - before[1])
            before = point
        share = (raw - before[0]) / (1.0 - before[0]) if before[0] < 1 else 0.0
        return before[1] + share * (0.9999 - before[1]) if before[1] < 0.9999 else 1.0


def fit(decisions, shipped=SHIPPED, worth=WORTH):
    """The curve of a company's own history.

    :param decisions: iterable of (raw probability, whether a person agreed)
    :param int worth: decisions that the shipped curve counts as, in each class
    :rtype: Calibration
    """
    starts = [point[0] for point in shipped]
    right = [share * worth for _start, share in shipped]
    seen = [float(worth)] * len(shipped)
    for raw, agreed in decisions:
        at = max(n for n, start in enumerate(starts) if start <= raw)
        right[at] += bool(agreed)
        seen[at] += 1
    return Calibration(tuple(zip(starts, _rising(right, seen), strict=True)))


def _rising(right, seen):
    """Pool adjacent violators: shares that never fall, each class weighing its size."""
    pools = []
    for good, count in zip(right, seen, strict=True):
        pools.append([good, count, 1])
        while len(pools) > 1 and (
            pools[-2][0] * pools[-1][1] > pools[-1][0] * pools[-2][1]
        ):
            good, count, size = pools.pop()
            pools[-1][0] += good
            pools[-1][1] += count
            pools[-1][2] += size
    return [good / count for good, count, size in pools for _ in range(size)]
