#!/usr/bin/env python3
"""The recommendations of `nextplay match`, by ClickHouse in this process (chdb).

    with_clickhouse.py DIRECTORY OUTPUT

The fastest way that was found: columns are named instead of guessed, only the needed ones are read,
and the playbooks come as intervals of risk (`playbooks.py`), so that a customer meets few rows of
them. Joins of customers are by merging, which is faster here than by hash. Blocks of 2 MB are
parsed in parallel; the usual 10 MB are few to divide among cores.
"""

import json
import os
import sys

import chdb

sys.dont_write_bytecode = True
import playbooks  # noqa: E402

# An array of rows is read like lines.
CUSTOMERS = """
CREATE TEMPORARY TABLE customers ENGINE = Memory AS
SELECT
    assumeNotNull(_row_number) AS place,
    customer_id,
    coalesce(nullIf(segment, ''), 'SMB') AS segment,
    coalesce(account_value, 0) AS account_value
FROM file(
    '{directory}/customers.json', JSONEachRow,
    'customer_id String, segment Nullable(String), account_value Nullable(Float64)'
)
WHERE customer_id != ''
SETTINGS {settings}
"""

# Of several rows of one customer the last counts. In a tuple, as argMax passes over nulls.
LAST = """(
    SELECT customer_id, argMax(tuple({field}), _row_number).1 AS {field}
    FROM file(
        '{directory}/{table}.json', JSONEachRow, 'customer_id String, {field} Nullable({type})'
    )
    GROUP BY customer_id
)"""

JOINED = """
SELECT
    place, customer_id, segment, journey_stage, account_value,
    coalesce(nullIf(fused_risk_score, 0), nullIf(churn_probability, 0), 0) AS risk_score,
    least(1., risk_score + 0.2) AS unrounded
FROM customers
LEFT JOIN {stages} AS stages USING customer_id
LEFT JOIN {forecasts} AS forecasts USING customer_id
LEFT JOIN {fused} AS fused USING customer_id
SETTINGS join_algorithm = 'full_sorting_merge'
"""

PLAYBOOKS = """
SELECT * FROM format(
    JSONEachRow,
    'journey_stage Nullable(String), segment String, lo Float64, hi Float64, playbook_id String,
        playbook_name Nullable(String), recommended_action String, expected_cost Float64,
        expected_value Float64, requires_human_approval Bool',
    '{rows}'
)
"""

# Rounding is exact, a tie by the binary value: only what is next to a tie goes through printf.
# No stage is equal to no stage: in two conditions, as `<=>` is slower.
RECOMMENDATIONS = """
SELECT
    customer_id, c.segment AS segment, c.journey_stage AS journey_stage, playbook_id,
    playbook_name, recommended_action,
    if(
        abs(unrounded * 100 - floor(unrounded * 100) - 0.5) < 1e-9,
        toFloat64(printf('%.2f', unrounded)),
        round(unrounded, 2)
    ) AS confidence,
    expected_cost, expected_value, requires_human_approval, risk_score, account_value
FROM ({joined}) AS c
JOIN ({playbooks}) AS p
    ON p.segment = c.segment
    AND ifNull(p.journey_stage, '') = ifNull(c.journey_stage, '')
    AND isNull(p.journey_stage) = isNull(c.journey_stage)
WHERE risk_score >= lo AND risk_score < hi AND unrounded >= 0.5
ORDER BY place
INTO OUTFILE '{output}' TRUNCATE
FORMAT JSONEachRow
SETTINGS {settings}, join_use_nulls = 1, output_format_json_array_of_rows = 1
"""

SETTINGS = "precise_float_parsing = 1, min_chunk_bytes_for_parallel_parsing = 2000000"


def quoted(text):
    return text.replace("\\", "\\\\").replace("'", "\\'")


def intervals(directory, segments):
    """The playbooks, one row a line."""
    # JSON has no infinity.
    rows = [
        {**row, "hi": min(row["hi"], sys.float_info.max)}
        for row in playbooks.intervals(directory, segments)
    ]
    return "\n".join(json.dumps(row) for row in rows)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    directory, output = sys.argv[1:]
    database = chdb.connect(":memory:")
    source = quoted(directory)
    database.query(CUSTOMERS.format(directory=source, settings=SETTINGS))
    segments = str(database.query("SELECT DISTINCT segment FROM customers", "JSONCompactEachRow"))
    segments = [json.loads(row)[0] for row in segments.splitlines()]

    def last(table, field, type):
        return LAST.format(directory=source, table=table, field=field, type=type)

    joined = JOINED.format(
        stages=last("journey_state_log", "journey_stage", "String"),
        forecasts=last("journey_forecasts", "churn_probability", "Float64"),
        fused=last("fused_signals", "fused_risk_score", "Float64"),
    )
    plays = PLAYBOOKS.format(rows=quoted(intervals(directory, segments)))
    query = RECOMMENDATIONS.format(
        joined=joined, playbooks=plays, output=quoted(output), settings=SETTINGS
    )
    database.query(query)


if __name__ == "__main__":
    main()
    # Without the time that it would take to give everything back.
    os._exit(0)
