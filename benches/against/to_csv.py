#!/usr/bin/env python3
"""Writes a data directory as one of CSV files, with the `sources.toml` that maps them.

    to_csv.py FROM TO

Every field of the big files is a column, also those that are not read. Numbers keep their digits,
and rows their order. The small files are copied as they are.
"""

import csv
import json
import os
import shutil
import sys
from pathlib import Path

# What is mapped of each table.
MAPPED = {
    "customers": "customer_id segment account_value tenure_months risk_tier",
    "journey_state_log": "customer_id journey_stage state_entered_at days_in_state previous_stage "
    "predicted_next_stage",
    "journey_forecasts": "customer_id churn_probability recovery_probability predicted_path "
    "revenue_at_risk generated_at",
    "fused_signals": "customer_id fused_risk_score total_signals",
}
LISTS = {"predicted_path"}


def rows(path):
    """One after the other, from a file with one row a line."""
    # Numbers stay text, to be written as they were.
    as_written = {"parse_int": str, "parse_float": str}
    with open(path) as file:
        for line in file:
            row = line.strip().lstrip("[").rstrip("],")
            if row:
                yield json.loads(row, **as_written)


def cell(value):
    return ";".join(value) if isinstance(value, list) else value


def convert(source, target):
    with open(target, "w", newline="", buffering=1 << 20) as file:
        write = csv.writer(file, lineterminator="\n").writerow
        header = None
        for row in rows(source):
            if header is None:
                header = list(row)
                write(header)
            if list(row) != header:
                sys.exit(f"{source}: a row has the fields {', '.join(row)}")
            write([cell(value) for value in row.values()])


def mapping(table):
    lines = [f"[{table}]", f'file = "{table}.csv"', f"[{table}.columns]"]
    for field in MAPPED[table].split():
        column = f'"{field}"'
        if field in LISTS:
            column = f'{{ column = {column}, split = ";" }}'
        lines.append(f"{field} = {column}")
    return "\n".join(lines) + "\n"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    os.makedirs(target, exist_ok=True)
    for path in sorted(source.iterdir()):
        if path.stem in MAPPED:
            convert(path, target / f"{path.stem}.csv")
        else:
            shutil.copy(path, target)
    (target / "sources.toml").write_text("\n".join(map(mapping, MAPPED)))


if __name__ == "__main__":
    main()
