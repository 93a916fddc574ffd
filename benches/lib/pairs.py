"""Runs two programs in pairs, so that whatever slows the machine down meets both of them."""

from statistics import median
from typing import NamedTuple


class Spread(NamedTuple):
    """A figure of several runs or pairs; how far they are apart shows how quiet the machine was."""

    median: float
    lowest: float
    highest: float


class Pairs(NamedTuple):
    """What two works took, pair by pair."""

    one: list
    other: list

    def ratio(self):
        """How many times as long the other takes, pair by pair."""
        return spread(b.wall / a.wall for a, b in zip(self.one, self.other))


def spread(figures):
    figures = list(figures)
    return Spread(median(figures), min(figures), max(figures))


def in_pairs(one, other, count):
    """Runs two works so many times: A B, B A, A B. What drifts with time then meets both alike."""
    pairs = Pairs([], [])
    for turn in range(count):
        works = [(pairs.one, one), (pairs.other, other)]
        for results, work in works if turn % 2 == 0 else reversed(works):
            results.append(work())
    return pairs
