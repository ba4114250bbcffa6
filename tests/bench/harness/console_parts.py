"""The parts of the bench for the console: how long somebody at a window waits, without a display and without a GPU."""

import json
import os
import statistics
import time

from harness.common import Common
from harness.parts import alternate
from harness.process import Daemon, run
from harness.rows import Row, ratios, text

LARGE = ("--hosts", "6000", "--targets", "1200", "--units", "8400")  # 30,000 nodes
MATRIX = ("--hosts", "4000", "--targets", "500", "--units", "10000")


class ConsoleBench(Common):
    """One run of run.py over the parts of the console. Everything happens in one program: it has all processors."""

    splits = False

    def __init__(self, options):
        super().__init__(options)
        self.seconds = options.seconds or (3 if self.quick else 60)
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        os.environ["XDG_RUNTIME_DIR"] = self.new_folder("runtime")
        # No settings of whoever measures.
        os.environ["XDG_CONFIG_HOME"] = self.new_folder("config")
        os.environ["XDG_DATA_HOME"] = self.new_folder("data")

    def bench(self, *words):
        self.require("console_bench")
        result = json.loads(run([self.program("console_bench"), *words], self.processors.server))
        return self.note("console_bench " + words[0], result)

    def seconds_of(self, *argv):
        """Milliseconds from the start of a program until it has ended: it ends when it has painted."""
        self.require(argv[0])
        begun = time.perf_counter()
        run([self.program(argv[0]), *argv[1:]], self.processors.server)
        took = (time.perf_counter() - begun) * 1e3
        self.note(argv[0], {"ms": took})
        return took


def medians(results, name):
    return [statistics.median(result[name]) for result in results]


def start(bench):
    """From the start of the process until the demo SAN is painted, beside the smallest program with a window."""
    bench.seconds_of("san-console", "--demo", "--until-shown")  # files are in the page cache now, for both
    bench.seconds_of("console_floor")
    results = alternate(bench.rounds, {"ours": lambda: bench.seconds_of("san-console", "--demo", "--until-shown"),
                                       "floor": lambda: bench.seconds_of("console_floor")})
    peer = f"an empty Qt window {text(statistics.median(results['floor']))} ms"
    return [Row("from the start of the process to the demo SAN on the screen", results["ours"], "ms", "at most", 300.0, peer,
                f"{text(statistics.median(ratios(results['ours'], results['floor'])))} times the empty window")]


def load(bench):
    """A saved SAN opened: read, parsed, laid out and painted."""
    path = os.path.join(bench.new_folder("san"), "san.json")
    bench.bench("make", path)

    def parsed():
        """Python's parser, in C, on the same file."""
        begun = time.perf_counter()
        with open(path, "rb") as file:
            json.load(file)
        return (time.perf_counter() - begun) * 1e3

    results = alternate(bench.rounds, {"ours": lambda: bench.bench("load", path), "python": parsed})
    ours = results["ours"]
    what = f"{ours[0]['objects']:,} objects, {os.path.getsize(path) / 2**20:.1f} MiB"
    return [Row(f"a saved SAN read, parsed, laid out and painted; {what}", [one["load_ms"] for one in ours], "ms", "at most",
                1000.0, f"json.load of Python alone {text(statistics.median(results['python']))} ms")]


def frames(bench):
    """A topology panned and zoomed, the median and the worst frame, beside the same boxes and lines painted alone."""
    small = [bench.bench("frames") for _ in range(bench.rounds)]
    large = [bench.bench("frames", *LARGE) for _ in range(bench.rounds)]
    rows = []
    for results, most, worst in ((small, 16.0, 33.0), (large, 33.0, None)):
        nodes = f"{results[0]['nodes']:,} nodes"
        all_frames = [one["pan_ms"] + one["zoom_ms"] + one["whole_ms"] for one in results]
        peer = f"as many boxes and lines alone {text(statistics.median(medians(results, 'bare_ms')))} ms"
        rows.append(Row(f"a frame of a topology that is panned or zoomed, the median; {nodes}",
                        [statistics.median(one) for one in all_frames], "ms", "at most", most, peer))
        rows.append(Row(f"the same, the worst; {nodes}", [max(one) for one in all_frames], "ms", "at most", worst, peer))
        rows.append(Row(f"a frame of the whole topology; {nodes}",
                        ratios(medians(results, "whole_ms"), medians(results, "bare_ms")), "times its boxes and lines alone",
                        "at most", 2.0, peer))
    return rows


def matrix(bench):
    """The access matrix scrolled, and made."""
    results = [bench.bench("matrix", *MATRIX) for _ in range(bench.rounds)]
    size = f"{results[0]['hosts']:,} x {results[0]['units']:,}"
    return [Row(f"a frame of an access matrix that is scrolled; {size}", medians(results, "scroll_ms"), "ms", "at most", 5.0),
            Row(f"the matrix made: reach, approvals, sessions, separation; {size}", medians(results, "facts_ms"), "ms", "at most", None,
                note="off the thread of the windows")]


def search(bench):
    """Objects found as one types."""
    results = [bench.bench("search") for _ in range(bench.rounds)]
    return [Row(f"a search after each letter; {results[0]['objects']:,} objects", medians(results, "search_ms"), "ms", "at most", 30.0)]


def impact(bench):
    """What a draft does, after an edit."""
    results = [bench.bench("impact", *MATRIX) for _ in range(bench.rounds)]
    size = f"{results[0]['hosts']:,} hosts x {results[0]['units']:,} units"
    return [Row(f"the impact of an edit; {size}", medians(results, "impact_ms"), "ms", "at most", 50.0),
            Row(f"all that is said of it: impact, findings before and after, guards; {size}", medians(results, "effect_ms"), "ms",
                "at most", None, note="off the thread of the windows")]


def events(bench):
    """Frames of the topology while 2,000 changes come a second."""
    results = [bench.bench("events", "--seconds", str(int(bench.seconds))) for _ in range(bench.rounds)]
    rate = statistics.median(one["changes"] / one["seconds"] for one in results)
    note = f"{text(rate)} changes a second for {int(bench.seconds)} s; the worst frame {text(max(max(one['frame_ms']) for one in results))} ms"
    return [Row("a frame of a topology that is panned while changes come, 10,000 nodes", medians(results, "frame_ms"), "ms", "at most", 16.0,
                note=note)]


def idle(bench):
    """The demo SAN open, nobody there: processor time and memory."""
    shares, memory = [], []
    for _ in range(bench.rounds):
        console = Daemon([bench.program("san-console"), "--demo"], os.path.join(bench.new_folder("idle"), "log"), bench.processors.server)
        try:
            time.sleep(3)
            begun, at = console.cpu_seconds(), time.monotonic()
            time.sleep(3 if bench.quick else 15)
            console.check()
            shares.append((console.cpu_seconds() - begun) / (time.monotonic() - at) * 100)
            memory.append(console.memory_kib()["rss"] / 1024)
        finally:
            console.stop()
    bench.note("idle", {"shares": shares, "memory": memory})
    return [Row("processor time of an idle console", shares, "% of one processor", "at most", 1.0, note="the demo SAN, where something happens now and then"),
            Row("its resident memory", memory, "MiB", "at most", 300.0)]


PARTS = {"console-start": start, "console-load": load, "console-frames": frames, "console-matrix": matrix, "console-search": search,
         "console-impact": impact, "console-events": events, "console-idle": idle}
