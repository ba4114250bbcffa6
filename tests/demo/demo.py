#!/usr/bin/env python3
"""`./sanctum demo`: a small SAN with real agents, told step by step; then it stays for whoever wants to try it.

    demo.py --bin FOLDER [--once] [--hosts NUMBER]

Ends with 0 after Ctrl+C or, with --once, when each step has come true; with 1 and a sentence where one does not within
its time. All processes, mounts, loop devices and files are gone then.
"""

import argparse
import os
import signal
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

from stage import Broken, Stage  # noqa: E402
from story import HOSTS, Story  # noqa: E402
from teller import Teller  # noqa: E402

MOST_HOSTS = 500
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(Exception):
    """By a signal."""


def end(number, _frame):
    raise Ended(number)


def live(story, stage, tell):
    """Tells which disks hosts have whenever that changes, until a signal."""
    tell.line()
    tell.say("Here it is told when a disk comes or goes. Ctrl+C ends all.")
    before = {}
    try:
        while True:
            before = tell_of_disks(story, stage, tell, before)
            time.sleep(0.5)
    except Ended as ended:
        if ended.args[0] != signal.SIGINT:
            raise
        return 0


def tell_of_disks(story, stage, tell, before):
    for child in stage.children:
        if not child.running():
            raise Broken(f"{child.name} has ended: {child.last_words()}")
    now = {(name, disk["device"]): f"{disk['target']} LUN {disk['lun']}"
           for name, host in story.hosts.items() for disk in host.attached()}
    for what, disks in (("has", now.items() - before.items()), ("has no more", before.items() - now.items())):
        for (name, device), unit in sorted(disks):
            tell.line(f"{time.strftime('%H:%M:%S')}  {name} {what} {device}: {unit}")
    return now


def hosts(text):
    number = int(text)
    if not len(HOSTS) <= number <= MOST_HOSTS:
        raise ValueError
    return number


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, help="the folder of the programs")
    parser.add_argument("--once", action="store_true", help="run through, check each step, and end")
    parser.add_argument("--hosts", type=hosts, default=len(HOSTS), metavar="NUMBER",
                        help=f"how many hosts ({len(HOSTS)})")
    chosen = parser.parse_args()
    for number in SIGNALS:
        signal.signal(number, end)
    stage = Stage(os.path.abspath(chosen.bin))
    try:
        for number in SIGNALS:
            signal.signal(number, end)
        status = play(stage, chosen)
    except Ended as ended:
        status = 128 + ended.args[0]
    except BrokenPipeError:
        status = 1
        sys.stdout = None  # nobody reads any more
    finally:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        stage.close()
    if sys.stdout:
        last_word(status, chosen.once)
    return status


def play(stage, chosen):
    tell = Teller(stage)
    try:
        story = Story(stage, tell, chosen.hosts, window=not chosen.once)
        story.play()
        story.what_next()
        if chosen.once:
            story.try_next()
            return 0
        return live(story, stage, tell)
    except Broken as broken:
        sys.stdout.flush()
        print(f"sanctum: {broken}", file=sys.stderr)
        return 1


def last_word(status, once):
    if status == 0:
        print("\nsanctum: " + ("the demo ran through" if once else "all of it has ended, and nothing is left"))


sys.exit(main())
