"""The parts of the bench: each measures one promise beside its floor and gives lines for the table.

A round measures everybody once, one after the other, and rounds alternate who is first; a ratio is taken inside a round,
because the machine's speed changes between rounds. RFC 4171 sizes are those of isns_load's fleet.
"""

import json
import statistics
import time

from harness.process import run
from harness.rows import Row, ratios, text
from harness.servers import OpenIsns


def alternate(rounds, measures):
    """Runs every measure once a round; odd rounds the other way round. Gives name -> one result a round."""
    results = {name: [] for name in measures}
    for number in range(rounds):
        order = list(measures) if number % 2 == 0 else list(reversed(measures))
        for name in order:
            results[name].append(measures[name]())
    return results


def rates(results):
    return [result["per_second"] for result in results]


def by_processor_time(above, below):
    """The same ratio in the servers' processor time an answer: other work on the machine hardly moves it."""
    costs = [[r["server_cpu_seconds"] / r["answers"] for r in results] for results in (above, below)]
    return f"by processor time {text(statistics.median(ratios(*costs)))}"


# --- floors: is the bare echo the cheapest way? ---


def floors(bench):
    """All answers of a read in one call against one call an answer, pipelined."""
    with bench.echo(312) as one_call, bench.echo(312, ["--per-write"]) as per_write:
        def asked(server):
            return lambda: bench.note("floors", bench.load(
                server, "query", frames_only=True, connections=bench.connections, depth=32, seconds=bench.seconds,
                warm=0.2))
        results = alternate(bench.rounds, {"one": asked(one_call), "each": asked(per_write)})
    return [Row("bare echo: answers of a read in one call, to one call an answer, pipelined",
                ratios(rates(results["one"]), rates(results["each"])), "times", "at least", 3.0)]


# --- registrations ---


def registrations(bench):
    """New entities, each with portal, node and portal group, durable before the answer; a fresh store each time.

    The server's loop and its store are two threads that work side by side, so nobody is held to a part of the
    processors here; the load takes its share of them. The bare writer has no network. What it and the bare echo need
    together is noted too: nobody who writes and answers by turns can be faster than that.
    """
    with bench.sharing_processors():
        return _registrations(bench, 3_000 if bench.quick else 20_000)


def _registrations(bench, count):
    peer = _peer_registrations(bench) if OpenIsns.available() else ""
    with bench.sanctum() as server:
        sample = bench.load(server, "register", entities=bench.connections, connections=bench.connections)
    with bench.echo(sample["answer_bytes"]) as echo:
        return _registration_rows(bench, count, peer, echo)


def _registration_rows(bench, count, peer, echo):
    rows = []
    for depth, words in ((1, "one open on each of 64 connections"), (bench.depth, f"{bench.depth} open on each")):
        entities = count if depth == 1 else count * 2
        batch = Batch(bench.connections * depth)
        def ours(entities=entities, depth=depth, batch=batch):
            with bench.sanctum() as server:
                result = bench.load(server, "register", entities=entities, connections=bench.connections, depth=depth)
                return bench.note("register", {**result, "batch": batch.seen(server.mean_batch())})
        def floor(entities=entities, batch=batch):
            return bench.note("bare writer", bench.write_rows(entities, batch.size))
        def answers(entities=entities, depth=depth):
            return bench.note("register echo", bench.load(
                echo, "register", entities=entities, connections=bench.connections, depth=depth, frames_only=True))
        results = alternate(bench.rounds, {"ours": ours, "floor": floor, "echo": answers})
        rate = {name: rates(rs) for name, rs in results.items()}
        both = [1 / (1 / writer + 1 / echo) for writer, echo in zip(rate["floor"], rate["echo"], strict=True)]
        share = text(statistics.median(ratios(rate["ours"], both)))
        rows.append(Row(f"durable registrations, {words}", ratios(rate["ours"], rate["floor"]), "of the bare writer",
                        "at least", 0.6, peer if depth == 1 else "",
                        f"batches of {batch.size}; {share} of bare writer and bare echo together"))
    return rows


