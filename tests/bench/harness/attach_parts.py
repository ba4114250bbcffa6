"""The part of the bench for disks of a host: what attachment by FUSE and a loop device costs."""

import contextlib
import shutil

from harness.attached import BYTES, BareFuse, NbdFuse, OurFuse, fio, qemu
from harness.iscsi_bench import NO_AGENT, OURS
from harness.iscsi_parts import by_processor_time, column, median, size
from harness.iscsi_targets import Target, iscsi_targets
from harness.parts import alternate
from harness.rows import Row, ratios, text
from support.fuse_disk import why_not

BARE, NBDFUSE, REMOTE, QEMU, PERF = "bare", "nbdfuse", "ours at a target", "qemu at a target", "iscsi-perf at a target"
SIZES = ((65536, 16), (1 << 20, 4))  # block, and how many at once
PATTERNS = {"read": "sequential reads", "randread": "random reads", "write": "sequential writes",
            "randwrite": "random writes"}
WANTED = 0.8


def attach(bench):
    """A null store as a block device by FUSE and loop, to the smallest program that does the same; 64 KiB and 1 MiB."""
    cases = [(pattern, block, depth) for block, depth in SIZES for pattern in PATTERNS]
    why = why_not() or ("" if shutil.which("fio") else "fio is not installed")
    why = why or ("" if bench.has_agent() else NO_AGENT)
    if why:
        return [row_of(pattern, block, depth, {}, why) for pattern, block, depth in cases]
    bench.require("null_fuse")
    with contextlib.ExitStack() as stack:
        target = stack.enter_context(null_target(bench))
        url = target.setup.url()
        attached = {BARE: BareFuse(bench, "bare"), OURS: OurFuse(bench, f"null:{BYTES}"),
                    REMOTE: OurFuse(bench, target.setup.url(anonymous=True))}
        if shutil.which("nbdfuse"):
            attached[NBDFUSE] = NbdFuse(bench, "nbdfuse")
        for each in attached.values():
            stack.enter_context(each)
        rows = []
        for pattern, block, depth in cases:
            rows.append(row_of(pattern, block, depth, measured(bench, attached, url, target, (pattern, block, depth))))
        return rows


def null_target(bench):
    unit = iscsi_targets.Unit(store=f"null:{BYTES}")
    folder = bench.new_folder("null")
    return Target(iscsi_targets.KINDS[OURS], folder, bench.processors.server, unit, bench.agent_program)


def measured(bench, attached, url, target, case):
    pattern, block, depth = case
    what = f"{size(block)} {PATTERNS[pattern]}"

    def by_fio(name):
        return lambda: bench.note(f"{name}: {what}", fio(bench, attached[name], pattern, block, depth))

    measures = {name: by_fio(name) for name in attached}
    if not pattern.startswith("rand") and shutil.which("qemu-img"):
        writes = pattern == "write"
        measures[QEMU] = lambda: bench.note(f"{QEMU}: {what}", qemu(bench, url, writes, block, depth))
    if pattern == "randread" and shutil.which("iscsi-perf"):
        def perf():
            rate = bench.perf(target, depth, block)["per_second"]
            return bench.note(f"{PERF}: {what}", {"mb_per_second": rate * block / 1e6})
        measures[PERF] = perf
    return alternate(bench.rounds, measures)


def row_of(pattern, block, depth, results, skipped=""):
    figure = f"null store as a block device by FUSE and loop: {size(block)} {PATTERNS[pattern]}, {depth} at once"
    unit = "of the bare FUSE program"
    if skipped:
        return Row(figure, [], unit, "at least", WANTED, skipped=skipped)
    peers = ", ".join(f"{name} {text(median(rounds, 'mb_per_second'))} MB/s"
                      for name, rounds in results.items() if name != OURS)
    return Row(figure, ratios(column(results[OURS], "mb_per_second"), column(results[BARE], "mb_per_second")), unit,
               "at least", WANTED, peers, note=by_processor_time(results[OURS], results[BARE]))


PARTS = {"disk-attach": attach}
