"""Runs a program to its end and measures it from outside."""

import os
import subprocess
import sys
import time
from statistics import median
from typing import NamedTuple


class Run(NamedTuple):
    wall: float
    """Seconds from its start to its end."""
    cpu: float
    """Seconds that all of its threads spent, in the program and in the kernel."""
    peak: int
    """The most memory in use at a time, in bytes."""


def run(command, output, environment=None):
    """Runs a program with its standard output in a new file, and measures it.

    What an earlier run wrote is gone or on disk before it starts, so that every run has the same
    to do.

    The peak has a floor: the kernel counts the memory of this process into that of the programs
    that it starts (`floor`). So nothing large must ever be held here.
    """
    output.unlink(missing_ok=True)
    os.sync()
    with open(output, "wb") as file:
        before = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - before
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    # Linux counts in units of 1024 bytes, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit)


def floor(scratch):
    """The least peak that `run` can tell."""
    return run(["true"], scratch / "nothing").peak


def medians(runs):
    """The median of each of the figures."""
    return Run(*(median(figures) for figures in zip(*runs)))
