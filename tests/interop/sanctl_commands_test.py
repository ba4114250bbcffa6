#!/usr/bin/env python3
"""Every command of sanctl against any server: what open-isns' isnsd can do must work with it, and what it cannot do must
be told in plain words."""

import json
import os
import signal

from lib import case
from lib.process import PATIENCE
from lib.sanctl import Sanctl
from lib.servers import CONTROL, SIGNER, Policy

HOST = "iqn.2024-01.org.example:host1"
DISK = "iqn.2024-01.org.example:disk1"
GHOST = "iqn.2024-01.org.example:ghost"


class SanctlTest(case.InteropTest):
    policy = Policy(default_domain=True)

    def setUp(self):
        super().setUp()
        self.host = Sanctl(self, HOST)
        self.disk = Sanctl(self, DISK)
        self.control = Sanctl(self, None, "--control", "--control-name", CONTROL)
        # isnsd knows a control node by its registration, ours by its configuration too.
        self.control.ok("register", "--eid", "control", "--node", CONTROL, "--node-type", "control")

    def register_host_and_disk(self):
        self.host.ok("register", "--eid", "host1", "--initiator", HOST, "--alias", "rack 7", "--portal", "127.0.0.11:860")
        self.disk.ok("register", "--eid", "array", "--target", DISK, "--portal", "127.0.0.12:3260", "--portal-name", "left")


class Registration(SanctlTest):

    def test_ping_says_that_the_server_speaks_isns(self):
        (line,) = self.host.ok("ping", "--output", "json").splitlines()
        self.assertEqual(json.loads(line)["result"], "speaks iSNS")

    def test_a_registration_is_found_again_with_all_its_attributes(self):
        answer = self.host.json("register", "--eid", "host1", "--initiator", HOST, "--alias", "rack 7",
                                "--auth-method", "CHAP,none", "--portal", "127.0.0.11:860", "--scn-port", "5000/udp")
        self.assertEqual(answer["entity"]["eid"], "host1")
        (node,) = self.host.json("query", "--key", f"iscsi_name={HOST}")
        self.assertEqual((node["iscsi_name"], node["node_type"], node["alias"], node["auth_method"]),
                         (HOST, ["initiator"], "rack 7", "CHAP,none"))
        (portal,) = [o for o in self.host.json("query", "--key", f"iscsi_name={HOST}", "--get",
                                               "portal_ip,portal_port,scn_port") if o["object"] == "portal"]
        self.assertEqual(portal, {"object": "portal", "portal_ip": "127.0.0.11", "portal_port": "860/tcp",
                                  "scn_port": "5000/udp"})

    def test_the_server_makes_an_identifier_where_none_is_given(self):
        answer = self.host.json("register", "--initiator", HOST)
        eids = [entity["eid"] for entity in self.control.json("list", "entities")]
        self.assertEqual(len([eid for eid in eids if eid != "control"]), 1)
        self.assertIn(answer["entity"]["eid"], eids)

    def test_an_explicit_portal_group_keeps_its_tag(self):
        self.disk.ok("register", "--eid", "array", "--target", DISK, "--portal-group", "7=127.0.0.12:3260",
                     "--portal", "127.0.0.12:3260")
        (group,) = self.control.json("list", "portal-groups")[-1:]
        self.assertEqual((group["pg_iscsi_name"], group["pg_portal_ip"], group["pg_tag"]), (DISK, "127.0.0.12", 7))

    def test_replace_leaves_what_is_named_only(self):
        self.disk.ok("register", "--eid", "array", "--target", DISK, "--portal", "127.0.0.12:3260")
        self.disk.ok("register", "--replace", "--eid", "array", "--target", DISK, "--portal", "127.0.0.13:3260")
        portals = [portal["portal_ip"] for portal in self.control.json("list", "portals")]
        self.assertEqual(portals, ["127.0.0.13"])

    def test_portal_node_and_entity_are_deregistered(self):
        self.register_host_and_disk()
        self.disk.ok("deregister", "--portal", "127.0.0.12:3260")
        self.assertEqual([p["portal_ip"] for p in self.control.json("list", "portals")], ["127.0.0.11"])
        self.disk.ok("deregister", "--node", DISK)
        self.assertNotIn(DISK, [node["iscsi_name"] for node in self.control.json("list", "nodes")])
        self.host.ok("deregister", "--eid", "host1")
        self.assertEqual([entity["eid"] for entity in self.control.json("list", "entities")], ["control"])

    def test_what_is_not_there_is_deregistered_without_an_error(self):
        self.control.ok("deregister", "--node", GHOST)

    def test_a_wrong_registration_is_refused_in_plain_words(self):
        error = self.host.refused("register", "--message-key", f"iscsi_name={GHOST}", "--node", GHOST, "--alias", "x")
        self.assertRegex(error, r"^sanctl: cannot register: the server answers 3 Invalid Registration; .*\n$")


