"""Results as files, and the tables made of them: one JSON file a part, a page a product; a few lines of the pages in the README."""

import dataclasses
import json
import os
import re
import statistics

from harness.rows import Row, text


@dataclasses.dataclass(frozen=True)
class Page:
    """How the results of a product are shown."""

    title: str
    introduction: str
    peers: str  # who else was measured
    file: str  # in docs/operations
    short: str  # in README.md
    in_readme: tuple  # the lines that are shown there: figure and unit, without note
    peer_is: str = ""  # stands there before what the peer makes of it


ISNS = Page(
    "Measured", """\
Made by `tests/bench/run.py`; do not edit. Each line is a ratio to a floor that ran in the same rounds on the same
machine: the bare echo is a C program on epoll that reads up to 64 KiB and sends all answers of a read in one call;
the bare writer puts the same facts into SQLite in the fastest schema known, in batches of the same size; the bare
fan-out sends an equal message to the same sockets. Servers and floors have the same processors, loads the others;
registrations alone, and their curve, have all for everybody, as the server's two threads and the load have on one machine.
Start and memory are absolute because people plan with them. The name server runs alone, without the management API.
A quick look has one short round and proves nothing.
""", "Debian's isnsd", "measured.md", "iSNS server", (
        ("durable registrations, one open on each of 64 connections", "of the bare writer"),
        ("keyed query, 100,000 nodes, one open on each of 64 connections", "of the bare echo"),
        ("a change reaches the last of 10,000 listeners, on kept connections", "of the bare fan-out"),
        ("restart with 100,000 entities, until the first right answer", "s"),
    ), "isnsd ")

ISCSI = Page(
    "Measured: iSCSI", """\
Made by `tests/bench/run.py iscsi`; do not edit. Each line is a ratio to others that ran in the same rounds on the same
machine: the bare program is in C on epoll, moves the same bytes with the same messages from its memory, reads up to
64 KiB at once and answers all requests of a read with one writev; tgtd and istgt are Debian's, tuned for it. All,
and the load generator, share all processors as the kernel sees fit; `tests/bench/README.md` says why. Each runs on the
store that the line names; tgtd and istgt have no memory store and get a file in tmpfs there. A quick look has one short round and
proves nothing. SPDK is not measured here: it publishes 2.8 million 4-KiB reads a second from 24 processors that do nothing
else (spdk issue 429), about 117,000 each over a real network.
""", "others", "measured-iscsi.md", "iSCSI target", (
        ("4 KiB random reads, depth 32, 1 session, memory", "times tgtd"),
        ("4 KiB random reads, depth 32, 64 sessions, memory", "times tgtd"),
        ("4 KiB random writes, depth 32, 1 session, a file on disk", "times tgtd"),
        ("64 KiB random reads, depth 32, a file on disk", "times tgtd"),
        ("median latency of 4 KiB random reads, depth 1, memory", "of the bare program"),
    ))

DISK = Page(
    "Measured: disks of a host", """\
Made by `tests/bench/run.py disk`; do not edit. What a block device by FUSE and a loop device costs: ours on a null store, and on a LUN of
a null store at our target, through our initiator. The bare FUSE program is the smallest one with libfuse that answers with zeroes;
nbdfuse mounts our NBD export of the same. All are loop devices with direct I/O, read and written by fio. Beside them, without a
block device, qemu-img bench and libiscsi's iscsi-perf at the same target. How long a disk takes to come stands with the SAN model.
A quick look has one short round and proves nothing.
""", "others", "measured-disk.md", "disks of a host", (
        ("null store as a block device by FUSE and loop: 64 KiB sequential reads, 16 at once", "of the bare FUSE program"),
        ("null store as a block device by FUSE and loop: 64 KiB random writes, 16 at once", "of the bare FUSE program"),
    ))

SAN = Page(
    "Measured: the SAN model", """\
Made by `tests/bench/run.py san`; do not edit. The model alone: on a synthetic SAN of the size that the line names, in
processor time of one thread. The bare program is in C and is told beforehand which initiator has which units of which
target: it only builds the rows of bits of one question, into memory that it has already, or as one row of three in new
memory. For an impact it builds the rows of both states and compares them, for a proof one row, for all rules it counts
who shares a unit. Ours judges the layers of reach and keeps unknown and the right apart.

The management server: what a client waits for over HTTPS, on a connection that is there. The bare TLS server is
`openssl s_server`, which sends the same bytes from a file; the bare fan-out writes events of the same size to plain
sockets; the bare writer puts as many registrations into SQLite in one commit. Servers, floors and loads share all
processors. Absolute times are there because people wait for them. Beside reads the name server and the bare echo are asked at the
same time, so that a pause of the machine is one of both. A quick look has a small SAN and proves nothing.

Hosts and their disks: each host is a `san-agent` with its helper `san-agent attach`, two processes of their own and both
agents enrolled at the management server; one storage agent has a unit in memory for each. The clock begins when the commit
of the change set is sent, not when it is answered.
""", "others", "measured-san.md", "SAN model, management, hosts", (
        ("impact of an edit, the slowest of four; 4,150 hosts x 10,000 units, 10,000 nodes", "ms"),
        ("commit of a zone and a map, from the moment it is sent, until the disk has answered a read; 200 hosts run, a block device "
         "by FUSE and loop: p99", "s"),
        ("an idle host's san-agent, one disk: resident memory", "MB"),
    ))


