#!/usr/bin/env python3
"""Writes the data files of any number of customers, the same ones each time.

    generate.py CUSTOMERS DIRECTORY [SEED]

A portfolio of 5 stages and 3 segments with 60 playbooks. Files are in the order of the customers.
Awkward rows (zeros, nulls, several rows of one customer) are there, but rare, as in real data.
"""

import json
import os
import random
import sys
from pathlib import Path

SEGMENTS = ["SMB", "Mid-Market", "Enterprise"]
STAGES = ["onboarding", "engagement", "support", "retention", "expansion"]
SIGNALS = [
    "support_ticket_spike",
    "negative_sentiment",
    "usage_drop",
    "login_gap",
    "billing_dispute",
    "nps_detractor",
    "feature_request",
    "champion_left",
]
ACTIONS = [
    "proactive_outreach",
    "onboarding_specialist_call",
    "executive_checkin",
    "training_session",
    "discount_offer",
    "health_review",
    "roadmap_briefing",
    "support_escalation",
]
TIERS = ("low", "medium", "high")
USUAL_VALUE = {"SMB": 12_000, "Mid-Market": 60_000, "Enterprise": 240_000}

# Rows are written as text: for a million customers json.dumps would take minutes.
CUSTOMER = (
    '{"customer_id": "%s", "segment": %s, "account_value": %d, "tenure_months": %d, '
    '"risk_tier": "%s"}'
)
STATE = (
    '{"customer_id": "%s", "journey_stage": "%s", "state_entered_at": "%s", "days_in_state": %d, '
    '"previous_stage": %s, "portfolio_risk_bucket": "%s", "predicted_next_stage": "%s", '
    '"forecast_confidence": %s}'
)
FORECAST = (
    '{"forecast_id": "F%0*d", "customer_id": "%s", "current_stage": "%s", '
    '"predicted_path": ["%s", "%s"], "churn_probability": %s, "recovery_probability": %s, '
    '"stagnation_probability": %s, "revenue_at_risk": %d, "generated_at": "%s", '
    '"model_type": "rules_v2"}'
)
FUSED = (
    '{"customer_id": "%s", "segment": "%s", "account_value": %d, "total_signals": %d, '
    '"average_strength": %s, "max_strength": %s, "fused_risk_score": %s, "signal_types": [%s]}'
)


class Rows:
    """A file with one row a line."""

    def __init__(self, path):
        self.file = open(path, "w", buffering=1 << 20)
        self.between = "["

    def add(self, row):
        self.file.write(self.between + row)
        self.between = ",\n"

    def close(self):
        self.file.write("]\n")
        self.file.close()


def day(year, number):
    return f"{year}-{1 + number // 28 % 12:02d}-{1 + number % 28:02d}"


