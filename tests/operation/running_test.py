#!/usr/bin/env python3
"""A server that runs: signals, log, health and metrics."""

import json
import os
import re
import socket

import daemon
from lib import pdu
from lib.client import Client

SAMPLE = re.compile(r"^(?P<name>[a-z][a-z0-9_]*)(?:\{(?P<labels>[^}]*)\})? (?P<value>[-+0-9.e]+|\+Inf|NaN)$")
LABEL = re.compile(r'^[a-z_]+="(?:[^"\\\n]|\\.)*"$')


class Signals(daemon.OperationTest):
    def test_a_reload_takes_what_is_reloadable_and_names_the_rest(self):
        server = self.daemon('[log]\nlevel = "info"\n')
        server.configure('[log]\nlevel = "info"\nformat = "json"\n[registry]\ndefault_domain = true\ndefault_period = "20m"\n')
        line = json.loads(server.hang_up("ISNS-1004"))
        self.assertEqual(line["changes"], "registry.default_period log.format")
        frozen = server.log("ISNS-1006")
        self.assertIn("key=registry.default_domain running=false wanted=true", frozen)
        self.assertIn("1200", server.ok("register", "--eid", "a", "--initiator", f"{daemon.PREFIX}:a"))

    def test_a_reload_with_a_mistake_changes_nothing(self):
        server = self.daemon()
        server.configure('[registry]\ndefault_period = "20m"\nbogus = 1\n')
        self.assertRegex(server.hang_up("ISNS-1005"), r'where=\S+:3:1 error="unknown key')
        self.assertIn("900", server.ok("register", "--eid", "a", "--initiator", f"{daemon.PREFIX}:a"))
        os.remove(server.config)
        self.assertIn("No such file", server.hang_up("ISNS-1005"))
        self.assertEqual(server.http("/readyz")[0], 200)

    def test_how_often_a_notification_is_repeated_is_reloadable(self):
        seen = '[registry]\ndefault_domain = true\n'
        server = self.daemon(seen + '[scn]\nresponse_timeout = "1s"\nretries = 50\n')
        server.register("b")
        with socket.socket() as silent:  # takes connections, never answers
            silent.bind(("127.0.0.1", 0))
            silent.listen(64)
            server.ok("register", "--eid", "a", "--initiator", f"{daemon.PREFIX}:a", "--portal", "127.0.0.1:860",
                      "--scn-port", str(silent.getsockname()[1]))
            server.ok("scn", "register", "added,removed,updated", source="a")
            server.configure(seen + '[scn]\nresponse_timeout = "1s"\nretries = 0\n')
            server.hang_up("ISNS-1004")
            server.ok("scn", "event", "updated", source="b")
            self.assertIn('reason="no answer"', server.log("ISNS-4003"))

    def test_sigterm_lets_what_was_taken_be_answered(self):
        server = self.daemon()
        client = Client(server.port, f"{daemon.PREFIX}:a")
        for number in range(200):
            name = f"{daemon.PREFIX}:n{number}"
            client.send(pdu.pdu(pdu.DEV_ATTR_REG, pdu.tlv(pdu.NAME, name) + pdu.tlv(pdu.DELIMITER) +
                                pdu.tlv(pdu.EID, f"e{number}") + pdu.tlv(pdu.NAME, name) + pdu.tlv(pdu.NODE_TYPE, 2),
                                number + 1, pdu.CLIENT | pdu.WHOLE))
        self.assertEqual(client.receive().status, 0)
        os.kill(server.process.pid, 15)
        answered = 1
        while (answer := client.receive()) is not None:
            self.assertEqual(answer.status, 0)
            answered += 1
        client.close()
        self.assertEqual(server.process.stop(), 0)
        self.assertIn("reason=SIGTERM", server.log("ISNS-1002"))
        server.log("ISNS-1003")
        # Whatever was answered is there, and nothing else was half done.
        again = self.daemon()
        entities = json.loads(again.control("list", "entities", "--output", "json"))
        self.assertGreaterEqual(len(entities), answered)


    def test_sigterm_lets_notifications_that_wait_be_taken(self):
        server = self.daemon('[registry]\ndefault_domain = true\n')
        server.register("b")
        names = [f"a{number}" for number in range(5)]
        with socket.create_server(("127.0.0.1", 0)) as listener:
            for number, name in enumerate(names):
                server.ok("register", "--eid", name, "--initiator", f"{daemon.PREFIX}:{name}", "--portal",
                          f"127.0.0.1:{860 + number}", "--scn-port", str(listener.getsockname()[1]))
                server.ok("scn", "register", "updated", source=name)
            server.ok("scn", "event", "updated", source="b")
            listener.settimeout(20)
            connection, _ = listener.accept()
            connection.settimeout(20)
            with connection, connection.makefile("rwb") as stream:
                told = []
                while header := stream.read(pdu.HEADER_SIZE):
                    message = pdu.decode(header + stream.read(pdu.payload_length(header)))
                    if not told:  # the others wait
                        os.kill(server.process.pid, 15)
                        server.log("ISNS-1002")
                    told.append(message.attributes[0][1].rstrip(b"\0").decode().split(":")[1])
                    stream.write(pdu.pdu(pdu.SCN | pdu.RESPONSE, pdu.u32(0) + pdu.tlv(*message.attributes[0]), message.xid,
                                         pdu.SERVER | pdu.WHOLE))
                    stream.flush()
        self.assertEqual(sorted(told), names)
        self.assertEqual(server.process.stop(), 0)