class Lists(SanctlTest):

    def setUp(self):
        super().setUp()
        self.register_host_and_disk()

    def test_each_kind_is_listed(self):
        wanted = {"entities": ("eid", {"array", "control", "host1"}), "nodes": ("iscsi_name", {HOST, DISK, CONTROL}),
                  "targets": ("iscsi_name", {DISK}), "initiators": ("iscsi_name", {HOST}),
                  "portals": ("portal_ip", {"127.0.0.11", "127.0.0.12"}),
                  "portal-groups": ("pg_iscsi_name", {HOST, DISK})}
        for kind, (field, values) in wanted.items():
            with self.subTest(kind):
                self.assertEqual({entry[field] for entry in self.control.json("list", kind)}, values)

    def test_a_list_longer_than_one_answer_is_whole(self):
        names = [f"iqn.2024-01.org.example:target-{i:03}" for i in range(120)]
        words = [word for name in names for word in ("--target", name)]
        self.control.ok("register", "--eid", "big", *words[:120])
        self.control.ok("register", "--eid", "big", *words[120:])
        listed = [node["iscsi_name"] for node in self.control.json("list", "targets", "--get", "iscsi_name")]
        self.assertEqual(sorted(listed), sorted(names + [DISK]))

    def test_formats_are_for_people_and_programs(self):
        self.assertEqual(self.control.ok("list", "targets", "--get", "iscsi_name,node_type", "--output", "csv"),
                         f"iscsi_name,node_type\n{DISK},target\n")
        table = self.control.ok("list", "portals")
        self.assertIn("127.0.0.12:3260/tcp", table)
        self.assertTrue(table.startswith("PORTAL "), table)

    def test_targets_with_portals_come_as_discovery_wants_them(self):
        found = self.host.json("query", "--key", "node_type=target", "--get", "iscsi_name,portal_ip,portal_port")
        self.assertEqual([o["iscsi_name"] for o in found if o["object"] == "node"], [DISK])
        self.assertEqual([o["portal_ip"] for o in found if o["object"] == "portal"], ["127.0.0.12"])

    def test_nothing_found_is_told_where_that_is_asked_for(self):
        self.assertEqual(self.control.run("query", "--key", "eid=nobody")[0], 0)
        self.assertEqual(self.control.run("query", "--key", "eid=nobody", "--fail-if-empty")[0], 5)
        self.assertEqual(self.control.run("show", "node", GHOST)[0], 5)


class Domains(SanctlTest):
    policy = Policy()

    def setUp(self):
        super().setUp()
        self.register_host_and_disk()

    def members(self, domain):
        return {(row["kind"], row["member"]) for row in self.control.json("dd", "show", domain)["members"]}

    def test_a_domain_lives_from_create_to_delete(self):
        created = self.control.json("dd", "create", "backup", "--member", HOST)
        self.assertEqual(created["dd_name"], "backup")
        self.control.ok("dd", "add", "backup", DISK, GHOST, "127.0.0.12:3260")
        self.assertEqual(self.members("backup"), {("node", HOST), ("node", DISK), ("node", GHOST),
                                                  ("portal", "127.0.0.12:3260/tcp")})
        self.assertEqual(self.members(str(created["dd_id"])), self.members("name:backup"))
        self.control.ok("dd", "remove", "backup", DISK, "127.0.0.12:3260")
        self.assertEqual(self.members("backup"), {("node", HOST), ("node", GHOST)})
        self.control.ok("dd", "features", "backup", "boot")
        (domain,) = [d for d in self.control.json("dd", "list") if d.get("dd_name") == "backup"]
        self.assertEqual(domain["dd_features"], ["boot"])
        self.control.ok("dd", "delete", "backup")
        self.assertNotIn("backup", [d.get("dd_name") for d in self.control.json("dd", "list")])

    def test_members_can_be_named_by_their_index(self):
        (node,) = self.control.json("query", "--key", f"iscsi_name={HOST}", "--get", "iscsi_name,node_index")
        self.control.ok("dd", "create", "byindex", "--member", str(node["node_index"]))
        self.assertEqual(self.members("byindex"), {("node", HOST)})

    def test_a_name_that_is_nearly_right_is_suggested(self):
        self.control.ok("dd", "create", "backup")
        code, _, error = self.control.run("dd", "show", "bakup")
        self.assertEqual((code, error), (5, 'sanctl: no such domain: "bakup"; did you mean "backup"?\n'))

    def test_a_name_in_use_is_refused(self):
        self.control.ok("dd", "create", "backup")
        self.assertIn("3 Invalid Registration", self.control.refused("dd", "create", "backup"))

    def test_show_node_gathers_what_stands_around_it(self):
        self.control.ok("dd", "create", "backup", "--member", HOST, "--member", DISK)
        around = self.control.json("show", "node", DISK)
        self.assertEqual(around["node"]["iscsi_name"], DISK)
        self.assertEqual(around["entity"]["eid"], "array")
        self.assertEqual([p["portal_ip"] for p in around["portals"]], ["127.0.0.12"])
        self.assertEqual([g["pg_tag"] for g in around["portal_groups"]], [1])
        self.assertEqual([d["dd_name"] for d in around["domains"]], ["backup"])
        self.assertEqual([n["iscsi_name"] for n in around["neighbours"]], [HOST])

    @case.fails_on("open-isns", "it does not rename domains")
    def test_a_domain_is_renamed(self):
        self.control.ok("dd", "create", "backup")
        self.control.ok("dd", "rename", "backup", "nightly")
        self.assertEqual(self.members("nightly"), set())


