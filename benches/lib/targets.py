"""What is to be reached, and whether it was."""

from collections.abc import Callable
from typing import NamedTuple

import project


class Target(NamedTuple):
    what: str
    figure: str
    """The name of what is measured for it."""
    limit: float
    shown: Callable
    """Writes a figure with its unit."""
    at_least: bool = False
    """Whether the limit is the least that is enough, not the most."""
    ambition: float | None = None

    def is_met(self, value):
        return value >= self.limit if self.at_least else value <= self.limit

    def text(self):
        text = f"at {'least' if self.at_least else 'most'} {self.shown(self.limit)}"
        return f"{text} (ambition {self.shown(self.ambition)})" if self.ambition else text


def table(targets, figures):
    """A Markdown table, and whether none was missed.

    A figure is a spread, of which the median counts, or the reason why it was not measured, which
    does not count as missed.
    """
    rows = []
    all_met = True
    for target in targets:
        figure = figures[target.figure]
        measured, met = f"not measured: {figure}", ""
        if not isinstance(figure, str):
            middle, *ends = (target.shown(value) for value in figure)
            measured = f"{middle} ({' to '.join(ends)})"
            met = "yes" if target.is_met(figure.median) else "**no**"
            all_met = all_met and target.is_met(figure.median)
        rows.append([target.what, measured, target.text(), met])
    return project.table(["what", "measured", "target", "met"], rows), all_met