def customers(any, number, directory):
    """The four files that have rows of every customer."""
    width = min(7, max(3, len(str(number))))
    accounts = Rows(directory / "customers.json")
    states = Rows(directory / "journey_state_log.json")
    forecasts = Rows(directory / "journey_forecasts.json")
    fused = Rows(directory / "fused_signals.json")
    share, below, one_of = any.random, any.randrange, any.choice
    segments = any.choices(SEGMENTS, (60, 30, 10), k=number)
    stages = any.choices(STAGES, (15, 35, 20, 20, 10), k=number)

    def once_or_twice():
        return range(2 if share() < 0.005 else 1)

    for i, (segment, stage) in enumerate(zip(segments, stages), start=1):
        customer = f"C{i:0{width}d}"
        usual = USUAL_VALUE[segment]
        value = below(usual // 4, usual * 2) if share() > 0.003 else 0
        tier = TIERS[below(3)]
        known = f'"{segment}"' if share() > 0.002 else "null"
        accounts.add(CUSTOMER % (customer, known, value, below(1, 120), tier))

        for k in once_or_twice():
            now = stage if k == 0 else one_of(STAGES)
            before = f'"{one_of(STAGES)}"' if share() < 0.6 else "null"
            since, days = day(2025, below(336)), below(1, 90)
            following, sure = one_of(STAGES), round(share(), 2)
            states.add(STATE % (customer, now, since, days, before, tier, following, sure))

        if share() < 0.95:
            for _ in once_or_twice():
                churn = round(share(), below(2, 4)) if share() > 0.01 else 0
                recovery = round((1 - churn) * share(), 2)
                stagnation = round(max(0, 1 - churn - recovery), 2)
                path = (one_of(STAGES), "churn_risk")
                odds = (churn, recovery, stagnation)
                at = day(2025, below(336))
                row = (width, i, customer, stage, *path, *odds, int(value * churn), at)
                forecasts.add(FORECAST % row)

        if share() < 0.70:
            for _ in once_or_twice():
                signals, strongest = below(1, 5), round(share(), 2)
                risk = round(min(1.5, share() * 1.2), below(2, 5)) if share() > 0.02 else 0
                types = ", ".join(f'"{name}"' for name in any.sample(SIGNALS, signals))
                row = (customer, segment, value, signals, risk, strongest, risk, types)
                fused.add(FUSED % row)

    for file in (accounts, states, forecasts, fused):
        file.close()


def playbooks(any):
    """60 playbooks; some for all segments, some drafts, some retired."""
    rows = []
    for i in range(60):
        stage, kind, nth = STAGES[i % 5], any.randrange(10), i // 5 + 1
        if kind < 2:
            eligible = ["All"]
        elif kind < 5:
            eligible = any.sample(SEGMENTS, 2)
        else:
            eligible = [any.choice(SEGMENTS)]
        least = any.choice([0, 200, 500, 1000, 2000])
        most = 0 if least == 0 else least * any.randrange(2, 6)
        thresholds = [0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8, 0]
        row = {
            "playbook_id": f"PB_{stage[:3].upper()}_{nth:03d}",
            "name": f"{'/'.join(eligible)} {stage.title()} Play {nth}",
            "journey_stage": stage,
            "eligible_segments": eligible,
            "risk_threshold": any.choice(thresholds),
            "default_actions": any.sample(ACTIONS, any.randrange(0, 4)),
            "approval_required": any.random() < 0.4,
            "avg_cost_estimate": any.choice([0, 25, 60, 120, 300]),
            "expected_value_range": [least, most],
            "created_at": day(2024, any.randrange(336)),
            "status": "active" if any.random() < 0.85 else any.choice(["draft", "retired"]),
        }
        rows.append(row)
    return rows


def performance(any, playbooks):
    """What playbooks brought; some pairs of playbook and segment more than once."""
    rows = []
    for _ in range(150):
        playbook = any.choice(playbooks)
        cost = any.choice([0, 18, 40, 58, 58, 140, 310])
        value = any.choice([0, 700, 1340, 1340, 2600, 5200])
        roi = any.choice([round(value / cost, 1) if cost else 0, 10, 23.1, 0])
        row = {
            "playbook_id": playbook["playbook_id"],
            "segment": any.choice([*SEGMENTS, "All"]),
            "runs": any.randrange(3, 200),
            "success_rate": round(any.random(), 2),
            "avg_cost": cost,
            "avg_value": value,
            "roi_ratio": roi,
            "override_rate": round(any.random() * 0.4, 2),
            "last_updated": day(2025, any.randrange(336)),
        }
        rows.append(row)
    return rows


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    number, directory = int(float(sys.argv[1])), Path(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 7
    os.makedirs(directory, exist_ok=True)
    any = random.Random(seed * 1_000_003 + number)
    customers(any, number, directory)
    plays = playbooks(any)
    for name, rows in (
        ("journey_playbooks", plays),
        ("playbook_performance_log", performance(any, plays)),
    ):
        with open(directory / f"{name}.json", "w") as file:
            json.dump(rows, file, indent=1)


if __name__ == "__main__":
    main()
