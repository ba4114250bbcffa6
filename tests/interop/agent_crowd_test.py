#!/usr/bin/env python3
"""Many agents wait at once, and a change wakes the right one. SANCTUM_CROWD says how many there are.
"""

import concurrent.futures
import os
import select
import time

from lib import case, pdu
from lib.agent_case import HOST, AgentApiTest, registration
from lib.client import Client
from lib.test_agent import Agent, Https


class Waiting:
    """Many agents, each waiting for news of its own. Whoever's wait ends without asks again: while so many connect, the
    first have waited for the minute that a wait is at most."""

    def __init__(self, https, contexts):
        self._revisions = {}
        self._connections = []

        def first(context):
            connection = https(context)
            return connection, connection.ok("GET", "/agent/desired")["revision"]

        self._poll = select.poll()
        self._numbers = {}
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            for i, (connection, revision) in enumerate(pool.map(first, contexts)):
                self._connections.append(connection)
                self._revisions[i] = revision
                self._numbers[connection.number()] = i
                self._poll.register(connection.number(), select.POLLIN)
                self._ask(i)

    def _ask(self, i):
        self._connections[i].send("GET", f"/agent/desired?since={self._revisions[i]}&wait=60")

    def woken(self, seconds):
        """The news that come within that time, by agent; no more than the first of them."""
        end = time.monotonic() + seconds
        news = {}
        while not news and (left := end - time.monotonic()) > 0:
            for number, _ in self._poll.poll(left * 1000):
                i = self._numbers[number]
                status, answer, _ = self._connections[i].receive()
                if status != 200:
                    raise AssertionError(f"agent {i}: {status} {answer}")
                if answer["changed"]:
                    news[i] = answer
                    self._revisions[i] = answer["revision"]
                self._ask(i)
        return news


class Crowd(AgentApiTest):
    def contexts(self, names):
        """Registers the targets and enrols an agent for each; several at a time, since each is a few commits."""
        key = self.agent_called("crowd")

        def some(numbers):
            made = []
            admin = Https(self.port)
            for i in numbers:
                address = f"10.1.{i // 250}.{i % 250 + 1}"
                with Client(self.server.port, names[i]) as target:
                    target.ok(pdu.DEV_ATTR_REG, b"", registration(f"crowd{i}", address, names[i], pdu.TARGET))
                token = admin.ok("POST", "/agents/invitations",
                                 {"agent": f"crowd{i}", "entity": f"crowd{i}", "nodes": [names[i]]}, self.token)["token"]
                agent = Agent(self.port, self.folder_of_agents, f"crowd{i}", key)
                status, answer = agent.enrol(token)
                self.assertEqual(status, 200, answer)
                made.append((i, agent.context()))
            admin.close()
            return made

        workers = 16
        with concurrent.futures.ThreadPoolExecutor(workers) as pool:
            parts = pool.map(some, [range(start, len(names), workers) for start in range(workers)])
            return [context for _, context in sorted((one for part in parts for one in part), key=lambda one: one[0])]

    def listeners(self, count):
        """Connections that listen to events, each past the first comment."""
        made = []
        for _ in range(count):
            listener = self.https()
            listener.send("GET", "/events", token=self.token)
            made.append(listener.stream())
        for stream in made:
            self.assertEqual(stream.readline(), b": listening\n")
            while stream.readline().strip():
                pass
        return made

    def test_one_of_many_is_woken(self):
        count = int(os.environ.get("SANCTUM_CROWD", "500"))
        names = [f"iqn.2024-01.org.example:crowd{i}" for i in range(count)]
        self.raw(HOST).ok(pdu.DEV_ATTR_REG, b"", registration("host1", "127.0.0.11", HOST, pdu.INITIATOR))
        contexts = self.contexts(names)
        streams = self.listeners(50)
        before = self.server.process.resident()
        crowd = Waiting(self.https, contexts)
        grown = (self.server.process.resident() - before) / count
        self.assertEqual(crowd.woken(0.5), {}, "nobody is woken without news")
        chosen = count // 2
        began = time.monotonic()
        self.raw().zone("zone1", HOST, names[chosen])
        woken = crowd.woken(20)
        took = time.monotonic() - began
        woken |= crowd.woken(0.5)
        self.assertEqual(set(woken), {chosen})
        self.assertTrue(woken[chosen]["changed"])
        for stream in streams:
            while b"event: change" not in (line := stream.readline()):
                self.assertTrue(line, "the stream has ended")
        print(f"{count} agents wait and {len(streams)} listeners; the right agent was woken after {took * 1000:.0f} ms; "
              f"a waiting agent costs {grown / 1024:.1f} KiB")


if __name__ == "__main__":
    case.main("openssl")
