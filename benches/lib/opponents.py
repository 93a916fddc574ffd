"""What one would use instead of nextplay, as far as it is installed."""

import importlib.util
import subprocess
import sys
from typing import NamedTuple

import project


class Opponent(NamedTuple):
    name: str
    package: str | None
    """What `pip install` gets, and `import` takes. None: Python itself."""
    version: str
    """An expression for its version."""
    is_slow: bool = False

    def program(self):
        """Takes a data directory, and where to write the recommendations."""
        return project.AGAINST / f"with_{self.name.lower()}.py"

    def lack(self):
        """Why it cannot run, or None."""
        if self.package is None or importlib.util.find_spec(self.package):
            return None
        return f"{self.package} is not installed"

    def start(self):
        """The command that starts Python with the package, and no more."""
        imported = f", {self.package}" if self.package else ""
        return [sys.executable, "-c", f"import os{imported}; os._exit(0)"]

    def asked_version(self):
        code = f"import {self.package or 'platform'}; print({self.version})"
        done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        return done.stdout.strip() or "of an unknown version"


OPPONENTS = [
    Opponent("DuckDB", "duckdb", "duckdb.__version__"),
    Opponent("ClickHouse", "chdb", "f'{chdb.engine_version} (chdb {chdb.__version__})'"),
    Opponent("Polars", "polars", "polars.__version__"),
    Opponent("Python", None, "platform.python_version()", is_slow=True),
]


def installed():
    """Those that can run here. The others are named, with the command that gets them."""
    found = []
    for opponent in OPPONENTS:
        if lack := opponent.lack():
            project.tell(
                f"{opponent.name} is left out: {lack} for {sys.executable}; "
                f"`pip install {opponent.package}` gets it"
            )
        else:
            found.append(opponent)
    return found
