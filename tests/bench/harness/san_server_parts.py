"""The parts of the bench for the management server: what its clients wait for, over HTTPS, beside a bare TLS server or
fan-out in the same rounds; and what its work does to the name server's answers.

Times are of a client in Python that reads all of the answer on a connection that is there; the floor is asked by the
same client.
"""

import concurrent.futures
import contextlib
import json
import os
import random
import statistics
import subprocess
import threading

from harness.parts import alternate
from harness.pauses import longer, own, pauses_of
from harness.process import Failed, wait_until
from harness.rows import Row, ratios, text
from harness.san_clients import ScnListeners, committed, confirmed, shared_disks
from harness.servers import BareEcho


def _beside(bench, what, server, ours, tls, limit, ratio, asks=1):
    """Rows of `ours()`, which gives (milliseconds, body) after so many asks, beside the same bytes by a bare TLS server."""
    bodies = []

    def mine():
        begun = server.daemon.cpu_seconds()
        took, body = ours()
        bodies[:] = [body]
        cpu = (server.daemon.cpu_seconds() - begun) * 1000 / asks
        return bench.note(what, {"ms": took, "bytes": len(body), "server_cpu_ms": cpu})

    ours()  # what is made once for a revision
    mine()
    results = alternate(bench.rounds, {"ours": mine, "floor": lambda: bench.note(
        f"{what}, bare TLS server", {"ms": tls.timed(bodies[0])})})
    times, floor = ([result["ms"] for result in results[name]] for name in ("ours", "floor"))
    peer = f"bare {text(statistics.median(floor))} ms for the same {len(bodies[0]):,} bytes"
    cpu = text(statistics.median(result["server_cpu_ms"] for result in results["ours"]))
    return [Row(what, times, "ms", "at most", limit, peer, f"{cpu} ms of the server's processor time each"),
            Row(what, ratios(times, floor), "times the bare TLS server", "at most", ratio, peer)]


# --- reads ---


def snapshot(bench):
    """All objects as one answer."""
    entities = 1_250 if bench.quick else 12_500
    with bench.managed(bench.zoned(entities)) as server, bench.bare_tls() as tls:
        body = json.loads(server.timed("/snapshot")[1])
        objects = sum(len(kind) for kind in body["objects"].values())
        connection = server.connection()
        return _beside(bench, f"GET /snapshot of {objects:,} objects", server,
                       lambda: server.timed("/snapshot", connection=connection), tls, 300.0, 30.0)


def time_travel(bench):
    """Any of the last revisions, at a running server and at one that has just started."""
    revisions = 1_000 if bench.quick else 10_000
    entities = 500 if bench.quick else 2_500
    rows = []
    server = bench.managed(bench.zoned(entities))
    with server:
        # One connection with one request open: a commit each.
        bench.load(server, "register", base=bench.fresh_hosts(revisions), entities=revisions, connections=1)
        rows += _travels(bench, server, revisions, f"any of {revisions:,} revisions: a page of 100 nodes")
    server.start()
    try:
        rows += _travels(bench, server, revisions, f"the same after a restart, from the stored history")
    finally:
        server.stop()
    return rows


def _travels(bench, server, revisions, words):
    newest = server.get("/status")["revision"]
    random_ = random.Random(1)

    def slowest():
        connection = server.connection()
        asked = [newest - random_.randrange(revisions) for _ in range(20)]
        asked[0], asked[1] = newest - revisions + 1, newest
        return max((server.timed(f"/nodes?limit=100&revision={revision}", connection=connection) for revision in asked),
                   key=lambda one: one[0])

    with bench.bare_tls() as tls:
        return _beside(bench, f"{words}, the slowest of 20", server, slowest, tls, 500.0,
                       1000.0, 20)


# --- events ---


