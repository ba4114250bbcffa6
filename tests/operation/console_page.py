"""Console blocks of a page: what is typed where, and what must be printed.

A line "$ ..." is typed at the desk, "web1# ..." as root at the machine web1; "> ..." goes on with it. The lines below must be
printed in that order, as they stand but for blanks; "..." is any text. A command below which an error of one of the programs
stands ("sanctl: ...") must fail, every other must not. Where a page has the comment <!-- an hour later -->, what was due in an hour is
due.
"""

import dataclasses
import os
import re

PROMPT = re.compile(r"(?:(\w+)#|\$) (.*)")
ERROR = re.compile(r"(sanctl|isns-server|san-agent): ")
# What changes nothing is typed again until it shows what it should, as people do.
LOOK = re.compile(r"(sanctl (status|list|show|reach|reaches|who-reaches|finding (list|show)|audit log|chap (list|show|batch show)|"
                  r"change (list|show)|agent (list|status|units|disks|paths|sessions|targets|config|probes)|isns (list|ping))\b|journalctl |ls )")


@dataclasses.dataclass
class Command:
    where: str  # page and line
    machine: str  # "" at the desk
    text: str
    expected: list
    passes: bool = False  # no command: an hour passes

    def must_fail(self):
        return any(ERROR.match(line) for line in self.expected)

    def is_look(self):
        return bool(LOOK.match(self.text)) and not re.search(r"(?<!2)>", self.text)

    def missing(self, printed):
        """The first line that was not printed behind the one before it; None where all were."""
        rest = iter(printed)
        for line in self.expected:
            pattern = _pattern_of(line)
            if line.strip() and not any(pattern.fullmatch(one) for one in rest):
                return line
        return None


def commands_of(path):
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    found, inside = [], False
    for number, line in enumerate(lines, 1):
        if line.startswith("```"):
            inside = line == "```console"
        elif line == "<!-- an hour later -->":
            found.append(Command(f"{os.path.basename(path)}:{number}", "", "", [], True))
        elif inside and (prompt := PROMPT.fullmatch(line)):
            found.append(Command(f"{os.path.basename(path)}:{number}", prompt[1] or "", prompt[2], []))
        elif inside and line.startswith("> "):
            found[-1].text += "\n" + line[2:]
        elif inside:
            found[-1].expected.append(line)
    return found


def _pattern_of(line):
    """Blanks stand for one or more, "..." for anything."""
    parts = [r"\s+".join(re.escape(word) for word in part.split()) for part in line.split("...")]
    return re.compile(r".*".join(r"\s*" + part + r"\s*" for part in parts))
