"""Runs a program to its end and measures it from outside."""

import os
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

NOWHERE = Path(os.devnull)


class Run(NamedTuple):
    wall: float
    """Seconds from its start to its end."""
    cpu: float
    """Seconds that all of its threads spent, in the program and in the kernel."""
    peak: int
    """The most memory in use at a time, in bytes."""


def run(command, output, environment=None):
    """Runs a program with its standard output in a new file or `NOWHERE`, and measures it.

    What an earlier run wrote is gone or on disk before it starts, so that every run has the same
    to do. What the program says on standard error is shown where it fails.

    The peak has a floor: the kernel counts the memory of this process into that of the programs
    that it starts (`floor`). So nothing large must ever be held here.
    """
    remove(output)
    os.sync()
    with open(output, "wb") as file, tempfile.TemporaryFile() as messages:
        before = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=file, stderr=messages, env=environment
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - before
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            messages.seek(0)
            sys.stderr.buffer.write(messages.read())
            raise subprocess.CalledProcessError(process.returncode, shlex.join(map(str, command)))
    # Linux counts in units of 1024 bytes, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit)


def remove(output):
    """Removes what was written before, but never a device such as `NOWHERE`."""
    if output.is_file():
        output.unlink()


def floor():
    """The least peak that `run` can see."""
    return run(["true"], NOWHERE).peak


def medians(runs):
    """The median of each of the figures."""
    return Run(*(median(figures) for figures in zip(*runs)))
