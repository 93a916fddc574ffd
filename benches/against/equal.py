#!/usr/bin/env python3
"""Checks that files of recommendations say the same, row by row.

    equal.py FILE...

Texts are compared as texts, numbers by their value: 58 and 58.0 are equal. Prints the number of
recommendations and ends with 0 if all are equal; else prints the first difference, and ends with 1.
"""

import json
import sys

sys.dont_write_bytecode = True
from fields import FIELDS  # noqa: E402


def recommendations(path):
    """Rows as tuples: with a million of them objects would need several gigabytes."""

    def row(members):
        if list(members) != FIELDS:
            sys.exit(f"{path}: a row has the fields {', '.join(members)}")
        if not isinstance(members["requires_human_approval"], bool):
            sys.exit(f"{path}: requires_human_approval is neither true nor false")
        return tuple(members.values())

    with open(path) as file:
        return json.load(file, object_hook=row)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    first, *others = sys.argv[1:]
    expected = recommendations(first)
    for path in others:
        found = recommendations(path)
        for number, (one, other) in enumerate(zip(expected, found)):
            if one != other:
                sys.exit(f"row {number + 1}\n  {first}: {one}\n  {path}: {other}")
        if len(expected) != len(found):
            sys.exit(f"{first} has {len(expected)} rows, {path} has {len(found)}")
    print(len(expected))


if __name__ == "__main__":
    main()
