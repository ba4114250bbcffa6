#!/usr/bin/env python3
"""Pages of docs/ do what they say: each command of their console blocks runs where its prompt says, and the lines that they
show are printed (see console_page.py).

    pages_test.py --bin FOLDER [--show] PAGE...     --show prints what each command printed

The pages of one run are run one after the other, on the machines that page_fixture.py makes for the first of them.
"""

import argparse
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests", "interop"))

from console_page import commands_of  # noqa: E402
from lib import sandbox  # noqa: E402
from page_fixture import BEFORE, NEEDED, San  # noqa: E402
from page_machines import Network  # noqa: E402

PATIENCE = 70  # seconds; agents that lost a server ask it once a minute at last


def fault(machine, command):
    """What it printed, and in which way that is not what the page says; None where it is."""
    end = time.monotonic() + (PATIENCE if command.is_look() else 0)
    while True:
        printed, status = machine.run(command.text)
        lost = command.missing(printed)
        wrong = f"not printed: {lost}" if lost is not None else None
        if (status != 0) != command.must_fail():
            wrong = f"ended with {status}"
        if wrong is None or time.monotonic() > end:
            return printed, wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, help="the folder of the programs")
    parser.add_argument("--show", action="store_true", help="print what each command prints")
    parser.add_argument("pages", nargs="+", metavar="PAGE", help="a page below docs whose commands are run")
    chosen = parser.parse_args()
    name = os.path.basename(chosen.pages[0])
    sandbox.need("openssl", *NEEDED.get(name, ()))
    sandbox.enter()
    san = San(Network(chosen.bin))
    try:
        BEFORE[name](san)
    except AssertionError as error:
        sys.exit(f"before {name}: {error}\n{san.logs()}")
    commands = [command for page in chosen.pages for command in commands_of(page)]
    for command in commands:
        if command.passes:
            san.an_hour_passes()
            continue
        machine = san.machine(command.machine) if command.machine else san.desk
        printed, wrong = fault(machine, command)
        if chosen.show or wrong:
            print(f"{command.where}: {command.machine or '$'} {command.text}\n" + "\n".join(printed))
        if wrong:
            # What comes later rests on it.
            sys.exit(f"{wrong}\n{san.logs()}")
    print(f"{len(commands)} commands")


main()
