#!/usr/bin/env python3
"""The recommendations of `nextplay match`, by DuckDB.

    with_duckdb.py DIRECTORY OUTPUT

The fastest way that was found: columns are named instead of guessed, only the needed ones are read,
and the playbooks are made into intervals of risk first, so that a customer meets one row of them
instead of all candidates. Joining every candidate and ranking them by customer is slower.

One thing it does not distinguish: a performance row whose segment is null counts as one for all
segments. The files compared have none.
"""

import os
import sys

import duckdb

TABLES = {
    "customers": {"customer_id": "VARCHAR", "segment": "VARCHAR", "account_value": "DOUBLE"},
    "journey_state_log": {"customer_id": "VARCHAR", "journey_stage": "VARCHAR"},
    "journey_forecasts": {"customer_id": "VARCHAR", "churn_probability": "DOUBLE"},
    "fused_signals": {"customer_id": "VARCHAR", "fused_risk_score": "DOUBLE"},
    "journey_playbooks": {
        "playbook_id": "VARCHAR",
        "name": "VARCHAR",
        "journey_stage": "VARCHAR",
        "eligible_segments": "VARCHAR[]",
        "risk_threshold": "DOUBLE",
        "default_actions": "VARCHAR[]",
        "approval_required": "BOOLEAN",
        "avg_cost_estimate": "DOUBLE",
        "expected_value_range": "DOUBLE[]",
        "status": "VARCHAR",
    },
    "playbook_performance_log": {
        "playbook_id": "VARCHAR",
        "segment": "VARCHAR",
        "avg_cost": "DOUBLE",
        "avg_value": "DOUBLE",
        "roi_ratio": "DOUBLE",
    },
}

# The best playbook of each stage and segment for each interval of risk, from `lo` up to `hi`. A
# row's rowid is its place in the file. arg_max passes over nulls, arg_max_null does not.
# nullif(x, 0): a zero counts as not given.
CANDIDATES = """
CREATE TEMP TABLE candidate AS
WITH
last_row AS (
    SELECT arg_max_null(p, rowid) p, min(rowid) place
    FROM (SELECT rowid, p FROM journey_playbooks p)
    GROUP BY p.playbook_id
),
brought AS (
    SELECT playbook_id, coalesce(segment, 'All') segment,
        arg_max_null(
            {'cost': avg_cost, 'value': avg_value, 'roi': roi_ratio},
            {'roi': coalesce(roi_ratio, 0), 'first': -rowid}
        ) figures
    FROM playbook_performance_log
    GROUP BY 1, 2
),
segment AS (SELECT DISTINCT coalesce(nullif(segment, ''), 'SMB') segment FROM customers),
open_to AS (
    SELECT p.*, place, s.segment,
        coalesce(nullif(p.risk_threshold, 0), 0.5) lo,
        coalesce(here.figures, anywhere.figures) figures
    FROM last_row CROSS JOIN segment s
    LEFT JOIN brought here
        ON here.playbook_id = p.playbook_id AND here.segment = s.segment
    LEFT JOIN brought anywhere
        ON anywhere.playbook_id = p.playbook_id AND anywhere.segment = 'All'
    WHERE p.status = 'active'
        AND (list_contains(p.eligible_segments, 'All')
            OR list_contains(p.eligible_segments, s.segment))
),
valued AS (
    SELECT *,
        coalesce(nullif(figures.value, 0), coalesce(list_sum(expected_value_range), 0) / 2) worth,
        coalesce(nullif(figures.cost, 0), avg_cost_estimate, 0) cost
    FROM open_to
),
rated AS (
    SELECT *,
        coalesce(nullif(figures.roi, 0), CASE WHEN cost <> 0 THEN worth / cost ELSE 0 END) roi
    FROM valued
)
SELECT playbook_id, name, journey_stage, segment, worth, cost, lo,
    coalesce(approval_required, false) approval,
    coalesce(default_actions[1], 'follow_playbook') action,
    coalesce(
        min(lo) OVER (
            PARTITION BY journey_stage, segment ORDER BY roi DESC, worth DESC, place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ),
        'inf'::DOUBLE
    ) hi
FROM rated
"""

BEST = """
CREATE TEMP TABLE best AS
WITH
stage AS (
    SELECT customer_id, arg_max_null(journey_stage, rowid) journey_stage
    FROM journey_state_log GROUP BY 1
),
forecast AS (
    SELECT customer_id, arg_max_null(churn_probability, rowid) churn
    FROM journey_forecasts GROUP BY 1
),
fused AS (
    SELECT customer_id, arg_max_null(fused_risk_score, rowid) score
    FROM fused_signals GROUP BY 1
),
customer AS (
    SELECT customers.rowid place, customer_id, journey_stage,
        coalesce(nullif(segment, ''), 'SMB') segment,
        coalesce(account_value, 0) account_value,
        coalesce(nullif(score, 0), nullif(churn, 0), 0.0) risk
    FROM customers
    LEFT JOIN stage USING (customer_id)
    LEFT JOIN forecast USING (customer_id)
    LEFT JOIN fused USING (customer_id)
    WHERE customer_id <> ''
)
SELECT c.place, c.customer_id, c.segment, c.journey_stage, k.playbook_id, k.name playbook_name,
    k.action recommended_action, least(1.0, c.risk + 0.2) unrounded, k.cost expected_cost,
    k.worth expected_value, k.approval requires_human_approval, c.risk risk_score, c.account_value
FROM customer c
JOIN candidate k
    ON k.segment = c.segment
    AND k.journey_stage IS NOT DISTINCT FROM c.journey_stage
    AND c.risk >= k.lo
    AND c.risk < k.hi
"""

# Rounding is exact, a tie by the binary value: only what is next to a tie goes through printf.
RECOMMENDATIONS = """
CREATE TEMP TABLE recommendation AS
SELECT *,
    CASE WHEN abs(unrounded * 100 - floor(unrounded * 100) - 0.5) < 1e-9
        THEN printf('%.2f', unrounded)::DOUBLE
        ELSE round(unrounded, 2)
    END confidence
FROM best
WHERE unrounded >= 0.5
"""

OUTPUT = """
COPY (
    SELECT customer_id, segment, journey_stage, playbook_id, playbook_name, recommended_action,
        confidence, expected_cost, expected_value, requires_human_approval, risk_score,
        account_value
    FROM recommendation ORDER BY place
) TO '%s' (FORMAT json, ARRAY true, USE_TMP_FILE false)
"""


def quoted(text):
    return str(text).replace("'", "''")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    directory, output = sys.argv[1:]
    database = duckdb.connect()
    database.execute("SET preserve_insertion_order = true")
    database.execute("SET enable_progress_bar = false")
    for table, columns in TABLES.items():
        names = ", ".join(columns)
        types = ", ".join(f"{name}: '{kind}'" for name, kind in columns.items())
        path = quoted(f"{directory}/{table}.json")
        source = f"read_json('{path}', format = 'array', columns = {{{types}}})"
        database.execute(f"CREATE TEMP TABLE {table} AS SELECT {names} FROM {source}")
    database.execute(CANDIDATES)
    database.execute(BEST)
    database.execute(RECOMMENDATIONS)
    database.execute(OUTPUT % quoted(output))


if __name__ == "__main__":
    main()
    # Without the time that it would take to give everything back.
    os._exit(0)
