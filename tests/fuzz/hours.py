#!/usr/bin/env python3
"""Keeps how long each fuzz target has run: hours.csv, a row a run, and docs/operations/fuzzed.md, a row a target.

    hours.py add NAME SECONDS LOG   of processor time; reads what libFuzzer said, adds a row, writes the page anew
    hours.py page                   writes the page anew

`./sanctum fuzz` calls it after each run. Less than five minutes of processor time are a look and do not count. Runs side
by side may add at the same time.
"""

import datetime
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests"))

from support import ledger  # noqa: E402

LEDGER = os.path.join(HERE, "hours.csv")
PAGE = os.path.join(ROOT, "docs", "operations", "fuzzed.md")
LEAST = 300  # seconds of processor time that count
FIELDS = ("date", "commit", "target", "seconds", "inputs", "edges")

HEAD = """\
# Fuzzed

Made by `./sanctum fuzz`; do not edit. Each target runs under AddressSanitizer and UndefinedBehaviorSanitizer with the
inputs of `tests/fuzz/corpus` and what earlier runs on the same machine found. Hours are of processor time; runs under five
minutes of it do not count. An input that breaks something ends the run without a row here; it goes to the corpus with
the mend. What each target does stands in `tests/fuzz/README.md`.

| target | hours | inputs | edges reached, last | last run |
|---|---|---|---|---|
"""


def said(log, name):
    """The last number of a kind in libFuzzer's output; 0 when it did not say."""
    found = re.findall(name + r"\s*(\d+)", log)
    return int(found[-1]) if found else 0


def counts(seconds):
    return seconds >= LEAST


def row_of(name, seconds, log):
    return {"date": datetime.date.today().isoformat(), "commit": ledger.commit(), "target": name, "seconds": seconds,
            "inputs": said(log, r"stat::number_of_executed_units:"), "edges": said(log, r"\bcov:")}


def page_of(rows):
    """The sums of each target, and of all."""
    lines = []
    for target in sorted({row["target"] for row in rows}):
        own = [row for row in rows if row["target"] == target]
        lines.append((target, own))
    lines.append(("all", rows))
    text = HEAD
    for target, own in lines:
        hours = sum(float(row["seconds"]) for row in own) / 3600
        inputs = sum(int(row["inputs"]) for row in own)
        edges = own[-1]["edges"] if target != "all" and own else ""
        last = max((row["date"] for row in own), default="")
        text += f"| {target} | {hours:.1f} | {inputs:,} | {edges} | {last} |\n"
    return text


def main(arguments):
    if arguments[:1] == ["page"] and len(arguments) == 1:
        return ledger.keep(LEDGER, FIELDS, PAGE, page_of)
    if arguments[:1] != ["add"] or len(arguments) != 4:
        sys.exit(__doc__)
    seconds = float(arguments[2])
    if not counts(seconds):
        print(f"{arguments[1]}: {seconds:.0f} s of processor time are a look, and no row")
        return None
    with open(arguments[3], encoding="utf-8", errors="replace") as log:
        return ledger.keep(LEDGER, FIELDS, PAGE, page_of, row_of(arguments[1], round(seconds), log.read()))


if __name__ == "__main__":
    main(sys.argv[1:])
