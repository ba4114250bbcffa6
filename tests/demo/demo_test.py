#!/usr/bin/env python3
"""The demo runs through, leaves nothing behind, and docs/pictures shows what it prints.

    demo_test.py --bin FOLDER           ends with 1 if the picture is another one
    demo_test.py --bin FOLDER --write   writes the picture

The picture shows disks that are block devices; where this machine or user cannot make them, the demo tells another
story, and only whether it runs through is tested.
"""

import argparse
import difflib
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, os.path.join(ROOT, "tests")]

import teller  # noqa: E402
import terminal_picture  # noqa: E402
from support import fuse_disk  # noqa: E402

PICTURE = os.path.join(ROOT, "docs", "pictures", "demo.svg")
PATIENCE = 100  # seconds


def printed(programs, *words):
    """What the demo prints, with what is another one each time replaced."""
    done = subprocess.run([os.path.join(ROOT, "sanctum"), "demo", "--once", *words], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=PATIENCE, check=False,
                          env={**os.environ, "SANCTUM_BIN": programs, "CLICOLOR_FORCE": "1", "LC_ALL": "C.UTF-8"})
    if done.returncode or done.stderr:
        sys.exit(f"the demo ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    if long := [line for line in terminal_picture.ESCAPE.sub("", done.stdout).splitlines() if len(line) > teller.COLUMNS]:
        sys.exit(f"lines of more than {teller.COLUMNS} columns:\n" + "\n".join(long))
    nothing_is_left(re.search(r"/tmp/sanctum-demo-\w+|$", done.stdout)[0])
    return steady(done.stdout)


def nothing_is_left(folder):
    """Of what the demo of this folder made."""
    with open("/proc/self/mounts", encoding="utf-8") as file:
        mounts = file.read()
    loops = subprocess.run(["losetup", "--list", "--noheadings", "--output", "BACK-FILE"], capture_output=True, text=True,
                           check=False).stdout
    processes = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
                processes.append(file.read())
        except OSError:
            pass
    for what, there in (("a folder", os.path.exists(folder)), ("a mount", folder in mounts), ("a loop device", folder in loops),
                        ("a process", any(folder in words for words in processes))):
        if there or not folder:
            sys.exit(f"the demo in {folder} left {what} behind")


# What is another one each time, and what stands for it in the picture.
STEADY = (
    (r"--server 127\.0\.0\.1:\d+", "--server 127.0.0.1:3285"),
    (r"(https://|  server  )127\.0\.0\.1:\d+", r"\g<1>127.0.0.1:3285"),
    (r"127\.0\.0\.1:\d+/tcp", "127.0.0.1:3260/tcp"),
    (r"\b[0-9a-f]{64}\b", "823e19d3" * 8),
    (r"\b[0-9a-f]{32}\b(?=\))", "00644aae" * 4),
    (r"\d{4}-\d\d-\d\d([ T])\d\d:\d\d:\d\d", r"2026-11-02\g<1>09:30:00"),
    (r"until( +)\d{4}-\d\d-\d\dT", r"until\g<1>2027-05-01T"),
    (r"/tmp/sanctum-demo-\w+", "/tmp/sanctum-demo"),
    (r"/dev/loop\d+", "/dev/loop0"),
    (r"Device {5,}Size", "Device      Size"),
    (r"(revision +|committed as +|--at |log head +)\d+", r"\g<1>12"),
    (r"(confirmed .* )\d+$", r"\g<1>12"),
    (r"^\d+(?=  2026-11-02)", "12"),
    (r"[\d.]+ KiB written", "204 KiB written"),
    (r"\b\d+\.\d s ", "0.2 s "),
)


def steady(text):
    for pattern, instead in STEADY:
        text = re.sub(pattern, instead, text, flags=re.MULTILINE)
    return text


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, help="the folder of the programs")
    parser.add_argument("--write", action="store_true", help="draw the picture anew")
    chosen = parser.parse_args()
    programs = os.path.abspath(chosen.bin)
    why_not = fuse_disk.why_not()
    if chosen.write and why_not:
        print(f"docs/pictures/demo.svg stays as it is: a disk as a block device {why_not}")
        return
    picture = terminal_picture.draw("./sanctum demo --once", printed(programs))
    if chosen.write:
        with open(PICTURE, "w", encoding="utf-8") as file:
            file.write(picture)
        return
    if why_not:
        print(f"not compared with the picture: a disk as a block device {why_not}")
        return
    with open(PICTURE, encoding="utf-8") as file:
        kept = file.read()
    if kept != picture:
        sys.exit("\n".join(difflib.unified_diff(kept.splitlines(), picture.splitlines(), n=0, lineterm="")) +
                 "\nthe demo prints something else than docs/pictures/demo.svg shows; run ./sanctum docs")


main()