class Sets(SanctlTest):
    policy = Policy()

    def test_what_the_server_cannot_do_is_told_in_plain_words(self):
        if self.server.name != "open-isns":
            self.skipTest("this server knows domain sets")
        for words in (("dds", "create", "day"), ("dds", "delete", "3"), ("scn", "event", "updated"),
                      ("domain-id", "list", "fabric")):
            with self.subTest(words):
                self.assertRegex(self.control.refused(*words),
                                 r"^sanctl: cannot .*: the server answers 15 Message \(FUNCTION_ID\) Not Supported; "
                                 r"this server has no such function\n$")

    @case.fails_on("open-isns", "it knows no domain sets")
    def test_a_set_puts_its_domains_in_force_while_it_is_enabled(self):
        self.register_host_and_disk()
        self.control.ok("dd", "create", "backup", "--member", HOST, "--member", DISK)
        self.control.ok("dds", "create", "day", "--domain", "backup")
        self.assertEqual(self.host.json("list", "targets"), [])
        self.control.ok("dds", "enable", "day")
        self.assertEqual([t["iscsi_name"] for t in self.host.json("list", "targets")], [DISK])
        shown = self.control.json("dds", "show", "day")
        self.assertEqual(shown["domain_set"]["dds_status"], ["enabled"])
        self.assertEqual([d["dd_name"] for d in shown["domains"]], ["backup"])
        around = self.control.json("show", "node", DISK)
        self.assertEqual([s["dds_name"] for s in around["domain_sets"]], ["day"])
        self.control.ok("dds", "disable", "day")
        self.assertEqual(self.host.json("list", "targets"), [])
        self.control.ok("dds", "rename", "day", "night")
        self.control.ok("dds", "remove", "night", "backup")
        self.assertEqual(self.control.json("dds", "show", "night")["domains"], [])
        self.control.ok("dds", "add", "night", "backup")
        self.control.ok("dds", "delete", "night")
        self.assertNotIn("night", [s["dds_name"] for s in self.control.json("dds", "list")])

    @case.fails_on("open-isns", "it does not know SCNEvent")
    def test_an_event_is_sent(self):
        self.register_host_and_disk()
        self.host.ok("scn", "event", "--node", HOST, "updated")