def events(bench):
    """2,000 changes a second, each to 50 listeners."""
    bench.require("event_listeners")
    listeners, rate, seconds = 50, 2_000, (2 if bench.quick else 5)
    options = ["--listeners", str(listeners), "--rate", str(rate), "--seconds", str(seconds)]

    def ours():
        with bench.managed() as server:
            begun = server.daemon.cpu_seconds()
            result = _listen(bench, ["--api", f"127.0.0.1:{server.api_port}", "--server", server.address, *options],
                             server.token)
            result["server_cpu_seconds"] = server.daemon.cpu_seconds() - begun
        return bench.note("events", result)

    def floor():
        return bench.note("events, bare fan-out", _listen(bench, ["--bare", "400", *options], ""))

    results = alternate(bench.rounds, {"ours": ours, "floor": floor})
    mine, bare = results["ours"], results["floor"]
    what = f"{rate:,} changes a second to {listeners} listeners"
    late = text(statistics.median(result["took_seconds"] for result in mine))
    peer = f"bare fan-out {text(statistics.median(result['worst_ms'] for result in bare))} ms"
    return [
        Row(f"{what}: what arrives", [result["arrived"] for result in mine], "of all", "at least", 1.0,
            note=f"{seconds} s of changes were answered within {late} s"),
        Row(f"{what}: the worst lag from the request on", [result["worst_ms"] for result in mine], "ms", "at most",
            1000.0, peer),
        Row(f"{what}: the worst lag", ratios([result["worst_ms"] for result in mine],
                                             [result["worst_ms"] for result in bare]),
            "times the bare fan-out", "at most", 100.0, peer,
            f"p99 {text(statistics.median(result['p99_ms'] for result in mine))} ms")]


def _listen(bench, options, token):
    done = subprocess.run([bench.program("event_listeners"), *options], input=token + "\n", capture_output=True, text=True,
                          timeout=120, check=False)
    if done.returncode != 0:
        raise Failed(f"event_listeners: {done.stderr}")
    return json.loads(done.stdout)


# --- change sets ---


def commit(bench):
    """A change set of many domain edits, up to the last state change notification that it causes."""
    zones = 100 if bench.quick else 1_000
    listeners = 20
    with bench.managed(bench.zoned(zones * 10)) as server, ScnListeners(server, listeners) as nodes:
        names = [domain["name"] for domain in _all(server, "/domains") if domain["name"].startswith("zone-")][:zones]

        def ours(op):
            nodes.forget()
            edits = [{"op": op, "object": f"domain:{name}", "field": "nodes",
                      "value": f"node:{nodes.names[i % listeners]}"} for i, name in enumerate(names)]
            change, begun = committed(server, edits, "many zones")
            wait_until(nodes.all_heard, "every listener hears of it")
            seconds = nodes.last() - begun
            messages = nodes.heard()
            confirmed(server, change)
            return bench.note("commit", {"seconds": seconds, "messages": messages, "edits": len(edits)})

        def both():
            added, removed = ours("add"), ours("remove")
            return max(added, removed, key=lambda one: one["seconds"])

        results = alternate(bench.rounds, {"ours": both, "floor": lambda: bench.note(
            "bare writer", bench.write_rows(zones, zones))})
    seconds = [result["seconds"] for result in results["ours"]]
    floor = [result["entities"] / result["per_second"] for result in results["floor"]]
    what = f"a commit of {zones:,} domain edits, until the last notification is with its listener"
    messages = text(statistics.median(result["messages"] for result in results["ours"]))
    peer = f"bare writer {text(statistics.median(floor))} s for as many registrations in one commit"
    return [Row(what, seconds, "s", "at most", 2.0, peer, f"{messages} notifications to {listeners} listeners"),
            Row(what, ratios(seconds, floor), "times the bare writer", "at most", 200.0, peer)]


def _all(server, path):
    """All pages of a list."""
    cursor, items = "", []
    while cursor is not None:
        page = server.get(f"{path}?limit=1000" + (f"&cursor={cursor}" if cursor else ""))
        items += page["items"]
        cursor = page["next_cursor"]
    return items


# --- evidence ---


def evidence(bench):
    """A pack of who reaches what, with a row for each host and logical unit."""
    hosts, units = (100, 10) if bench.quick else (1_000, 100)
    with bench.managed() as server, bench.bare_tls() as tls:
        shared_disks(server, bench.new_folder("agent"), hosts, units)
        connection = server.connection()
        body = {"title": "measured", "reason": "measured", "ticket": "T-1"}
        return _beside(bench, f"POST /evidence, {hosts * units:,} rows", server,
                       lambda: server.timed("/evidence", "POST", body, connection), tls, 5_000.0, 500.0)


# --- the name server beside reads ---


PAUSE = 5.0  # ms that no read may hold up the loop
SHORT = 1.5  # ms; of the echo also what is shorter is noted: both do not begin to pause in the same moment


