"""The parts of the bench for the SAN model: how long its answers take, beside a program that only sets bits."""

import json
import os
import statistics

from harness.common import Common
from harness.parts import alternate
from harness.process import run
from harness.rows import Row, ratios, text

SLOWEST = ("applied_finds_ms", "applied_gets_in_ms", "applied_works_ms", "desired_finds_ms", "desired_gets_in_ms",
           "desired_works_ms")


class SanBench(Common):
    """One run of run.py over the parts of the SAN model."""

    def __init__(self, options):
        super().__init__(options)
        self.size = {"hosts": 400, "units": 1_000, "targets": 200} if self.quick else {
            "hosts": 4_000, "units": 10_000, "targets": 2_000}

    def model(self, pairs):
        """One round; what the floor needs goes into the file `pairs`."""
        self.require("san_bench")
        sizes = [word for name, value in self.size.items() for word in (f"--{name}", str(value))]
        return json.loads(run([self.program("san_bench"), "--rounds", "1", "--pairs", pairs, *sizes],
                              self.processors.server))

    def floor(self, pairs, *options):
        self.require("san_floor")
        result = json.loads(run([self.program("san_floor"), "--rounds", "5", "--pairs", pairs, *options],
                                self.processors.server))
        return {**result, "matrix_ms": statistics.median(result["matrix_ms"])}


# --- reach ---


def reach(bench):
    """All cells of hosts x logical units, the index that they need, and a proof."""
    pairs = os.path.join(bench.new_folder("san"), "pairs")
    bench.model(pairs)
    results = alternate(bench.rounds, {"ours": lambda: bench.note("san model", bench.model(pairs)),
                                       "floor": lambda: bench.note("san floor", bench.floor(pairs)),
                                       "fresh": lambda: bench.note("san floor, fresh", bench.floor(pairs, "--fresh"))})
    ours, size = results["ours"], sizes(results["ours"][0])
    bare, fresh = ([result["matrix_ms"] for result in results[name]] for name in ("floor", "fresh"))
    peer = f"bare {text(statistics.median(bare))} ms, in new memory {text(statistics.median(fresh))} ms"
    works = [result["applied_works_ms"][0] for result in ours]
    return [
        Row(f"reach of all cells, the slowest of three questions on two bases; {size}",
            [max(result[name][0] for name in SLOWEST) for result in ours], "ms", "at most", 20.0, peer),
        Row(f"the same again in the memory of the answer before; {size}",
            [result["again_ms"][0] for result in ours], "ms", "at most", 15.0, peer),
        Row(f"reach of all cells, what works as applied; {size}", ratios(works, bare), "times the bare program",
            "at most", 250.0, peer),
        Row(f"reach of all cells, what works as applied; {size}", ratios(works, fresh),
            "times the bare program with three rows a host in new memory", "at most", 6.0, peer),
        Row(f"the index of a snapshot; {size}", [result["index_ms"][0] for result in ours], "ms", "at most", 15.0),
        Row(f"one proof, the slowest of 200; {size}",
            [result["proof_ms"][0] for result in ours], "ms", "at most", 20.0)]


def sizes(result):
    return f"{result['hosts']:,} hosts x {result['units']:,} units, {result['nodes']:,} nodes"


PARTS = {"san-reach": reach}
