#!/usr/bin/env python3
"""Copies a data directory with the rows of each of its big files in an order of their own.

    shuffle.py FROM TO

No two files agree on the order of the customers: the worst case for whoever joins them.
"""

import os
import random
import shutil
import sys
from pathlib import Path

BIG = [
    "customers.json",
    "fused_signals.json",
    "journey_forecasts.json",
    "journey_state_log.json",
]


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    os.makedirs(target, exist_ok=True)
    any = random.Random(11)
    for name in sorted(os.listdir(source)):
        if name not in BIG:
            shutil.copy(source / name, target)
            continue
        rows = (source / name).read_text().strip()[1:-1].split(",\n")
        any.shuffle(rows)
        (target / name).write_text("[" + ",\n".join(rows) + "]\n")


if __name__ == "__main__":
    main()