def stall(bench):
    """Keyed queries on a schedule while others read the whole SAN, the bare echo asked at the same time."""
    with bench.managed(bench.zoned(bench.large)) as server, \
            bench.echo(bench.load(server, "sizes", entities=bench.large)["query_answer"], ["--threads", "1"]) as echo:
        server.timed("/snapshot")
        alone = [_beside_the_echo(bench, server, echo, "queries alone", reads=False) for _ in range(bench.rounds)]
        beside = [_beside_the_echo(bench, server, echo, "queries beside reads") for _ in range(bench.rounds)]
        # With both loops first in line for a processor what is left is the machine's, which both feel, or the server's own.
        why = ""
        try:
            for first in (server, echo):
                os.sched_setscheduler(first.daemon.pid, os.SCHED_FIFO, os.sched_param(2))
        except PermissionError:
            why = "needs the right to set SCHED_FIFO"
        first = [] if why else [_beside_the_echo(bench, server, echo, "queries beside reads, the loop first in line")
                                for _ in range(bench.rounds)]
    what = f"keyed queries at {bench.large:,} nodes while /snapshot, /reaches and /findings are read"
    in_line = f"{what}, the loop first in line for a processor"
    same = "times the bare echo's at the same time"
    return [Row(f"{what}: p99", ratios(_of(beside, "ours", "p99_us"), _of(beside, "echo", "p99_us")), same, "at most", 3.0,
                f"{_median(beside, 'ours', 'p99_us')} and {_median(beside, 'echo', 'p99_us')} ms, without reads "
                f"{_median(alone, 'ours', 'p99_us')} and {_median(alone, 'echo', 'p99_us')}"),
            Row(f"{in_line}: p99.9", ratios(_of(first, "ours", "p999_us"), _of(first, "echo", "p999_us")), same,
                "at most", 1.5,
                f"{_median(first, 'ours', 'p999_us')} and {_median(first, 'echo', 'p999_us')} ms", skipped=why),
            Row(f"{in_line}: pauses above {PAUSE:.0f} ms that the bare echo has not at the same time",
                [one["own"] for one in first], "a minute", "at most", 1.0,
                f"with the shared ones {_per_minute(first, 'pauses')}, bare echo {_per_minute(first, 'echo_pauses')}, "
                f"its own {_per_minute(first, 'echo_own')}", skipped=why)]


def _beside_the_echo(bench, server, echo, words, reads=True):
    """One measurement of both at once; the pauses are of a minute."""
    with _readers(server) if reads else contextlib.nullcontext({}) as count, \
            concurrent.futures.ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(_queries, bench, server, PAUSE), pool.submit(_queries, bench, echo, SHORT)]
        ours, bare = (one.result() for one in asked)
    pauses, others = pauses_of(ours), pauses_of(bare)
    minutes = ours["seconds"] / 60
    counts = {"pauses": len(pauses), "own": own(pauses, others, PAUSE), "echo_pauses": longer(others, PAUSE),
              "echo_own": own(others, pauses, PAUSE)}
    return bench.note(words, {"ours": ours, "echo": bare, "reads": dict(count)} |
                      {name: number / minutes for name, number in counts.items()})


def _of(rounds, whom, key):
    return [one[whom][key] / 1000 for one in rounds]


def _median(rounds, whom, key):
    return text(statistics.median(_of(rounds, whom, key))) if rounds else "-"


def _per_minute(rounds, key):
    return text(statistics.median(one[key] for one in rounds)) if rounds else "-"


def _queries(bench, server, pause):
    options = {"frames_only": True} if server.name == BareEcho.name else {}
    return bench.load(server, "query", entities=bench.large, connections=16, rate=1000, seconds=3 if bench.quick else 8,
                      warm=0.3, before=True, pause_ms=pause, **options)


@contextlib.contextmanager
def _readers(server):
    """Asks for everything that takes long, over and over, a connection each."""
    host = next(node for node in server.get("/nodes?limit=100")["items"] if node.get("initiator"))
    over = threading.Event()
    count, wrong = {}, []

    def read(path):
        connection = server.connection()
        try:
            while not over.is_set():
                server.timed(path, connection=connection)
                count[path] = count.get(path, 0) + 1
        except Exception as why:  # a thread's own end is not seen
            wrong.append(f"{path}: {why}")

    paths = ["/snapshot", "/findings", f"/reaches?host={host['name']}"]
    threads = [threading.Thread(target=read, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    try:
        yield count
    finally:
        over.set()
        for thread in threads:
            thread.join()
    if wrong:
        raise Failed(wrong[0])


PARTS = {"san-snapshot": snapshot, "san-time": time_travel, "san-events": events, "san-commit": commit,
         "san-evidence": evidence, "san-stall": stall}
