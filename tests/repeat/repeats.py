#!/usr/bin/env python3
"""Keeps how often the normal run was repeated: repeats.csv, a row a run, and docs/operations/repeated.md.

    repeats.py add COMMIT SECONDS LOG   of a run of that commit, on the clock; reads what ctest said, adds a row, writes the
                                        page anew
    repeats.py page                     writes the page anew

`./sanctum repeat` calls it after each run.
"""

import datetime
import os
import re
import statistics
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests"))

from support import ledger  # noqa: E402

LEDGER = os.path.join(HERE, "repeats.csv")
PAGE = os.path.join(ROOT, "docs", "operations", "repeated.md")
FIELDS = ("date", "commit", "tests", "seconds", "failed")

HEAD = """\
# Repeated

Made by `./sanctum repeat`; do not edit. Each run is that of `./sanctum test`: all tests that are not long, several side by
side. A test that fails in one of them and not in the next is a fault of the product or of the test; the mend is in the
history of the tree.

"""


def row_of(commit, seconds, log):
    """What ctest's output says. Without its last lines there was no run: ValueError."""
    total = re.search(r"tests passed, \d+ tests failed out of (\d+)", log)
    if not total:
        raise ValueError("that is no output of a run of ctest that came to its end")
    failed = re.findall(r"^\s*\d+ - (\S+) \(\w[^)]*\)$", log.partition("The following tests FAILED:")[2], re.MULTILINE)
    return {"date": datetime.date.today().isoformat(), "commit": commit, "tests": int(total[1]),
            "seconds": round(seconds), "failed": " ".join(failed)}


def without_failure(rows):
    """How many of the last runs, one after another."""
    count = 0
    for row in reversed(rows):
        if row["failed"]:
            break
        count += 1
    return count


def page_of(rows):
    """A line each commit, in the order of the runs."""
    text = HEAD + f"Runs: {len(rows)}. The last {without_failure(rows)} of them had no failure.\n\n"
    text += "| last run | commit | runs | tests | seconds, median | failed |\n|---|---|---|---|---|---|\n"
    for one in dict.fromkeys(row["commit"] for row in rows):
        own = [row for row in rows if row["commit"] == one]
        failed = ", ".join(name for row in own for name in row["failed"].split())
        seconds = statistics.median(float(row["seconds"]) for row in own)
        text += f"| {own[-1]['date']} | {one} | {len(own)} | {own[-1]['tests']} | {seconds:.0f} | {failed} |\n"
    return text


def main(arguments):
    row = None
    if arguments[:1] == ["add"] and len(arguments) == 4:
        with open(arguments[3], encoding="utf-8", errors="replace") as log:
            row = row_of(arguments[1], float(arguments[2]), log.read())
    elif arguments != ["page"]:
        sys.exit(__doc__)
    ledger.keep(LEDGER, FIELDS, PAGE, page_of, row)


if __name__ == "__main__":
    main(sys.argv[1:])
