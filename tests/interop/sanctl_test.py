#!/usr/bin/env python3
"""sanctl as a plain iSNS client: the same commands against our server and against a foreign one."""

import json

from lib import case
from lib.process import Process, run
from lib.servers import CONTROL, Policy

HOST = "iqn.2024-01.org.example:host1"
DISK = "iqn.2024-01.org.example:disk1"

REFUSED = 4
EMPTY = 5


class PlainClient(case.InteropTest):
    policy = Policy(default_domain=True)

    def setUp(self):
        super().setUp()
        self.env = {"SANCTL_ISNS_SERVER": f"127.0.0.1:{self.server.port}"}

    def run_status(self, *words):
        return run([case.sanctl(), "isns", *words], env=self.env)

    def ok(self, *words):
        status, output = self.run_status(*words)
        self.assertEqual(status, 0, f"sanctl isns {' '.join(words)}:\n{output}")
        return output

    def json(self, *words):
        return json.loads(self.ok(*words, "--output", "json"))

    def control(self, *words):
        return self.ok(*words, "--control", "--control-name", CONTROL)

    def register_both(self):
        self.ok("register", "--eid", "disk1", "--target", DISK, "--portal", "127.0.0.12:3260")
        self.ok("register", "--eid", "host1", "--initiator", HOST, "--portal", "127.0.0.11:860")

    def targets(self):
        return [row["iscsi_name"] for row in self.json("list", "targets", "--source", HOST)]

    def test_ping(self):
        self.ok("ping", "--source", HOST)

    def test_what_is_registered_is_listed_and_gone_after_deregistration(self):
        self.register_both()
        self.assertEqual(self.targets(), [DISK])
        self.ok("deregister", "--node", DISK)
        self.assertEqual(self.targets(), [])

    def test_a_query_brings_a_target_with_its_portal(self):
        self.register_both()
        output = self.ok("query", "--source", HOST, "--key", f"iscsi_name={DISK}", "--get",
                         "iscsi_name,portal_ip,portal_port", "--output", "csv")
        self.assertIn(DISK, output)
        self.assertIn("127.0.0.12", output)

    def test_a_node_is_shown_with_all_around_it(self):
        self.register_both()
        self.assertIn("disk1", self.ok("show", "node", DISK, "--source", DISK))

    def test_nothing_found_can_be_told_by_the_exit_code(self):
        self.register_both()
        self.ok("deregister", "--node", DISK)
        self.assertEqual(self.run_status("list", "targets", "--source", HOST, "--fail-if-empty")[0], EMPTY)

    def test_a_domain_is_made_and_removed(self):
        self.register_both()
        self.control("dd", "create", "backup", "--member", HOST)
        self.control("dd", "add", "id:1", DISK)
        self.control("dd", "remove", "id:1", HOST)
        self.assertEqual(self.targets(), [])
        self.control("dd", "delete", "id:1")
        self.assertNotEqual(self.run_status("dd", "show", "id:1", "--control", "--control-name", CONTROL)[0], 0)

    @case.fails_on("open-isns", "it knows no domain sets")
    def test_a_set_puts_a_domain_in_force(self):
        self.register_both()
        self.control("dd", "create", "backup", "--member", HOST, "--member", DISK)
        self.assertEqual(self.targets(), [])
        self.control("dds", "create", "day", "--enable", "--domain", "backup")
        self.assertEqual(self.targets(), [DISK])

    def test_a_server_that_does_not_know_a_command_is_told_from_one_that_is_away(self):
        status, output = self.run_status("domain-id", "list", "fabric-a", "--eid", "nobody")
        self.assertIn(status, (0, REFUSED), output)

    def test_watch_prints_the_notification_of_a_new_target(self):
        self.ok("register", "--eid", "host1", "--initiator", HOST, "--portal", "127.0.0.11:860")
        watch = Process([case.sanctl(), "isns", "watch", "--count", "1", "--listen", "127.0.0.1", "--source", CONTROL], self.env)
        self.addCleanup(watch.stop)
        watch.expect("atching|listen")
        self.ok("register", "--eid", "disk1", "--target", DISK, "--portal", "127.0.0.12:3260")
        watch.expect(DISK)


if __name__ == "__main__":
    case.main(uses_sanctl=True)
