"""The parts of the bench for iSCSI: each measures promises beside floor and peers and gives lines for the table.

A round measures everybody once, one after the other, and rounds alternate who is first; a ratio is taken inside a
round. Without a san-agent in the build the lines of ours say so, and still show floor and peers.
"""

import statistics

from harness.iscsi_bench import BARE, BARE_FILE, ISTGT, NO_AGENT, OURS, STORES, TGTD
from harness.parts import alternate
from harness.rows import Row, ratios, text

NO_INITIATOR = "no sanctl iscsi bench in this build"
DEPTH = 32
SMALL = 4096
# Block and depth: about as many bytes on their way.
LARGE = ((65536, 32), (262144, 8), (1048576, 4))
KINDS = (("reads", 100), ("writes", 0))
DIGESTS = {"header_digest": True, "data_digest": True}
BARE_DIGESTS = "bare with digests"
ONE_SESSION = "one session"


def size(block):
    return f"{block // 1024} KiB" if block < 1 << 20 else f"{block >> 20} MiB"


def column(results, key):
    return [result[key] for result in results]


def median(results, key):
    return statistics.median(column(results, key))


def by_processor_time(above, below):
    """The ratio of rates in the targets' processor time a command: other work on the machine hardly moves it."""
    shares = ratios(column(below, "target_cpu_us"), column(above, "target_cpu_us"))
    return f"by processor time {text(statistics.median(shares))}"


def measure(bench, running, what, **options):
    """Everybody in alternating rounds: name -> one result a round."""
    def asked(name):
        return lambda: bench.note(f"{name}: {what}", bench.io_of(name, running[name], **options))
    return alternate(bench.rounds, {name: asked(name) for name in running})


def others(results, key, unit, but=(OURS,)):
    """The figures themselves of everybody else."""
    return ", ".join(f"{name} {text(median(rounds, key))} {unit}"
                     for name, rounds in results.items() if name not in but)


def compared(figure, results, base, key, compare, target, peer):
    """Ours to `base`, or a line that says why there is none."""
    unit = "of the bare program" if base == BARE else f"times {base}"
    if base not in results or OURS not in results:
        absent = NO_AGENT if OURS not in results else f"{base} is not installed"
        return Row(figure, [], unit, compare, target, peer, skipped=absent)
    values = ratios(column(results[OURS], key), column(results[base], key))
    return Row(figure, values, unit, compare, target, peer, note=by_processor_time(results[OURS], results[base]),
               floor=_of_floor(results, base, key))


def _of_floor(results, base, key):
    """The same ratio of the barest program that uses the same store; None where that is the base itself."""
    floor = BARE_FILE if BARE_FILE in results else BARE
    if floor not in results or floor == base:
        return None
    return statistics.median(ratios(column(results[floor], key), column(results[base], key)))


def same_of_ours(figure, now, before, unit, target, peer):
    """Ours under one condition to ours under another; None where there is no san-agent."""
    if not now:
        return Row(figure, [], unit, "at least", target, peer, skipped=NO_AGENT)
    values = ratios(column(now, "per_second"), column(before, "per_second"))
    return Row(figure, values, unit, "at least", target, peer, note=by_processor_time(now, before))


def single(figure, results, key, unit, compare, target, peer, scale=1.0):
    """A figure of ours alone; what the barest program makes of it is the floor."""
    values = [value * scale for value in column(results.get(OURS, []), key)]
    bare = results.get(BARE_FILE) or results.get(BARE)
    floor = median(bare, key) * scale if bare else None
    return Row(figure, values, unit, compare, target, peer, skipped="" if values else NO_AGENT, floor=floor)


# --- the floor and the load ---


def floor(bench):
    """Is the bare program the cheapest way? All answers of a read in one call against one call an answer."""
    with bench.bare() as one_call, bench.bare(["--per-write"]) as per_write:
        running = {"one": one_call, "each": per_write}
        for target in running.values():
            bench.fill(target)
        results = measure(bench, running, "floor", depth=DEPTH, block=SMALL)
    return [Row("bare program: answers of a read in one call, to one call an answer; 4 KiB reads, depth 32",
                ratios(column(results["one"], "per_second"), column(results["each"], "per_second")), "times",
                "at least", 3.0, note=by_processor_time(results["one"], results["each"]))]


