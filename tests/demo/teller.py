"""What the demo prints: steps, commands as one types them, and what they say. Lines have at most COLUMNS columns."""

import os
import re
import subprocess
import sys
import textwrap

from stage import PATIENCE, Broken

COLUMNS = 100
_TYPED = re.compile(r"( *)(sanctl .*)")


def fold(command, prompt, indent):
    """A command in lines of at most COLUMNS characters; an option stays with its value."""
    words = re.findall(r"""(?:'[^']*'|"[^"]*"|[^\s'"])+""", command)
    pieces = []
    for word in words:
        if pieces and re.fullmatch(r"--?[a-z-]+", pieces[-1]) and not word.startswith("-"):
            pieces[-1] += " " + word
        else:
            pieces.append(word)
    lines = [prompt + pieces[0]]
    for piece in pieces[1:]:
        if len(lines[-1]) + len(piece) + 3 > COLUMNS:
            lines[-1] += " \\"
            lines.append(indent + piece)
        else:
            lines[-1] += " " + piece
    return lines


def lines_of(line):
    """A line of a program; one that is too long goes on in the next, at the gap of a table where it is one."""
    if len(line) <= COLUMNS:
        return [line]
    if typed := _TYPED.fullmatch(line):
        return fold(typed[2], typed[1], typed[1] + "    ")
    at = max(line.rfind("  ", 0, COLUMNS), 0) or line.rfind(" ", 0, COLUMNS)
    return [line[:at].rstrip(), *lines_of("    " + line[at:].lstrip())] if at > COLUMNS // 3 else [line]


class Teller:
    def __init__(self, stage):
        self._stage = stage
        self._number = 0
        colours = (sys.stdout.isatty() and not os.environ.get("NO_COLOR")) or os.environ.get("CLICOLOR_FORCE")
        self.bold, self.bright, self.aside, self.green, self.plain = (
            f"\x1b[{code}m" if colours else "" for code in ("1", "1;36", "36", "32", "0"))

    def line(self, text="", colour=""):
        print(f"{colour}{text}{self.plain if colour else ''}", flush=True)

    def step(self, title):
        self._number += 1
        if self._number > 1:
            self.line()
        self.line(f"{self._number}. {title}", self.bright)

    def say(self, text):
        for line in textwrap.wrap(text, COLUMNS, break_on_hyphens=False):
            self.line(line, self.aside)

    def good(self, text):
        """A fact that was waited for."""
        self.line(text, self.green)

    def show(self, command, prompt="$ "):
        for line in fold(command, prompt, "    "):
            self.line(line, self.bold)

    def run(self, command, prompt="$ ", status=0):
        """Prints the command and what it says; it must end with this status. What it printed."""
        self.show(command, prompt)
        said = self.quietly(command, status)
        for line in said.splitlines():
            for part in lines_of(line):
                self.line(part)
        return said

    def quietly(self, command, status=0):
        try:
            done = subprocess.run(["bash", "-c", command], cwd=self._stage.folder, stdin=subprocess.DEVNULL, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=3 * PATIENCE, check=False,
                                  env={**self._stage.environment, "COLUMNS": str(COLUMNS)})
        except subprocess.TimeoutExpired:
            raise Broken(f"this does not end: {command}") from None
        if done.returncode != status:
            raise Broken(f"ended with status {done.returncode} and not {status}: {command}\n{done.stdout}".rstrip())
        return done.stdout
