#!/usr/bin/env python3
"""The recommendations of `nextplay match`, in plain Python: the rules as one would write them.

    with_python.py DIRECTORY OUTPUT

Whole files in memory, and for each customer a loop over all playbooks.
"""

import json
import os
import sys


def load(directory, name):
    with open(f"{directory}/{name}.json") as file:
        return json.load(file)


def by_id(rows, field):
    """The last row of each id, in the place of its first."""
    return {row[field]: row for row in rows if row.get(field)}


def best_results(rows):
    """What a playbook brought in a segment: of several rows the one with the highest ROI."""
    best = {}
    for row in rows:
        pair = row.get("playbook_id"), row.get("segment", "All")
        if pair not in best or (row.get("roi_ratio") or 0) > (best[pair].get("roi_ratio") or 0):
            best[pair] = row
    return best


def eligible(playbook, segment, stage, risk):
    segments = playbook.get("eligible_segments") or []
    return (
        playbook.get("status") == "active"
        and playbook.get("journey_stage") == stage
        and ("All" in segments or segment in segments)
        and risk >= (playbook.get("risk_threshold") or 0.5)
    )


def economics(playbook, segment, results):
    """ROI, value and cost: from results in the segment, in all of them, or as estimated."""
    name = playbook["playbook_id"]
    result = results.get((name, segment)) or results.get((name, "All")) or {}
    value = result.get("avg_value") or sum(playbook.get("expected_value_range") or [0, 0]) / 2
    cost = result.get("avg_cost") or playbook.get("avg_cost_estimate") or 0
    return result.get("roi_ratio") or (value / cost if cost else 0), value, cost


def recommendation(customer, stage, risk, playbooks, results):
    """The eligible playbook with the highest ROI, then value; None where there is none."""
    confidence = min(1.0, risk + 0.2)
    if confidence < 0.5:
        return None
    segment = customer.get("segment") or "SMB"
    options = [
        (*economics(playbook, segment, results), playbook)
        for playbook in playbooks
        if eligible(playbook, segment, stage, risk)
    ]
    if not options:
        return None
    # The first of equals, as `max` has it.
    _, value, cost, playbook = max(options, key=lambda option: option[:2])
    return {
        "customer_id": customer["customer_id"],
        "segment": segment,
        "journey_stage": stage,
        "playbook_id": playbook["playbook_id"],
        "playbook_name": playbook.get("name"),
        "recommended_action": (playbook.get("default_actions") or ["follow_playbook"])[0],
        "confidence": round(confidence, 2),
        "expected_cost": cost,
        "expected_value": value,
        "requires_human_approval": playbook.get("approval_required") is True,
        "risk_score": risk,
        "account_value": customer.get("account_value") or 0,
    }


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    directory, output = sys.argv[1:]
    customers = by_id(load(directory, "customers"), "customer_id")
    playbooks = by_id(load(directory, "journey_playbooks"), "playbook_id").values()
    states = by_id(load(directory, "journey_state_log"), "customer_id")
    forecasts = by_id(load(directory, "journey_forecasts"), "customer_id")
    fused = by_id(load(directory, "fused_signals"), "customer_id")
    results = best_results(load(directory, "playbook_performance_log"))
    recommendations = []
    for name, customer in customers.items():
        stage = states.get(name, {}).get("journey_stage")
        score = fused.get(name, {}).get("fused_risk_score")
        risk = score or forecasts.get(name, {}).get("churn_probability") or 0
        found = recommendation(customer, stage, risk, playbooks, results)
        if found:
            recommendations.append(found)
    with open(output, "w") as file:
        file.write(json.dumps(recommendations))


if __name__ == "__main__":
    main()
    # Without the time that it would take to give everything back.
    os._exit(0)
