"""The parts of the bench for the SAN model: how long its answers take, beside a program that only sets bits."""

import json
import os
import statistics

from harness import host_parts, san_server_parts
from harness.bench import Bench
from harness.parts import alternate
from harness.process import run
from harness.rows import Row, ratios, text
from harness.san_server import BareTls, Managed

SLOWEST = ("applied_finds_ms", "applied_gets_in_ms", "applied_works_ms", "desired_finds_ms", "desired_gets_in_ms",
           "desired_works_ms")
EDITS = ("impact_zone_ms", "impact_map_ms", "impact_set_ms", "impact_chap_ms")


class SanBench(Bench):
    """One run of run.py over the parts of the SAN model and the management server."""

    splits = False  # the name server's loop and the management server share a machine, as they do

    def __init__(self, options):
        super().__init__(options)
        self.agent_program = options.agent or self.program("san-agent")
        self.size = {"hosts": 400, "units": 1_000, "targets": 200} if self.quick else {
            "hosts": 4_000, "units": 10_000, "targets": 2_000}

    def model(self, pairs):
        """One round; what the floor needs goes into the file `pairs`."""
        self.require("san_bench")
        sizes = [word for name, value in self.size.items() for word in (f"--{name}", str(value))]
        return json.loads(run([self.program("san_bench"), "--rounds", "1", "--pairs", pairs, *sizes],
                              self.processors.server))

    def managed(self, like=None):
        return Managed(self.server_program, self.new_folder("managed"), self.processors.server, like)

    def bare_tls(self):
        return BareTls(self.new_folder("bare-tls"), self.processors.server)

    def floor(self, pairs, *options, rounds=5, pick=statistics.median):
        """Milliseconds of the bare program for a question."""
        self.require("san_floor")
        result = json.loads(run([self.program("san_floor"), "--rounds", str(rounds), "--pairs", pairs, *options],
                                self.processors.server))
        self.note(" ".join(["san floor", *options]), result)
        return pick(result["ms"])


# --- the model alone: reach, impact, rules ---


def reach(bench):
    """All cells of hosts x logical units, the index that they need, and a proof."""
    pairs = os.path.join(bench.new_folder("san"), "pairs")
    bench.model(pairs)
    results = alternate(bench.rounds, {"ours": lambda: bench.note("san model", bench.model(pairs)),
                                       "floor": lambda: bench.floor(pairs),
                                       "fresh": lambda: bench.floor(pairs, "--fresh"),
                                       "proof": lambda: bench.floor(pairs, "--proof", rounds=200, pick=max)})
    ours, size = results["ours"], sizes(results["ours"][0])
    bare, fresh = results["floor"], results["fresh"]
    peer = f"bare {text(statistics.median(bare))} ms, in new memory {text(statistics.median(fresh))} ms"
    works = [result["applied_works_ms"][0] for result in ours]
    proofs = [result["proof_ms"][0] for result in ours]
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
        Row(f"one proof, the slowest of 200; {size}", proofs, "ms", "at most", 20.0,
            f"bare, one row, {text(statistics.median(results['proof']))} ms",
            f"{text(statistics.median(ratios(proofs, results['proof'])))} times the bare program")]


def impact(bench):
    """From the edits of a draft to its impact in cells, and all rules on one state."""
    pairs = os.path.join(bench.new_folder("san"), "pairs")
    bench.model(pairs)
    results = alternate(bench.rounds, {"ours": lambda: bench.note("san model", bench.model(pairs)),
                                       "impact": lambda: bench.floor(pairs, "--impact"),
                                       "rules": lambda: bench.floor(pairs, "--rules")})
    ours, size = results["ours"], sizes(results["ours"][0])
    slowest = [max(result[name][0] for name in EDITS) for result in ours]
    rules = [result["rules_ms"][0] for result in ours]
    rows = []
    for figure, values, floor, limit, ratio in (
            ("impact of an edit, the slowest of four", slowest, results["impact"], 50.0, 400.0),
            ("all rules, R01 to R23", rules, results["rules"], 150.0, 400.0)):
        peer = f"bare {text(statistics.median(floor))} ms"
        rows.append(Row(f"{figure}; {size}", values, "ms", "at most", limit, peer))
        rows.append(Row(f"{figure}; {size}", ratios(values, floor), "times the bare program", "at most", ratio, peer))
    return rows


def sizes(result):
    return f"{result['hosts']:,} hosts x {result['units']:,} units, {result['nodes']:,} nodes"


PARTS = {"san-reach": reach, "san-impact": impact, **san_server_parts.PARTS, **host_parts.PARTS}