class Batch:
    """The bare writer commits batches of the size that the server had in the round before."""

    def __init__(self, size):
        self.size = size

    def seen(self, mean):
        self.size = max(1, round(mean))
        return mean


def _peer_registrations(bench):
    """Both at 1,000 entities; isnsd does not wait for the disk."""
    with bench.sanctum() as server:
        ours = bench.load(server, "register", entities=bench.small, connections=bench.connections)
    with bench.open_isns() as server:
        theirs = bench.load(server, "register", entities=bench.small, connections=bench.connections)
    bench.note("isnsd register", theirs)
    return f"1 to {text(ours['per_second'] / theirs['per_second'])} at {bench.small:,} (without fsync)"


def curve(bench):
    """Time of a registration near the end of the run to near its begin, for the server and for the bare writer.

    Everybody has all processors, as for registrations. A checkpoint of the store falls into one tenth or the other, so
    there are more rounds than elsewhere.
    """
    with bench.sharing_processors():
        return _curve(bench, bench.large // 100, 1 if bench.quick else max(bench.rounds, 9))


def _curve(bench, step, rounds):

    def slope(result):
        seconds = result["curve_seconds"]
        early = seconds[9] - seconds[0]  # from 1 % to 10 %
        late = seconds[-1] - seconds[-10]
        result["slope"] = late / early
        return result

    batch = Batch(bench.connections)

    def ours():
        with bench.sanctum() as server:
            result = bench.load(server, "register", entities=bench.large, connections=bench.connections, curve_step=step)
            return slope(bench.note("curve", {**result, "batch": batch.seen(server.mean_batch())}))

    def floor():
        return slope(bench.note("bare writer curve", bench.write_rows(bench.large, batch.size, step)))

    results = alternate(rounds, {"ours": ours, "floor": floor})
    slopes = {name: [r["slope"] for r in rows] for name, rows in results.items()}
    return [Row(f"cost of a registration at {bench.large:,} entities to that at {bench.large // 100:,}, one open on each "
                "of 64 connections", ratios(slopes["ours"], slopes["floor"]), "of the bare writer's slope", "at most", 1.2,
                note=f"server {text(statistics.median(slopes['ours']))}, "
                     f"bare writer {text(statistics.median(slopes['floor']))}")]


# --- queries ---


def queries(bench):
    """Keyed and zone queries over 64 connections, few and many nodes registered, the bare echo at equal sizes."""
    with bench.sanctum(bench.zoned(bench.small)) as few, bench.sanctum(bench.zoned(bench.large)) as many:
        sizes = bench.load(few, "sizes", entities=bench.small)
        rows = []
        for verb, words, answer in (("query", "keyed query", sizes["query_answer"]),
                                    ("zone", "zone query, 10 members", sizes["zone_answer"])):
            with bench.echo(answer) as echo:
                rows += _query_rows(bench, verb, words, {"few": few, "many": many, "floor": echo})
    return rows


def _query_rows(bench, verb, words, servers):
    rows = []
    peer = _peer_queries(bench, verb, servers["few"]) if OpenIsns.available() else ""
    for depth, floor_share, open_words in ((1, 0.5, "one open on each of 64 connections"),
                                           (bench.depth, 0.3, f"{bench.depth} open on each")):
        def asked(name, depth=depth):
            entities = bench.small if name == "few" else bench.large
            options = {"frames_only": True} if name == "floor" else {}
            return lambda: bench.note(f"{verb} {name}", bench.load(
                servers[name], verb, entities=entities, connections=bench.connections, depth=depth,
                seconds=bench.seconds, warm=0.3, **options))
        results = alternate(bench.rounds, {name: asked(name) for name in servers})
        rate = {name: rates(rs) for name, rs in results.items()}
        rows.append(Row(f"{words}, {bench.large:,} nodes, {open_words}", ratios(rate["many"], rate["floor"]),
                        "of the bare echo", "at least", floor_share, peer if depth == 1 else "",
                        by_processor_time(results["floor"], results["many"])))
        rows.append(Row(f"{words}: cost at {bench.large:,} nodes to that at {bench.small:,}, {open_words}",
                        ratios(rate["few"], rate["many"]), "times", "at most", 1.2,
                        note=by_processor_time(results["many"], results["few"])))
    return rows


def _peer_queries(bench, verb, few):
    def asked(server):
        return bench.load(server, verb, entities=bench.small, connections=bench.connections, seconds=bench.seconds)
    ours = asked(few)
    with bench.open_isns() as server:
        bench.fill(server, bench.small)
        theirs = bench.note(f"isnsd {verb}", asked(server))
    return f"1 to {text(ours['per_second'] / theirs['per_second'])} at {bench.small:,}"


# --- state change notifications ---


REACHES = {"connect": "connecting each time", "keep": "on kept connections"}


def fanout(bench):
    """A change reaches the last of many listeners, beside a bare sender over the same sockets."""
    rounds = bench.rounds
    processes = max(1, -(-bench.listeners // 2500))
    rows = []
    with bench.sanctum() as server, bench.listen(server, bench.listeners, processes) as listeners:
        for reach, words in REACHES.items():
            listeners.tell(f"measure {reach} {rounds}")
            result = bench.note("fanout", json.loads(listeners.hear()))
            rows.append(Row(f"a change reaches the last of {bench.listeners:,} listeners, {words}",
                            ratios(result["server_last_ms"], result["bare_last_ms"]), "of the bare fan-out", "at most",
                            2.5, _peer_fanout(bench, reach), _reconnects(result, reach)))
        rows += _registrations_meanwhile(bench, server, listeners)
    return rows


def _reconnects(result, reach):
    expected = result["rounds"] * result["listeners"] if reach == "connect" else 0
    return "" if result["server_connects"] == expected else f"the server connected {result['server_connects']} times"


def _peer_fanout(bench, reach):
    if not OpenIsns.available():
        return ""
    listeners = 100
    with bench.open_isns() as server, bench.listen(server, listeners, 1) as line:
        line.tell(f"measure {reach} 5")
        result = bench.note("isnsd fanout", json.loads(line.hear()))
    value = statistics.median(ratios(result["server_last_ms"], result["bare_last_ms"]))
    return f"{text(value)} at {listeners} listeners"


def _registrations_meanwhile(bench, server, listeners):
    """p99 of a steady stream of registrations, alone and while one change after the other goes out."""
    seconds = 3 if bench.quick else 10

    def storm(what):
        def measure():
            listeners.tell(f"storm {what} {seconds + 1}")
            time.sleep(0.5)  # the storm's first rounds only warm it up
            result = bench.note(f"registrations while {what}", steady(bench, server, "register", seconds))
            bench.note("storm", json.loads(listeners.hear()))
            return result
        return measure

    results = alternate(bench.rounds, {
        "alone": lambda: bench.note("registrations alone", steady(bench, server, "register", seconds)),
        "connect": storm("connect server"), "keep": storm("keep server"), "bare": storm("connect bare")})
    p99 = {name: [r["p99_us"] for r in rs] for name, rs in results.items()}
    bare = statistics.median(ratios(p99["bare"], p99["alone"]))
    return [Row(f"p99 of other clients' registrations during the fan-out, {words}", ratios(p99[reach], p99["alone"]),
                "times that without", "at most", 2.0, note=f"beside the bare fan-out {text(bare)}")
            for reach, words in REACHES.items()]


def steady(bench, server, verb, seconds):
    """Requests on a schedule that the server bears easily; latency counts from the scheduled time."""
    if verb == "register":
        count = 200 * seconds
        return bench.load(server, verb, base=bench.fresh_hosts(count), entities=count, connections=16, rate=200,
                          before=True)
    return bench.load(server, verb, entities=bench.small, connections=16, rate=1000, seconds=seconds, warm=0.3,
                      before=True)


# --- start and size ---


def restart(bench):
    """From the start of the process until a query for a node is answered rightly, with all entities in the store."""
    stopped = bench.zoned(bench.large)

    def once():
        server = bench.sanctum(stopped)
        seconds = time_to_serve(bench, server, bench.large - 1)
        memory = server.daemon.memory_kib()
        server.stop()
        return bench.note("restart", {"seconds": seconds, "memory": memory})

    results = [once() for _ in range(bench.rounds)]
    peer = ""
    if OpenIsns.available():
        server = bench.open_isns().start()
        bench.fill(server, bench.small)
        server.stop()
        peer = f"{text(time_to_serve(bench, server, bench.small - 1))} s at {bench.small:,}"
        server.stop()
    return [Row(f"restart with {bench.large:,} entities, until the first right answer", [r["seconds"] for r in results],
                "s", "at most", 1.5, peer)]


def time_to_serve(bench, server, host):
    argv = [bench.program("isns_load"), "--server", server.address, "await", "--host", str(host), "--timeout", "120"]
    begin = time.monotonic_ns()
    server.launch()
    answered = json.loads(run(argv, bench.processors.load))["monotonic_ns"]
    return (answered - begin) / 1e9


def memory(bench):
    """Resident memory with all entities less that with none, after they were registered over the wire."""
    def grown(make, entities, **options):
        with make() as server:
            empty = server.daemon.memory_kib()
            bench.load(server, "register", entities=entities, connections=bench.connections, **options)
            full = server.daemon.memory_kib()
        return bench.note("memory", {"empty": empty, "full": full, "entities": entities})

    def each(result):
        return (result["full"]["rss"] - result["empty"]["rss"]) / result["entities"]

    results = [grown(bench.sanctum, bench.large, depth=bench.depth) for _ in range(min(bench.rounds, 3))]
    peer = f"{text(each(grown(bench.open_isns, bench.small)))} KiB at {bench.small:,}" if OpenIsns.available() else ""
    return [Row(f"resident memory an entity with portal, node and portal group, {bench.large:,} of them",
                [each(r) for r in results], "KiB", "at most", 1.5, peer)]


# --- clients that behave badly ---


def disturbance(bench):
    """p99 of well-behaved clients, alone and beside others."""
    seconds = 3 if bench.quick else 8
    habits = (("mute", 1, "a client that asks and reads nothing"),
              ("idle", 500 if bench.quick else 5_000, "idle connections"),
              ("drip", 50, "senders of a byte each 100 ms"))
    rows = []
    with bench.sanctum(bench.zoned(bench.small)) as server:
        for habit, connections, words in habits:
            for verb, what in (("query", "keyed queries"), ("register", "registrations")):
                def alone(verb=verb):
                    return bench.note(f"{verb} alone", steady(bench, server, verb, seconds))
                def beside(verb=verb, habit=habit, connections=connections):
                    with bench.disturb(server, habit, connections) as other:
                        result = steady(bench, server, verb, seconds)
                        bench.note(habit, json.loads(other.end()))
                    return bench.note(f"{verb} beside {habit}", result)
                results = alternate(bench.rounds, {"alone": alone, "beside": beside})
                p99 = {name: [r["p99_us"] for r in rs] for name, rs in results.items()}
                number = f"{connections:,} " if connections > 1 else ""
                rows.append(Row(f"p99 of {what} beside {number}{words}", ratios(p99["beside"], p99["alone"]),
                                "times that without", "below", 2.0))
    return rows


PARTS = {part.__name__: part for part in (floors, registrations, curve, queries, fanout, restart, memory, disturbance)}