CONSOLE = Page(
    "Measured: the console", """\
Made by `tests/bench/run.py console`; do not edit. What somebody at a window waits for: a raster of 1600 x 900 in the memory of the
program, without a display and without a GPU, on synthetic SANs of the size that the line names; milliseconds on the wall. The empty
window is the smallest program with Qt Widgets. The boxes and lines alone are as many as the frame shows, painted in one call each.
A SAN over the network costs what a server needs for it besides: see the SAN model. A quick look has one short round and proves
nothing.
""", "others", "measured-console.md", "console", (
        ("from the start of the process to the demo SAN on the screen", "ms"),
        ("a frame of a topology that is panned or zoomed, the median; 10,043 nodes", "ms"),
    ))
PAGES = (ISNS, ISCSI, DISK, SAN, CONSOLE)
README_BLOCK = re.compile(r"(<!-- bench -->\n).*?(<!-- /bench -->)", re.DOTALL)


def write_result(folder, part, result):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, f"{part}.json"), "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1)
        file.write("\n")


def read_results(folder, parts):
    results = {}
    for part in parts:
        path = os.path.join(folder, f"{part}.json")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                results[part] = json.load(file)
    return results


def _target(row):
    return "" if row.target is None else f"{row.compare} {text(row.target)}"


def _measured(row):
    if not row.values:
        return f"skipped: {row.skipped}"
    spread = f" ({text(min(row.values))} to {text(max(row.values))})" if len(row.values) > 1 else ""
    return f"{text(row.value)} {row.unit}{spread}"


def _met(row):
    if row.beyond_floor:
        return f"**not met**, nor by the bare program ({text(row.floor)})"
    return {True: "met", False: "**not met**", None: "no bar" if row.values else "skipped"}[row.met]


def _lines(results, cells):
    for part, result in results.items():
        for row in map(Row.from_json, result["rows"]):
            yield "| " + " | ".join(cells(row, result)) + " |"


def _table(head, lines):
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *lines]) + "\n"


def _machines(results):
    """The machine of each result, once."""
    seen = {}
    for result in results.values():
        m = result["machine"]
        seen.setdefault(f"{m['processors']} processors ({m['model']}), {m['memory_gib']} GiB, Linux {m['kernel']}")
    return "; ".join(seen)


def page(results, shown=ISNS):
    """A page of docs/operations."""
    def cells(row, result):
        what = row.figure + (f" ({row.note})" if row.note else "")
        command = f"`{result['command']}`" + (" quick look" if result["quick"] else "")
        return [what, _measured(row), _target(row), _met(row), row.peer, command, result["date"]]
    head = ["figure", "measured: median (range over rounds)", "target", "", f"{shown.peers} in the same run",
            "command", "date"]
    return (f"# {shown.title}\n\n{shown.introduction}\nMachine: {_machines(results)}.\n\n" +
            _table(head, _lines(results, cells)) + _curve(results.get("curve")))


def _curve(result):
    """What a registration costs in each tenth of the run, as multiples of the first tenth."""
    if not result:
        return ""
    head = ["tenth of the run", *map(str, range(1, 11))]
    lines = []
    for what, who in (("curve", "server"), ("bare writer curve", "bare writer")):
        rounds = [tenths(raw["curve_seconds"]) for raw in result["raw"] if raw["what"] == what]
        cells = [text(statistics.median(costs)) for costs in zip(*rounds, strict=True)]
        lines.append("| " + " | ".join([who, *cells]) + " |")
    return ("\nCost of a registration while the registry grows, each tenth of the run to the first:\n\n" +
            _table(head, lines))


def tenths(seconds):
    """Of 100 times at equal steps: the length of each tenth to that of the first."""
    edges = [0, *seconds[9::10]]
    lengths = [end - begin for begin, end in zip(edges, edges[1:])]
    return [length / lengths[0] for length in lengths]


@dataclasses.dataclass(frozen=True)
class Line:
    """A line of a page, as it stands there."""

    figure: str
    measured: str
    target: str
    met: str
    peer: str
    command: str
    date: str

    def is_of(self, figure, unit):
        said = self.figure == figure or self.figure.startswith(figure + " (")
        return said and re.fullmatch(rf"\S+ {re.escape(unit)}(?: \(.*\))?", self.measured)


def lines_of(text):
    """The lines of a page's table of figures."""
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line.startswith("| ")]
    return [Line(*one) for one in cells if len(one) == 7 and one[0] != "figure"]


def readme_block(pages):
    """Of the texts of the pages in docs/operations, in the order of PAGES: a few lines, and how many bars are met."""
    chosen, counts = [], []
    for shown, text in zip(PAGES, pages, strict=True):
        lines = lines_of(text)
        for figure, unit in shown.in_readme:
            for line in lines:
                if line.is_of(figure, unit):
                    peer = shown.peer_is + line.peer if line.peer else ""
                    chosen.append("| " + " | ".join([shown.short, figure, line.measured, line.target, line.met, peer]) + " |")
        judged = [line for line in lines if line.met.startswith(("met", "**not met**"))]
        met = [line for line in judged if line.met == "met"]
        counts.append(f"[{shown.short}](docs/operations/{shown.file}) {len(met)} of {len(judged)}")
    return (_table(["", "figure", "measured", "target", "", "others in the same run"], chosen) +
            f"\nBars that are met, and all lines with their commands, dates and machines: {'; '.join(counts)}.\n")


def write_page(path, results, shown=ISNS):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(page(results, shown))


def write_readme(tree):
    """Replaces what stands between the markers by what the pages say; without them nothing is touched. False: no markers."""
    path, pages = os.path.join(tree, "README.md"), []
    for name in (path, *(os.path.join(tree, "docs", "operations", shown.file) for shown in PAGES)):
        with open(name, encoding="utf-8") as file:
            pages.append(file.read())
    before, *pages = pages
    after, found = README_BLOCK.subn(lambda m: m.group(1) + readme_block(pages) + m.group(2), before)
    if found and after != before:
        with open(path, "w", encoding="utf-8") as file:
            file.write(after)
    return bool(found)