class Notifications(SanctlTest):

    def test_a_registration_without_a_port_is_refused_with_what_to_do(self):
        self.register_host_and_disk()
        self.assertIn("register a portal with an SCN port in the node's entity first",
                      self.host.refused("scn", "register", "--node", HOST, "added"))

    def test_a_node_with_a_port_registers_and_deregisters(self):
        self.host.ok("register", "--eid", "host1", "--initiator", HOST, "--portal", "127.0.0.11:860", "--scn-port", "5000")
        self.host.ok("scn", "register", "--node", HOST, "added,removed")
        self.host.ok("scn", "deregister", "--node", HOST)

    @case.fails_on("open-isns", "it keeps the bitmap to itself")
    def test_what_a_node_is_told_of_can_be_read(self):
        self.host.ok("register", "--eid", "host1", "--initiator", HOST, "--portal", "127.0.0.11:860", "--scn-port", "5000")
        self.host.ok("scn", "register", "--node", HOST, "added,removed")
        (node,) = self.host.json("query", "--key", f"iscsi_name={HOST}", "--get", "iscsi_name,scn_bitmap")
        self.assertEqual(node["scn_bitmap"], ["added", "removed"])

    def watched(self, watcher, *words):
        """The watch is on, something happens, and the watcher is told to end; its lines."""
        process = watcher.start("watch", "--output", "json", "--for", "20", *words)
        process.expect("watching as")
        self.disk.ok("register", "--eid", "array", "--target", DISK, "--portal", "127.0.0.12:3260")
        process.expect(DISK)
        self.assertEqual(process.stop(), 0)
        return [json.loads(line) for line in process.lines if line.startswith("{")]

    def test_a_node_of_its_own_is_told_of_a_target_by_tcp_and_leaves_nothing_behind(self):
        lines = self.watched(Sanctl(self, HOST))
        (line,) = [line for line in lines if line["source"] == DISK]
        self.assertEqual((line["object"], "added" in line["events"]), ("node", True))
        self.assertEqual({e["eid"] for e in self.control.json("list", "entities")}, {"control", "array"})

    def test_notifications_come_by_udp_too(self):
        self.assertTrue(self.watched(Sanctl(self, HOST), "--scn-udp"))

    def test_an_existing_node_is_left_as_it_was(self):
        self.host.ok("register", "--eid", "host1", "--initiator", HOST, "--portal", "127.0.0.11:860")
        self.assertTrue(self.watched(self.host, "--node", HOST))
        self.assertEqual({p["portal_ip"] + p["portal_port"] for p in self.control.json("list", "portals")},
                         {"127.0.0.11860/tcp", "127.0.0.123260/tcp"})
        self.assertEqual({e["eid"] for e in self.control.json("list", "entities")}, {"control", "array", "host1"})

    def test_an_interrupt_ends_a_watch_in_order(self):
        process = Sanctl(self, HOST).start("watch")
        process.expect("watching as")
        os.kill(process.pid, signal.SIGINT)
        self.assertEqual(process.end(), 0)
        self.assertEqual({e["eid"] for e in self.control.json("list", "entities")}, {"control"})

    def test_a_watch_whose_reader_or_terminal_goes_leaves_nothing_behind(self):
        self.host.ok("register", "--eid", "host1", "--initiator", HOST, "--portal", "127.0.0.11:860")

        def portals():
            return {p["portal_ip"] + p["portal_port"] for p in self.control.json("list", "portals")} - {"127.0.0.123260/tcp"}

        own = portals()
        process = self.host.start("watch", "--node", HOST)
        process.expect("watching as")
        os.kill(process.pid, signal.SIGHUP)
        self.assertEqual(process.end(), 0)
        self.assertEqual(portals(), own)
        with self.host.piped("watch", "--node", HOST) as watch:
            self.assertIn(b"watching as", watch.stderr.readline())
            self.assertNotEqual(portals(), own)
            watch.stdout.close()
            self.disk.ok("register", "--eid", "array", "--target", DISK, "--portal", "127.0.0.12:3260")
            self.assertEqual(watch.wait(PATIENCE), 7)
        self.assertEqual(portals(), own)

    def test_the_control_node_is_told_of_domains(self):
        self.register_host_and_disk()
        self.control.ok("dd", "create", "backup", "--member", HOST)
        process = self.control.start("watch", "--for", "20", "--count", "1", "--events",
                                     "management,member-added,member-removed")
        process.expect("watching as")
        self.control.ok("dd", "add", "backup", DISK)
        process.expect(rf"member-added,management  node  {DISK}")
        self.assertEqual(process.end(), 0)


class Signatures(case.InteropTest):
    policy = Policy(signed=True, default_domain=True)
    decodable = False  # the dissector takes an authentication block for another message

    def test_a_signed_registration_is_taken_and_an_unsigned_one_is_not(self):
        keyed = Sanctl(self, SIGNER, "--auth-key", f"{self.server.folder}/client.key")
        keyed.ok("register", "--initiator", SIGNER, "--portal", "127.0.0.11:860")
        self.assertIn(SIGNER, [node["iscsi_name"] for node in keyed.json("list", "nodes")])
        # isnsd says nothing to strangers.
        code, _, _ = Sanctl(self, HOST, "--timeout", "0.5").run("register", "--initiator", HOST)
        self.assertIn(code, (3, 4))

    def test_a_key_that_cannot_be_read_is_told_without_its_text(self):
        path = f"{self.folder}/no.key"
        with open(path, "w", encoding="utf-8") as file:
            file.write("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n")
        code, out, error = Sanctl(self, SIGNER, "--auth-key", path).run("ping")
        self.assertEqual((code, out), (7, ""))
        self.assertNotIn("c2VjcmV0", error)


if __name__ == "__main__":
    case.main(uses_sanctl=True)