class Log(daemon.OperationTest):
    def test_json_lines_are_objects_with_time_level_id_and_event(self):
        server = self.daemon('[log]\nformat = "json"\n')
        server.stop()
        for line in server.process.lines:
            record = json.loads(line)
            self.assertEqual(list(record)[:4], ["time", "level", "id", "event"])
            self.assertRegex(record["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")

    def test_under_the_journal_lines_have_a_priority_and_no_time(self):
        # The pipe that Process makes is not known beforehand, so the shell tells its own.
        server = daemon.Daemon(self.folder)
        script = 'export JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2); exec "$@"'
        argv = server.argv()
        server.argv = lambda *words: ["sh", "-c", script, "sh", *argv, *words]
        self.addCleanup(server.stop)
        server.start()
        for line in server.process.lines:
            self.assertRegex(line, r"^<[2-7]>level=\S+ id=ISNS-\d{4} event=")


class Http(daemon.OperationTest):
    def test_health_and_readiness_are_told_in_a_word(self):
        server = self.daemon()
        self.assertEqual(server.http("/healthz"), (200, "text/plain; charset=utf-8", "alive\n"))
        self.assertEqual(server.http("/readyz"), (200, "text/plain; charset=utf-8", "ready\n"))
        self.assertEqual(server.http("/readyz", "HEAD")[2], "")
        self.assertEqual(server.http("/readyz", "POST")[0], 405)
        status, _, text = server.http("/")
        self.assertEqual((status, text), (404, "There are /healthz, /readyz and /metrics.\n"))

    def test_metrics_are_in_the_text_format_of_prometheus(self):
        server = self.daemon()
        server.register("a")
        status, kind, text = server.http("/metrics")
        self.assertEqual((status, kind), (200, "text/plain; version=0.0.4; charset=utf-8"))
        self.assertTrue(text.endswith("\n"))
        described, kinds, seen = set(), {}, set()
        buckets = {}
        labels = 0
        for line in text.splitlines():
            if line.startswith("# HELP "):
                name = line.split(" ", 3)[2]
                self.assertNotIn(name, described)
                described.add(name)
                self.assertTrue(line.endswith("."), line)
                continue
            if line.startswith("# TYPE "):
                _, _, name, kinds[name] = line.split(" ")
                self.assertIn(kinds[name], ("counter", "gauge", "histogram"))
                continue
            sample = SAMPLE.match(line)
            self.assertTrue(sample, line)
            for label in re.findall(r'[a-z_]+="(?:[^"\\]|\\.)*"', sample["labels"] or ""):
                self.assertRegex(label, LABEL)
                labels += 1
            family = re.sub(r"_(bucket|sum|count)$", "", sample["name"])
            family = family if kinds.get(family) == "histogram" else sample["name"]
            self.assertIn(family, described, line)
            self.assertEqual(kinds[family] == "counter", family.endswith("_total"), family)
            self.assertNotIn((sample["name"], sample["labels"]), seen)
            seen.add((sample["name"], sample["labels"]))
            if sample["name"].endswith("_bucket"):
                self.assertGreaterEqual(float(sample["value"]), buckets.get(family, 0.0), line)
                buckets[family] = float(sample["value"])
        self.assertEqual(described, set(kinds))
        self.assertGreater(min(len(described), len(seen), len(buckets), labels), 0)
        self.assertGreater(server.metric("isns_commits_total"), 0)
        daemon.eventually(lambda: server.metric('isns_registry_objects{type="entity"}') == 1, "the entity is counted")


daemon.main()
