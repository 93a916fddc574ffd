"""What the scripts share: building the program, data sets, tables in Markdown."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AGAINST = ROOT / "benches" / "against"
SCRATCH = ROOT / "target" / "compare"


def tell(text):
    """Says on standard error what is being done; standard output has nothing but results."""
    print(text, file=sys.stderr, flush=True)


def fail(text):
    tell(f"error: {text}")
    sys.exit(2)


def build(name, *arguments):
    """Runs cargo and gives the path of the program of that name."""
    command = ["cargo", *arguments, "--message-format=json-render-diagnostics"]
    tell("$ " + " ".join(command[:-1]))
    try:
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    except FileNotFoundError:
        fail("there is no cargo; https://rustup.rs has it")
    if done.returncode != 0:
        fail("the build failed")
    for line in done.stdout.splitlines():
        message = json.loads(line)
        # Others are built on the way.
        if message.get("executable") and message["target"]["name"] == name:
            return Path(message["executable"])
    fail(f"cargo built no {name}")


def release():
    """The program as its users have it."""
    return build("nextplay", "build", "--release", "--bin", "nextplay")


def customers(size):
    """A number of customers as typed: 1e6, 1000000."""
    try:
        number = int(float(size))
    except ValueError:
        number = 0
    if number < 1:
        raise ValueError(f"{size} is no number of customers")
    return number


def dataset(scratch, number, shuffled=False):
    """A directory with the files of so many customers, made on first use."""
    directory = scratch / "data" / (f"{number}-shuffled" if shuffled else str(number))
    if directory.exists():
        return directory
    # Under another name until it is complete.
    unfinished = directory.with_name(directory.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    if shuffled:
        command = [AGAINST / "shuffle.py", dataset(scratch, number), unfinished]
    else:
        command = [AGAINST / "generate.py", str(number), unfinished]
    tell(f"writing {directory}")
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, *command], check=True)
    unfinished.rename(directory)
    return directory


def cores():
    """Processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def tell_load():
    """A warning where others work on the machine."""
    busy = os.getloadavg()[0]
    if busy > cores() / 2:
        tell(f"warning: the machine is busy (load {busy:.1f}, {cores()} cores), times will be long")


def seconds(value):
    """A time in the unit in which it is easiest to read."""
    if value >= 1:
        return f"{value:.2f} s"
    if value >= 0.1:
        return f"{value * 1000:.0f} ms"
    return f"{value * 1000:.1f} ms"


def megabytes(size):
    """An amount of memory in bytes, in megabytes of a million bytes each."""
    return f"{size / 1e6:,.0f} MB"


def table(titles, rows):
    """A Markdown table: the first column to the left, the others to the right."""
    lines = [titles, ["---", *["---:"] * (len(titles) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
