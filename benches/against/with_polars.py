#!/usr/bin/env python3
"""The recommendations of `nextplay match`, by Polars.

    with_polars.py DIRECTORY OUTPUT

The fastest way that was found: only the needed columns are read, the rest is one lazy query, and
the playbooks come as intervals of risk (`playbooks.py`), so that a customer meets few rows of them.
"""

import os
import sys

import polars as pl

sys.dont_write_bytecode = True
import playbooks  # noqa: E402
from fields import FIELDS  # noqa: E402

TEXT, NUMBER = pl.String, pl.Float64


def first_that_is_not_zero(*columns):
    given = [pl.when(pl.col(name) != 0).then(pl.col(name)) for name in columns]
    return pl.coalesce([*given, pl.lit(0.0)])


def joined(customers, states, forecasts, fused):
    """Customers with their stage and risk; of several rows of one customer the last counts."""
    segment = pl.when(pl.col("segment") != "").then(pl.col("segment")).otherwise(pl.lit("SMB"))
    query = (
        customers.lazy()
        .with_columns(segment.alias("segment"), pl.col("account_value").fill_null(0))
        .filter(pl.col("customer_id") != "")
        .with_row_index("place")
    )
    for table in (states, forecasts, fused):
        last = table.lazy().unique("customer_id", keep="last")
        query = query.join(last, on="customer_id", how="left")
    risk = first_that_is_not_zero("fused_risk_score", "churn_probability").alias("risk_score")
    return query.select(
        "place", "customer_id", "segment", "journey_stage", "account_value", risk
    )


def best(query, intervals):
    risk = pl.col("risk_score")
    return (
        query.join(intervals.lazy(), on=["journey_stage", "segment"], nulls_equal=True)
        .filter((risk >= pl.col("lo")) & (risk < pl.col("hi")))
        .with_columns(pl.min_horizontal(pl.lit(1.0), risk + 0.2).alias("unrounded"))
        .filter(pl.col("unrounded") >= 0.5)
        .sort("place")
        .collect()
    )


def rounded(numbers):
    """To two places, by the exact binary value; `round(2)` is wrong in one row of ten thousand."""
    cents = pl.Series([cent / 100 for cent in range(101)])
    return cents.gather(pl.Series(playbooks.boundaries()).search_sorted(numbers, side="right"))


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    directory, output = sys.argv[1:]

    def read(name, **columns):
        # The only reader for arrays; the lazy one takes JSON lines.
        return pl.read_json(f"{directory}/{name}.json", schema=columns)

    customers = read("customers", customer_id=TEXT, segment=TEXT, account_value=NUMBER)
    states = read("journey_state_log", customer_id=TEXT, journey_stage=TEXT)
    forecasts = read("journey_forecasts", customer_id=TEXT, churn_probability=NUMBER)
    fused = read("fused_signals", customer_id=TEXT, fused_risk_score=NUMBER)
    segments = set(customers["segment"].unique()) - {None, ""} | {"SMB"}
    intervals = pl.DataFrame(playbooks.intervals(directory, segments))
    plays = best(joined(customers, states, forecasts, fused), intervals)
    plays = plays.with_columns(rounded(plays["unrounded"]).alias("confidence"))
    plays.select(FIELDS).write_json(output)


if __name__ == "__main__":
    main()
    # Without the time that it would take to give everything back.
    os._exit(0)
