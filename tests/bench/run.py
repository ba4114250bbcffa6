#!/usr/bin/env python3
"""Measures the iSNS server, the iSCSI target, the SAN model and the console beside floors and stock programs, and writes the tables. See README.md
in this folder.

  run.py                 all parts, in full: two hours
  run.py isns            all parts of a product: isns, iscsi, disk, san, console
  run.py queries fanout  only these
  run.py --quick         one short round of everything: does it work at all
  run.py --table         only the tables, from the results of earlier runs; what README.md shows comes from the pages
"""

import argparse
import datetime
import os
import shlex
import signal
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)

from harness import machine, table  # noqa: E402
from harness.attach_parts import PARTS as ATTACH_PARTS  # noqa: E402
from harness.bench import Bench  # noqa: E402
from harness.console_parts import PARTS as CONSOLE_PARTS, ConsoleBench  # noqa: E402
from harness.iscsi_bench import IscsiBench  # noqa: E402
from harness.iscsi_parts import PARTS as ISCSI_PARTS  # noqa: E402
from harness.parts import PARTS as ISNS_PARTS  # noqa: E402
from harness.process import Failed  # noqa: E402
from harness.san_parts import PARTS as SAN_PARTS, SanBench  # noqa: E402

# What makes its servers and loads, its parts by name, and how its results are shown.
PRODUCTS = {"isns": (Bench, ISNS_PARTS, table.ISNS), "iscsi": (IscsiBench, ISCSI_PARTS, table.ISCSI),
            "disk": (IscsiBench, ATTACH_PARTS, table.DISK), "san": (SanBench, SAN_PARTS, table.SAN), "console": (ConsoleBench, CONSOLE_PARTS, table.CONSOLE)}
PARTS = ISNS_PARTS | ISCSI_PARTS | ATTACH_PARTS | SAN_PARTS | CONSOLE_PARTS


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join([*PRODUCTS, *PARTS]))
    parser.add_argument("--list", action="store_true", help="name the parts and say what each is")
    parser.add_argument("--quick", action="store_true", help="one short round, fewer entities and listeners")
    parser.add_argument("--rounds", type=int, help="rounds of each measurement (5)")
    parser.add_argument("--seconds", type=float, help="length of one measurement (isns 3, iscsi 2)")
    parser.add_argument("--entities", type=int, help="the large registry (100,000)")
    parser.add_argument("--listeners", type=int, help="listeners of the fan-out (10,000)")
    parser.add_argument("--build", default=os.path.join(TREE, "build", "release"), help="folder with bin/")
    parser.add_argument("--server", help="the isns-server to measure, if not that of the build")
    parser.add_argument("--agent", help="the san-agent to measure, if not that of the build")
    parser.add_argument("--results", default=os.path.join(TREE, "build", "bench"), help="folder of the JSON files")
    parser.add_argument("--scratch", help="folder on the disk to measure (in the results folder)")
    parser.add_argument("--split", action=argparse.BooleanOptionalAction,
                        help="whether servers and loads get processors of their own (isns: yes, iscsi: no)")
    parser.add_argument("--table", action="store_true", help="measure nothing, write the tables")
    parser.add_argument("--no-table", action="store_true", help="leave the tables alone")
    chosen = parser.parse_args()
    unknown = [part for part in chosen.parts if part not in PARTS and part not in PRODUCTS]
    if unknown:
        parser.error(f"no part {', '.join(unknown)}; there are {', '.join([*PRODUCTS, *PARTS])}")
    chosen.parts = [part for word in chosen.parts or PRODUCTS
                    for part in (PRODUCTS[word][1] if word in PRODUCTS else [word])]
    chosen.scratch = chosen.scratch or os.path.join(chosen.results, "scratch")
    return chosen


def command_line():
    return shlex.join(["tests/bench/run.py", *sys.argv[1:]])


def measure(part, bench, chosen):
    """Runs one part and keeps its result. False when it failed."""
    bench.raw = []
    try:
        rows = PARTS[part](bench)
    except Failed as why:
        print(f"{part}: {why}", file=sys.stderr)
        return False
    table.write_result(chosen.results, part, {
        "part": part, "date": datetime.date.today().isoformat(), "command": command_line(), "quick": chosen.quick,
        "machine": machine.facts(), "rows": [row.as_json() for row in rows], "raw": bench.raw})
    for row in rows:
        print(f"{part}: {in_words(row)}", flush=True)
    return True


def in_words(row):
    value = f"{row.value:8.3g} {row.unit} " if row.values else f"{row.skipped} "
    mark = {True: "met    ", False: "NOT MET", None: "no bar " if row.values else "skipped"}[row.met]
    bar = "" if row.target is None else f"({row.compare} {row.target:g})"
    return (f"{mark} {value}{bar}: {row.figure}" + (f"; others {row.peer}" if row.peer else "")
            + (f"; {row.note}" if row.note else ""))


def write_tables(chosen):
    for _, parts, shown in PRODUCTS.values():
        results = table.read_results(chosen.results, parts)
        if results:
            table.write_page(os.path.join(TREE, "docs", "operations", shown.file), results, shown)
    if not table.write_readme(TREE):
        print("README.md has no <!-- bench --> block", file=sys.stderr)


def measure_all(chosen):
    worked = True
    for make, parts, _ in PRODUCTS.values():
        wanted = [part for part in chosen.parts if part in parts]
        if not wanted:
            continue
        bench = make(chosen)
        try:
            worked = all([measure(part, bench, chosen) for part in wanted]) and worked
        finally:
            bench.close()
    return worked


def main():
    chosen = options()
    if chosen.list:
        for name, part in PARTS.items():
            print(f"{name:16}{part.__doc__.strip().splitlines()[0]}")
        return 0
    # An orderly end: servers are stopped and folders removed on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    worked = chosen.table or measure_all(chosen)
    if not chosen.no_table:
        write_tables(chosen)
    return 0 if worked else 1


if __name__ == "__main__":
    sys.exit(main())
