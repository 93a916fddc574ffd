"""The small part of the matching that Polars would not be asked to do: 60 playbooks."""

import json
import math
from fractions import Fraction


def load(directory, name):
    with open(f"{directory}/{name}.json") as file:
        return json.load(file)


def intervals(directory, segments):
    """The best playbook of each stage and segment for each interval of risk, from lo up to hi."""
    # The last row of a playbook counts, in the place of its first.
    playbooks = {row["playbook_id"]: row for row in load(directory, "journey_playbooks")}
    brought = {}
    for row in load(directory, "playbook_performance_log"):
        key = (row.get("playbook_id"), str(row.get("segment", "All")))
        if key not in brought or roi(row) > roi(brought[key]):
            brought[key] = row
    rows = []
    for segment in segments:
        by_stage = {}
        for playbook in playbooks.values():
            eligible = playbook.get("eligible_segments") or []
            if playbook.get("status") != "active":
                continue
            if "All" in eligible or segment in eligible:
                ranked = rated(playbook, segment, brought)
                by_stage.setdefault(playbook.get("journey_stage"), []).append(ranked)
        for stage, candidates in by_stage.items():
            candidates.sort(key=lambda ranked: ranked[:2], reverse=True)
            rows.extend(staircase(stage, segment, candidates))
    return rows


def roi(row):
    return row.get("roi_ratio") or 0


def rated(playbook, segment, brought):
    """ROI, value, cost, and the playbook. A zero counts as not given."""
    name = playbook["playbook_id"]
    figures = brought.get((name, segment)) or brought.get((name, "All")) or {}
    middle = sum(playbook.get("expected_value_range") or [0, 0]) / 2
    value = figures.get("avg_value") or middle
    cost = figures.get("avg_cost") or playbook.get("avg_cost_estimate") or 0
    return roi(figures) or (value / cost if cost else 0), value, cost, playbook


def staircase(stage, segment, candidates):
    """Best first, each takes what is left below the thresholds of those before it."""
    hi = math.inf
    for _, value, cost, playbook in candidates:
        lo = playbook.get("risk_threshold") or 0.5
        if lo >= hi:
            continue
        yield {
            "journey_stage": stage,
            "segment": segment,
            "lo": float(lo),
            "hi": hi,
            "playbook_id": playbook["playbook_id"],
            "playbook_name": playbook.get("name"),
            "recommended_action": (playbook.get("default_actions") or ["follow_playbook"])[0],
            "expected_cost": float(cost),
            "expected_value": float(value),
            "requires_human_approval": playbook.get("approval_required") is True,
        }
        hi = lo


def boundaries():
    """For each cent, the least number that `round(x, 2)` puts above it.

    So `round(x, 2)` is the number of boundaries at or below x, over 100, for x from 0 to 1.
    """
    found = []
    for cent in range(100):
        half = Fraction(2 * cent + 1, 200)
        x = (2 * cent + 1) / 200
        while Fraction(x) > half:
            x = math.nextafter(x, -1)
        while Fraction(x) < half or (Fraction(x) == half and round(x, 2) == cent / 100):
            x = math.nextafter(x, 2)
        found.append(x)
    return found
