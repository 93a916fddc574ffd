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

FORMS = {"shuffled": "shuffle.py", "csv": "to_csv.py"}
BYTES_PER_CUSTOMER = 850


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


def dataset(scratch, number, form=None):
    """A directory with the files of so many customers, made on first use; a form is of `FORMS`."""
    directory = scratch / "data" / (f"{number}-{form}" if form else str(number))
    if directory.exists():
        return directory
    if form:
        command = [AGAINST / FORMS[form], dataset(scratch, number)]
    else:
        command = [AGAINST / "generate.py", str(number)]
    if lack := lack_of_space(scratch, number):
        fail(f"{directory} {lack}")
    # Under another name until it is complete.
    unfinished = directory.with_name(directory.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    tell(f"writing {directory}")
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, *command, unfinished], check=True)
    unfinished.rename(directory)
    return directory


def lack_of_space(scratch, number):
    """What is missing on the disk for the files of so many customers, or None."""
    needed, free = number * BYTES_PER_CUSTOMER, shutil.disk_usage(scratch).free
    if needed <= free:
        return None
    return f"needs {gigabytes(needed)} of disk, {gigabytes(free)} are free"


def tell_cache(data):
    """A warning where files do not fit in the page cache, so that they are read from the disk."""
    size = sum(file.stat().st_size for file in data.iterdir())
    available = available_memory()
    if available is not None and size > available:
        tell(
            f"warning: {data} has {gigabytes(size)}, more than the page cache can hold "
            f"({gigabytes(available)}): times include reading from the disk"
        )


def available_memory():
    """Bytes that are free or hold cached files, or None where the system has no such figure."""
    try:
        with open("/proc/meminfo") as file:
            for line in file:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except FileNotFoundError:
        pass
    return None


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


def gigabytes(size):
    return f"{size / 1e9:,.1f} GB"


def table(titles, rows):
    """A Markdown table: the first column to the left, the others to the right."""
    lines = [titles, ["---", *["---:"] * (len(titles) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