def loads(bench):
    """Is the load generator no slower than libiscsi's iscsi-perf, where the target decides? 4 KiB reads at tgtd."""
    with bench.target(TGTD, "tmpfs") as target:
        bench.fill(target)
        results = alternate(bench.rounds, {
            "load": lambda: bench.note("load", bench.io(target, depth=DEPTH, block=SMALL)),
            "perf": lambda: bench.note("iscsi-perf", bench.perf(target, DEPTH, SMALL))})
    return [Row("our load generator, to iscsi-perf at tgtd; 4 KiB reads, depth 32",
                ratios(column(results["load"], "per_second"), column(results["perf"], "per_second")), "times",
                "at least", 0.9, note=f"{text(median(results['load'], 'load_cpu_us'))} us of the load's own a command")]


# --- speed on a store ---


def small(bench, store="memory"):
    """4 KiB random reads and writes, depth 32, over 1, 16 and 64 sessions, and what a command costs the target."""
    with bench.everybody(store) as running:
        return small_rows(bench, running, STORES[store])


def small_rows(bench, running, place):
    rows = []
    for kind, reads in KINDS:
        for sessions in bench.sessions:
            what = f"4 KiB random {kind}, depth {DEPTH}, {sessions} session{'s' if sessions > 1 else ''}, {place}"
            # Ours with one session takes part in each round of many; istgt does not, it takes seconds for each login.
            asked = {name: (name, sessions) for name in running if sessions == 1 or name != ISTGT}
            if sessions > 1 and OURS in running:
                asked[ONE_SESSION] = (OURS, 1)
            results = _small_results(bench, running, what, asked, reads)
            one = results.pop(ONE_SESSION, None)
            rows += _small_rows(what, results, one, sessions)
    return rows


def _small_results(bench, running, what, asked, reads):
    def once(name, sessions):
        return lambda: bench.note(f"{name}: {what}, {sessions}", bench.io_of(
            name, running[name], depth=DEPTH, block=SMALL, reads=reads, sessions=sessions))
    return alternate(bench.rounds, {key: once(*value) for key, value in asked.items()})


def _small_rows(what, results, one, sessions):
    peer = others(results, "per_second", "a second")
    if sessions > 1:
        return [same_of_ours(what, results.get(OURS), one, "times one session", 1.0, peer),
                compared(what, results, TGTD, "per_second", "at least", 12, peer)]
    return [compared(what, results, TGTD, "per_second", "at least", 12, peer),
            compared(what, results, BARE, "per_second", "at least", 0.55, peer),
            single(f"processor time of the target a command; {what}", results, "target_cpu_us", "us", "at most", 2.4,
                   others(results, "target_cpu_us", "us"))]


def latency(bench, store="memory"):
    """4 KiB random reads and writes, one at a time: the median of how long each takes."""
    with bench.everybody(store) as running:
        return latency_rows(bench, running, STORES[store])


def latency_rows(bench, running, place):
    rows = []
    for kind, reads in KINDS:
        what = f"median latency of 4 KiB random {kind}, depth 1, {place}"
        results = measure(bench, running, what, depth=1, block=SMALL, reads=reads)
        rows.append(compared(what, results, BARE, "p50_us", "at most", 1.25, others(results, "p50_us", "us")))
    return rows


def blocks(bench, store="memory"):
    """64 KiB, 256 KiB and 1 MiB, random reads and writes."""
    with bench.everybody(store) as running:
        return blocks_rows(bench, running, STORES[store])


def blocks_rows(bench, running, place):
    rows = []
    for block, depth in LARGE:
        for (kind, reads), times in zip(KINDS, (4, 2), strict=True):
            what = f"{size(block)} random {kind}, depth {depth}, {place}"
            results = measure(bench, running, what, depth=depth, block=block, reads=reads)
            peer = others(results, "mb_per_second", "MB/s")
            rows.append(compared(what, results, BARE, "mb_per_second", "at least", 0.7, peer))
            rows.append(compared(what, results, TGTD, "mb_per_second", "at least", times, peer))
    return rows


def tmpfs(bench):
    """The same three on a file in tmpfs."""
    return _all_on(bench, "tmpfs")


def disk(bench):
    """The same three on a file on disk, through the page cache."""
    return _all_on(bench, "disk")


def _all_on(bench, store):
    with bench.everybody(store) as running:
        return [row for rows in (small_rows, latency_rows, blocks_rows) for row in rows(bench, running, STORES[store])]


def digests(bench):
    """Header and data digests on, beside the same without: what they cost each target, and the bare program."""
    with bench.everybody("memory") as running, bench.bare(["--digests"]) as bare:
        bench.fill(bare, **DIGESTS)
        running[BARE_DIGESTS] = bare
        return [row for block, depth in ((SMALL, DEPTH), (65536, DEPTH)) for kind, reads in KINDS
                for row in _digest_rows(bench, running, block, depth, kind, reads)]


