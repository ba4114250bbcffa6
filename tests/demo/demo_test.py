#!/usr/bin/env python3
"""The demo runs through, and docs/pictures shows what it prints.

    demo_test.py --bin FOLDER           ends with 1 if the picture is another one
    demo_test.py --bin FOLDER --write   writes the picture
"""

import argparse
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, os.path.join(ROOT, "tests", "interop")]

import terminal_picture  # noqa: E402
from lib import sandbox  # noqa: E402

PICTURE = os.path.join(ROOT, "docs", "pictures", "demo.svg")
PATIENCE = 60  # seconds


def printed(programs):
    """What the demo prints, with the ports that everybody knows for those that it happened to get."""
    done = subprocess.run([os.path.join(ROOT, "sanctum"), "demo", "--once"], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=PATIENCE, check=False,
                          env={**os.environ, "SANCTUM_BIN": programs, "CLICOLOR_FORCE": "1", "LC_ALL": "C.UTF-8"})
    if done.returncode or done.stderr:
        sys.exit(f"the demo ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:3205", done.stdout)
    return re.sub(r"\b\d+/tcp", "3260/tcp", text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    sandbox.need("tgtd", "tgtadm", "isnsadm")
    picture = terminal_picture.draw("./sanctum demo --once", printed(os.path.abspath(chosen.bin)))
    if chosen.write:
        with open(PICTURE, "w", encoding="utf-8") as file:
            file.write(picture)
        return
    with open(PICTURE, encoding="utf-8") as file:
        if file.read() != picture:
            sys.exit("the demo prints something else than docs/pictures/demo.svg shows; run ./sanctum docs")


main()
