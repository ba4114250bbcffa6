#!/usr/bin/env python3
"""kill -9 and SIGTERM at random moments under load: everything acknowledged is there, the rest wholly or not at all."""

import os
import random
import selectors
import signal
import threading
import time

import rig
from actors import SLOTS, DomainActor, EntityActor, eid_of, name_of
from census import Census, IndexBook
from lib.process import Process

HALT = 60  # seconds after which a round has come to a halt
DRAIN_TIME = 4  # seconds; after 5 the server cuts off who has not read its last answers
ENTITY_ACTORS = 6
DOMAIN_ACTORS = 2
NODES = [name_of(actor, slot) for actor in range(ENTITY_ACTORS) for slot in range(SLOTS)]


class Load:
    """All actors on one thread. They go on asking until the server has gone, or until they are told to stop."""

    def __init__(self, rng):
        def own():
            return random.Random(rng.random())
        self.entities = [EntityActor(n, own(), depth=1 + n) for n in range(ENTITY_ACTORS)]
        self.zones = [DomainActor(n, own(), NODES) for n in range(DOMAIN_ACTORS)]
        self.actors = self.entities + self.zones

    def connect(self, port):
        for actor in self.actors:
            actor.connect(port)

    def acknowledged(self):
        return sum(actor.acknowledged for actor in self.actors)

    def run(self, enough, then):
        """Asks and takes answers until all connections have gone; `then` is called once `enough` changes hold."""
        end = time.monotonic() + HALT
        with selectors.DefaultSelector() as selector:
            for actor in self.actors:
                selector.register(actor, selectors.EVENT_READ)
                actor.ask()
            while selector.get_map():
                if time.monotonic() > end:
                    raise AssertionError(f"the load came to a halt after {self.acknowledged()} changes")
                if then and self.acknowledged() >= enough:
                    then()
                    then = None
                for key, _ in selector.select(0.1):
                    actor = key.fileobj
                    # What cannot be sent any more may still be followed by answers.
                    if actor.take():
                        actor.ask()
                    else:
                        selector.unregister(actor)
                        actor.close()

    def settle(self, census):
        """How many of the outstanding requests were done."""
        done = 0
        entities = dict(census.entities)
        zones = dict(census.zones)
        for actor in self.entities:
            mine = {slot: entities.pop(eid) for slot in range(SLOTS) if (eid := eid_of(actor.number, slot)) in entities}
            done += actor.settle(mine)
        for actor in self.zones:
            mine = {name: zones.pop(name) for name in list(zones) if name.startswith((f"domain{actor.number}-", f"set{actor.number}-"))}
            done += actor.settle(mine)
        if entities or zones:
            raise AssertionError(f"nobody made these: {entities} {zones}")
        return done


class KillTest(rig.ServerTest):
    """A database that lives through all rounds of a test, each with a server of its own."""

    def setUp(self):
        super().setUp()
        self.rng = random.Random(f"{rig.chosen.seed} {self._testMethodName}")
        self.load = Load(self.rng)
        self.book = IndexBook()
        self.revision = 0  # of the history, after the last round

    def check(self, server):
        """Settles the actors with what this server, just started, has; how many outstanding requests were done."""
        with rig.Client(server.port, rig.CONTROL) as client:
            census = Census(client)
        for actor in self.load.entities:
            self.book.enter(actor.indexes)
            actor.indexes.clear()
        self.book.enter(census.indexes)
        acknowledged, outstanding = self.load.acknowledged(), sum(len(actor.outstanding) for actor in self.load.actors)
        done = self.load.settle(census)
        rows = server.history(self.revision)
        self.assertEqual([revision for revision, _ in rows],
                         list(range(self.revision + 1, self.revision + 1 + len(rows))), "the history has a gap")
        self.revision += len(rows)
        requests = sum(kind < 0x10000 for _, kind in rows)
        self.assertTrue(acknowledged <= requests <= acknowledged + outstanding,
                        f"{acknowledged} changes acknowledged, {outstanding} requests outstanding, {requests} in the history")
        # A machine that is too busy (ISNS-1009) is none.
        good = ('"level":"info"', '"level":"notice"', '"ISNS-1009"')
        self.assertEqual([line for line in server.process.lines if not any(word in line for word in good)], [])
        return done

    def verify(self, server):
        """Reads all rows and all of the history, and whether it belongs together."""
        status, output = server.command("verify", server.database)
        self.assertEqual(status, 0, output)

    def test_killed_at_any_moment_it_has_what_it_acknowledged_and_no_halves(self):
        total = late = 0
        server = self.serve()
        for number in range(rig.chosen.rounds):
            self.load.connect(server.port)
            self.load.run(self.rng.randrange(600), lambda: self.kill_after(self.rng.random() * 0.003, server.process))
            total += self.load.acknowledged()
            if self.rng.random() < 0.25:
                self.kill_while_starting(server)
            server.start()
            try:
                late += self.check(server)
                if number % 20 == 19:
                    self.verify(server)
            except AssertionError as failed:
                raise AssertionError(f"round {number}, --seed {rig.chosen.seed}: {failed}") from failed
        print(f"seed {rig.chosen.seed}: {rig.chosen.rounds} kills, {total} changes acknowledged, "
              f"{late} more requests were done before their answer left, the history has {self.revision}")

    def kill_while_starting(self, server):
        self.kill_after(self.rng.random() * 0.05, Process([server.program, "--config", server.configure()]))

    @staticmethod
    def kill_after(delay, process):
        # Not to wait for anything: the moment of the kill is what is random.
        threading.Event().wait(delay)
        process.kill()

    def test_stopped_under_load_it_answers_what_it_has_taken_and_ends_well(self):
        for number in range(max(3, rig.chosen.rounds // 10)):
            server = self.serve()
            self.load.connect(server.port)
            told = []

            def tell():
                told.append(time.monotonic())
                os.kill(server.process.pid, signal.SIGTERM)
            self.load.run(self.rng.randrange(400), tell)
            self.assertEqual(server.process.stop(), 0, server.process.output())
            in_time = time.monotonic() - told[0] < DRAIN_TIME
            self.assertEqual(len(server.events("ISNS-1003", 1)), 1)
            server.start()
            # Whoever reads to the end has the answer to everything that was done, if he is not too slow for it.
            late = self.check(server)
            self.assertTrue(late == 0 or not in_time, f"{late} in round {number}, --seed {rig.chosen.seed}")
            self.verify(server)
            server.stop()


if __name__ == "__main__":
    rig.main()