def _digest_rows(bench, running, block, depth, kind, reads):
    what = f"both digests on, to none: {size(block)} random {kind}, depth {depth}, memory"

    def asked(name, on):
        # The bare program negotiates nothing: with digests it is another process.
        target = running[BARE_DIGESTS if name == BARE and on else name]

        def once():
            if name != BARE:
                target.use_digests(on)
            return bench.note(f"{name}: {what}, {'on' if on else 'off'}", bench.io_of(
                name, target, block=block, depth=depth, reads=reads, **(DIGESTS if on else {})))
        return once

    names = [name for name in running if name != BARE_DIGESTS]
    results = alternate(bench.rounds, {(name, on): asked(name, on) for name in names for on in (False, True)})
    share = {name: ratios(column(results[name, True], "per_second"), column(results[name, False], "per_second"))
             for name in names}
    peer = ", ".join(f"{name} {text(statistics.median(values))}" for name, values in share.items() if name != OURS)
    row = same_of_ours(what, *(results.get((OURS, on)) for on in (True, False)), "of that without", 0.85, peer)
    row.floor = statistics.median(share[BARE])
    return [row]


# --- sessions ---


def idle(bench):
    """Sessions logged in that do nothing: processor time and resident memory of the target."""
    def once(name):
        def measured():
            # A fresh process: memory that it has had for others is not seen again.
            with bench.target(name, "memory") as target:
                return bench.note(f"{name}: idle", bench.load(
                    target, "idle", sessions=bench.idle_sessions, warm=1, seconds=2 if bench.quick else 10))
        return measured
    results = alternate(min(bench.rounds, 3), {name: once(name) for name in bench.names(TGTD)})
    what = f"{bench.idle_sessions} idle sessions"
    return [single(f"{what}: share of a processor that the target takes", results, "target_cpu_share", "%", "at most",
                   0.1, _percent(results), scale=100),
            single(f"{what}: resident memory of the target, each", results, "resident_kib_each", "KiB", "at most", 16,
                   others(results, "resident_kib_each", "KiB"))]


def _percent(results):
    return ", ".join(f"{name} {text(100 * median(rounds, 'target_cpu_share'))} %"
                     for name, rounds in results.items() if name != OURS)


def logins(bench):
    """Many sessions at once, and one after the other: how long until all are logged in, and one's way in and out."""
    def once(name, **options):
        def measured():
            with bench.target(name, "memory") as target:
                return bench.note(f"{name}: logins", bench.load(target, "connect", **options))
        return measured
    names = bench.names(TGTD)
    together = alternate(bench.rounds, {name: once(name, sessions=bench.logins) for name in names})
    in_turn = alternate(bench.rounds, {name: once(name, sessions=100, parallel=1) for name in names})
    return [single(f"{bench.logins:,} connections at once until all are logged in", together, "login_seconds", "s",
                   "at most", 3.0, others(together, "login_seconds", "s")),
            single("the same until all are logged out again", together, "logout_seconds", "s", "at most", 3.0,
                   others(together, "logout_seconds", "s")),
            # A fixed wait would be 10 ms or more.
            single("connections one after the other: the median of a login", in_turn, "p50_us", "ms", "at most", 5.0,
                   others(in_turn, "p50_us", "us"), scale=0.001)]


# --- the initiator ---


def initiator(bench):
    """`sanctl iscsi bench` beside libiscsi's iscsi-perf and our own load generator: 4 KiB random reads, depth 32."""
    name = OURS if bench.has_agent() else TGTD
    with bench.target(name, "memory") as target:
        bench.fill(target)
        measures = {"load": lambda: bench.note("load", bench.io(target, depth=DEPTH, block=SMALL)),
                    "perf": lambda: bench.note("iscsi-perf", bench.perf(target, DEPTH, SMALL))}
        if bench.has_initiator():
            measures["ours"] = lambda: bench.note("sanctl iscsi bench", bench.our_initiator(target, DEPTH, SMALL))
        results = alternate(bench.rounds, measures)
    what = f"sanctl iscsi bench, 4 KiB random reads, depth 32, at {name}"
    peer = others(results, "per_second", "a second", but=("ours",))
    rows = []
    for base, unit, wanted in (("perf", "times iscsi-perf", 2.0), ("load", "of our load generator", 0.9)):
        values = []
        if "ours" in results:
            values = ratios(column(results["ours"], "per_second"), column(results[base], "per_second"))
        rows.append(Row(what, values, unit, "at least", wanted, peer, skipped="" if values else NO_INITIATOR))
    return rows


PARTS = {"iscsi-" + part.__name__: part for part in (
    floor, loads, small, latency, blocks, tmpfs, disk, digests, idle, logins, initiator)}
