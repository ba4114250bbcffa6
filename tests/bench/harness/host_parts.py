"""The part of the bench for hosts: from the commit of a zone to a disk that can be read, and what an idle host costs."""

import statistics
import time

from harness.host_crowd import Crowd, disk_process
from harness.rows import Row, text
from support.fuse_disk import why_not

STEPS = ("commit answered", "target applied", "watch logged in", "process started", "device made", "disk attached",
         "readable")


def host_disks(bench):
    """From the commit of a zone to a usable disk, one host of 200 and all at once; an idle host."""
    count, times = (8, 8) if bench.quick else (200, 200)
    seconds = 3 if bench.quick else 30
    fuse = not why_not()
    bench.require("san-agent", "sanctl")
    with Crowd(bench, count, fuse) as crowd:
        idle = _idle(bench, "without a disk", [host.process for host in crowd.hosts], seconds)
        one = _times(bench, crowd, "one host", [i % count for i in range(times)])
        block = _times(bench, crowd, "one host, a block device", [count] * (times // 4)) if fuse else []
        together = []
        for _ in range(1 if bench.quick else 3):
            took, _, change = crowd.given(range(count))
            together.append(sorted(took))
            if len(together) == 1:
                watching = _idle(bench, "with a disk", [host.process for host in crowd.hosts[:count]], seconds)
                disks = _idle(bench, "a disk", [disk_process(host) for host in crowd.hosts[:count]], seconds)
            crowd.roll_back(change, range(count))
        bench.note("all at once", {"seconds": together})
    what = f"commit of a zone and a map, from the moment it is sent, until the disk has answered a read; {count} hosts run"
    steps = ", ".join(f"{step} {text(1000 * statistics.median(seen[step] for _, seen in one if step in seen))} ms"
                      for step in STEPS)
    return [*_rows(what, "an NBD socket", one, steps),
            *_rows(what, "a block device by FUSE and loop", block, "", why_not()),
            Row(f"the same for all {count} at once: the median host", [statistics.median(one) for one in together], "s",
                "at most", None),
            Row(f"the same for all {count} at once: the last host", [one[-1] for one in together], "s", "at most",
                None),
            *_costs("an idle host's san-agent, no disk", idle, seconds),
            *_costs("an idle host's san-agent, one disk", watching, seconds),
            *_costs("an idle san-agent disk", disks, seconds)]


def _costs(what, results, seconds):
    own = text(statistics.median(one["pss"] for one in results) / 1024)
    return [Row(f"{what}: resident memory", [one["rss"] / 1024 for one in results], "MB", "below", 30,
                note=f"of it {own} MB its own share"),
            Row(f"{what}: share of a processor, mean of {len(results)} over {seconds} s",
                [statistics.mean(one["share"] for one in results)], "%", "below", 0.1)]


def _times(bench, crowd, words, numbers):
    """(seconds, steps) of each."""
    results = []
    for i in numbers:
        took, seen, change = crowd.given([i], steps=True)
        crowd.roll_back(change, [i])
        results.append((took[0], seen))
    bench.note(words, {"seconds": [took for took, _ in results], "steps": [seen for _, seen in results]})
    return results


def _rows(what, means, results, note, skipped=""):
    took = sorted(seconds for seconds, _ in results)
    p99 = [took[min(len(took) - 1, len(took) * 99 // 100)]] if took else []
    return [Row(f"{what}, {means}: p50 of {len(took)}", [statistics.median(took)] if took else [], "s", "below", 1.0,
                note=note, skipped=skipped),
            Row(f"{what}, {means}: p99", p99, "s", "below", 3.0, skipped=skipped)]


def _idle(bench, words, processes, seconds):
    """What each of the processes takes while nobody does anything."""
    time.sleep(2)
    before = [one.cpu_seconds() for one in processes]
    begun = time.perf_counter()
    time.sleep(seconds)
    took = time.perf_counter() - begun
    return [bench.note(f"idle, {words}", {"share": 100 * (one.cpu_seconds() - cpu) / took, **one.memory_kib()})
            for one, cpu in zip(processes, before, strict=True)]


PARTS = {"host-disks": host_disks}
