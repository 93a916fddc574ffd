"""A program on a pseudo-terminal, and what a user would see of it."""

import codecs
import fcntl
import os
import pty
import re
import select
import struct
import termios
import time
import unicodedata


class Screen:
    """As much of a terminal as is needed to read the text of a program that draws cell by cell."""

    # An escape sequence, the beginning of one that is still to come, a control character, or text.
    PIECE = re.compile(
        r"\x1b\[(?P<given>[0-9;?<=>]*)(?P<does>[@-~])"
        r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
        r"|\x1b[()][0-9A-Za-z]|\x1b[=>78cDEHMNOZ]"
        r"|(?P<begun>\x1b.*)"
        r"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f])"
        r"|(?P<text>[^\x00-\x1f\x7f]+)",
        re.DOTALL,
    )

    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.rest = ""
        self.clear()

    def clear(self):
        self.cells = [[" "] * self.columns for _ in range(self.rows)]
        self.x = self.y = 0

    def feed(self, data):
        text = self.rest + self.decoder.decode(data)
        self.rest = ""
        for piece in self.PIECE.finditer(text):
            if piece["text"]:
                self.write(piece["text"])
            elif piece["does"]:
                self.sequence(piece["given"], piece["does"])
            elif piece["begun"]:
                self.rest = piece["begun"]
            elif piece["control"]:
                self.control(piece["control"])

    def write(self, text):
        for character in text:
            if self.x >= self.columns:
                self.x, self.y = 0, min(self.y + 1, self.rows - 1)
            self.cells[self.y][self.x] = character
            self.x += 1
            if character > "\u00ff" and unicodedata.east_asian_width(character) in "WF":
                if self.x < self.columns:
                    self.cells[self.y][self.x] = ""
                self.x += 1

    def control(self, character):
        if character == "\r":
            self.x = 0
        elif character == "\n":
            self.y = min(self.y + 1, self.rows - 1)
        elif character == "\b":
            self.x = max(self.x - 1, 0)

    def sequence(self, given, does):
        numbers = [int(number) for number in re.findall(r"\d+", given)]
        first = numbers[0] if numbers else 0
        if does in "Hf":
            row, column = (*numbers, 1, 1)[:2] if len(numbers) != 1 else (first, 1)
            self.y = min(max(row, 1), self.rows) - 1
            self.x = min(max(column, 1), self.columns) - 1
        elif does == "A":
            self.y = max(self.y - max(first, 1), 0)
        elif does == "B":
            self.y = min(self.y + max(first, 1), self.rows - 1)
        elif does == "C":
            self.x = min(self.x + max(first, 1), self.columns - 1)
        elif does == "D":
            self.x = max(self.x - max(first, 1), 0)
        elif does == "G":
            self.x = min(max(first, 1), self.columns) - 1
        elif does == "d":
            self.y = min(max(first, 1), self.rows) - 1
        elif does == "J" and first in (2, 3):
            self.cells = [[" "] * self.columns for _ in range(self.rows)]
        elif does == "K" and first == 0:
            self.cells[self.y][self.x :] = [" "] * (self.columns - self.x)
        elif does == "h" and given == "?1049":
            self.clear()

    def text(self):
        return "\n".join("".join(row).rstrip() for row in self.cells)


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, command, environment, columns=120, rows=40):
        self.screen = Screen(columns, rows)
        self.drawn = 0
        """Bytes that came from the program."""
        self.started = time.perf_counter()
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            size = struct.pack("HHHH", rows, columns, 0, 0)
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, size)
                os.execvpe(command[0], command, environment)
            finally:
                os._exit(127)

    def press(self, keys):
        """Types keys, and gives the time at which that was."""
        before = time.perf_counter()
        os.write(self.terminal, keys.encode())
        return before

    def read(self, patience):
        """Takes in what the program has drawn by now, or in that time.

        Gives the time at which the last of it came, or None where nothing came.
        """
        data, at = [], None
        while select.select([self.terminal], [], [], 0 if data else patience)[0]:
            try:
                part = os.read(self.terminal, 1 << 16)
            except OSError:
                # So Linux says that the program has closed its side.
                part = b""
            if not part:
                if not data:
                    raise EOFError(f"the program ended; its last screen:\n{self.screen.text()}")
                break
            at = time.perf_counter()
            data.append(part)
        for part in data:
            self.drawn += len(part)
            self.screen.feed(part)
        return at

    def wait(self, wanted, patience=120):
        """Waits until the text of the screen is as wanted, and gives the time when it became so.

        The time is exact to about a millisecond: a frame is read when the last one is understood.
        """
        deadline = time.perf_counter() + patience
        at = time.perf_counter()
        while not wanted(self.screen.text()):
            left = deadline - time.perf_counter()
            if left <= 0:
                raise TimeoutError(f"waited in vain; the screen is\n{self.screen.text()}")
            at = self.read(left) or at
        return at

    def quiet(self, still=1.0, patience=30):
        """Waits until nothing has been drawn for a while."""
        deadline = time.perf_counter() + patience
        while self.read(still) is not None and time.perf_counter() < deadline:
            pass

    def status(self, name):
        """A figure of the program in bytes, as the kernel has it: VmRSS, VmHWM."""
        with open(f"/proc/{self.pid}/status") as file:
            for line in file:
                if line.startswith(f"{name}:"):
                    return int(line.split()[1]) * 1024
        raise KeyError(name)

    def forget_peak(self):
        """Has the kernel count the peak (VmHWM) from now on."""
        with open(f"/proc/{self.pid}/clear_refs", "w") as file:
            file.write("5")

    def processor(self):
        """Seconds of processor time that its threads have spent, to the nanosecond.

        Not from `stat`, whose hundredths of a second are a tenth of a per cent of ten seconds.
        """
        spent = 0
        for thread in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{thread}/schedstat") as file:
                spent += int(file.read().split()[0])
        return spent / 1e9

    def leave(self, patience=10):
        """Presses q, and gives how long it took to end, or None where it had to be killed."""
        before = self.press("q")
        deadline = before + patience
        while time.perf_counter() < deadline:
            try:
                self.read(0.001)
            except EOFError:
                pass
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                os.close(self.terminal)
                return time.perf_counter() - before
        self.kill()
        return None

    def kill(self):
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)
