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
    """What the demo prints, with what is another one each time replaced."""
    done = subprocess.run([os.path.join(ROOT, "sanctum"), "demo", "--once"], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=PATIENCE, check=False,
                          env={**os.environ, "SANCTUM_BIN": programs, "CLICOLOR_FORCE": "1", "COLUMNS": "100", "LC_ALL": "C.UTF-8"})
    if done.returncode or done.stderr:
        sys.exit(f"the demo ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return steady(done.stdout)


# What is another one each time, and what stands for it in the picture.
STEADY = (
    (r"login --server 127\.0\.0\.1:\d+", "login --server 127.0.0.1:3285"),
    (r"https://127\.0\.0\.1:\d+", "https://127.0.0.1:3285"),
    (r"(127\.0\.0\.1:)\d+(/tcp)?", lambda found: found[1] + ("3260/tcp" if found[2] else "3205")),
    (r"\b\d+/tcp", "3260/tcp"),
    (r"\b(?:[0-9A-F]{2}:){31}[0-9A-F]{2}\b", ":".join(["5B", "0C", "91", "E7"] * 8)),
    (r"\b[0-9a-f]{64}\b", "823e19d3" * 8),
    (r"\b[0-9a-f]{32}\b(?=\))", "00644aae" * 4),
    (r"\d{4}-\d\d-\d\d([ T])\d\d:\d\d:\d\d", r"2026-11-02\g<1>09:30:00"),
    (r"/tmp/[\w./-]+/password", "/tmp/demo/password"),
    (r"((?:revision|committed as) +|record |--at |log head +)\d+", r"\g<1>12"),
    (r"[\d.]+ KiB written", "204 KiB written"),
)


def steady(text):
    for pattern, instead in STEADY:
        text = re.sub(pattern, instead, text)
    return text


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    sandbox.need("tgtd", "tgtadm", "isnsadm", "openssl")
    picture = terminal_picture.draw("./sanctum demo --once", printed(os.path.abspath(chosen.bin)))
    if chosen.write:
        with open(PICTURE, "w", encoding="utf-8") as file:
            file.write(picture)
        return
    with open(PICTURE, encoding="utf-8") as file:
        if file.read() != picture:
            sys.exit("the demo prints something else than docs/pictures/demo.svg shows; run ./sanctum docs")


main()
