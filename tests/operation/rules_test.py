#!/usr/bin/env python3
"""Who may do what: control nodes, the source check, rules for addresses, limits, and what domains count."""

import json
import os
import shutil
import socket
import struct
import subprocess
import time
import unittest

import daemon
from lib import pdu
from lib.client import Client
from lib.process import eventually


def openssl(*words, data=None):
    """Its standard output."""
    return subprocess.run(["openssl", *words], input=data, check=True, capture_output=True).stdout


def dsa_keys(folder, spi):
    """A key folder of a server that knows who signs as `spi`, with FOLDER/SPI.key."""
    keys = f"{folder}/keys"
    os.makedirs(keys)
    openssl("dsaparam", "-out", f"{folder}/p", "1024")
    openssl("gendsa", "-out", f"{folder}/{spi}.key", f"{folder}/p")
    openssl("dsa", "-in", f"{folder}/{spi}.key", "-pubout", "-out", f"{keys}/{spi}")
    return keys


class SignedMessages(daemon.OperationTest):
    SPI = "example.org"  # may speak as iqn.2024-01.org.example:a

    def signed(self, age):
        """A query, signed `age` seconds ago (RFC 4171 5.5)."""
        name = pdu.tlv(pdu.NAME, f"{daemon.PREFIX}:a")
        raw = pdu.pdu(pdu.DEV_ATTR_QRY, name + name + pdu.tlv(pdu.DELIMITER) + pdu.tlv(pdu.NAME),
                      flags=pdu.CLIENT | pdu.WHOLE | pdu.AUTH)
        stamp = struct.pack(">Q", int(time.time()) - age)
        signature = openssl("dgst", "-sha1", "-sign", f"{self.folder}/{self.SPI}.key", data=raw + stamp)
        tail = stamp + struct.pack(">I", len(self.SPI)) + self.SPI.encode() + signature
        return raw + struct.pack(">II", 2, 8 + len(tail)) + tail

    def test_one_that_was_seen_is_refused_after_a_reload_too(self):
        keys = dsa_keys(self.folder, self.SPI)
        settings = f'[security]\nauthentication = "require"\nkey_folder = "{keys}"\n'
        server = self.daemon(settings)
        old, new = self.signed(30), self.signed(0)

        def status(message):
            with Client(server.port) as client:
                client.send(message)
                return client.receive().status
        self.assertEqual([status(old), status(new), status(old)], [6, 6, 8])  # known; a node that is not registered
        server.configure(settings + '[log]\nlevel = "debug"\n')
        self.assertIn("changes=log.level", server.hang_up("ISNS-1004"))
        self.assertEqual([status(old), status(new)], [8, 6])


class KeyFolder(daemon.OperationTest):
    def test_without_its_folder_require_is_a_mistake_of_the_configuration(self):
        server = daemon.Daemon(self.folder, f'[security]\nauthentication = "require"\nkey_folder = "{self.folder}/none"\n')
        for words in ([], ["--check-config"]):
            code, said = self.fails(server, *words)
            self.assertEqual(code, 2, said)
            self.assertRegex(said, r"isns-server\.toml:3:\d+: 'security.authentication' .*/none.*No such file or directory")

    def test_who_looks_at_the_database_needs_no_folder(self):
        self.daemon().stop()
        server = daemon.Daemon(self.folder, f'[security]\nauthentication = "require"\nkey_folder = "{self.folder}/none"\n')
        for words in (["backup", f"{self.folder}/b.db"], ["verify", f"{self.folder}/b.db"]):
            run = subprocess.run(server.argv(*words), capture_output=True, text=True, timeout=60)
            self.assertEqual(run.returncode, 0, run.stderr)

    def test_a_folder_that_goes_takes_no_keys_along(self):
        keys = dsa_keys(self.folder, "admin")
        server = self.daemon(f'[security]\nauthentication = "accept"\nkey_folder = "{keys}"\n'
                             '[[control_node]]\nname = "far.control"\naddresses = []\nkey = "admin"\n')
        signs = ("--control", "--control-name", "far.control", "--auth-key", f"{self.folder}/admin.key", "--auth-name", "admin")
        server.ok(*signs, "dd", "create", "x")
        os.rename(keys, f"{keys}.away")
        server.hang_up("ISNS-1004")
        self.assertIn(f"file={keys} error=\"No such file or directory\"", server.log("ISNS-3006"))
        server.ok(*signs, "dd", "create", "y")


class ControlNodes(daemon.OperationTest):
    def test_a_name_counts_only_from_its_addresses(self):
        server = self.daemon('[[control_node]]\nname = "isns.control"\naddresses = ["192.0.2.0/24"]\n')
        code, _, error = server.sanctl("--control", "dd", "create", "x")
        self.assertEqual(code, 4)
        self.assertIn("8 Source Unauthorized", error)
        self.assertIn("source=isns.control", server.log("ISNS-3001"))
        server.configure('[[control_node]]\nname = "isns.control"\naddresses = ["127.0.0.1"]\n')
        self.assertIn("changes=control_node", server.hang_up("ISNS-1004"))
        server.control("dd", "create", "x")

    def test_by_udp_an_address_counts_for_nothing(self):
        keys = dsa_keys(self.folder, "admin")
        server = self.daemon(f'[security]\nauthentication = "accept"\nkey_folder = "{keys}"\n'
                             '[[control_node]]\nname = "isns.control"\naddresses = ["127.0.0.1"]\nkey = "admin"\n')
        for asked in (["dd", "create", "x"], ["list", "nodes"]):
            self.assertEqual(server.sanctl("--control", "--udp", *asked)[0], 4)
            self.assertIn("source=isns.control", server.log("ISNS-3001"))
        server.ok("--control", "--udp", "--auth-key", f"{self.folder}/admin.key", "--auth-name", "admin",
                  "dd", "create", "x")
        self.assertIn("x", server.control("dd", "list"))

    def test_the_model_follows_a_reload_that_names_others(self):
        try:
            from lib.api_client import ApiClient, Description, quoted
        except SystemExit as error:  # it says what is not there
            raise unittest.SkipTest("no client of the API") from error
        server = self.daemon()
        self.assertEqual(server.register("a")[0], 0)
        api = ApiClient(f"{self.folder}/management.sock", None, Description())
        password = api.call("POST", "/init", {"user": "admin"}, local=True).json["password"]
        api.port = int(server.process.expect(r"ISNS-1501.*address=127\.0\.0\.1:(\d+)").group(1))
        api.token = api.login("admin", password)
        node = "/nodes/" + quoted(f"{daemon.PREFIX}:a")
        self.assertFalse(api.get(node).json["control"])
        server.configure(f'[[control_node]]\nname = "{daemon.PREFIX}:a"\naddresses = ["127.0.0.1"]\n')
        server.hang_up("ISNS-1004")
        daemon.eventually(lambda: api.get(node).json["control"], "the node is a control node")
        server.configure("")
        server.hang_up("ISNS-1004")
        daemon.eventually(lambda: not api.get(node).json["control"], "the node is none any more")

    def test_a_key_counts_from_everywhere(self):
        keys = dsa_keys(self.folder, "admin")
        openssl("gendsa", "-out", f"{keys}/server.key", f"{self.folder}/p")
        with open(f"{keys}/broken", "w", encoding="utf-8") as file:
            file.write("no key\n")
        server = self.daemon(f'[security]\nauthentication = "accept"\nkey_folder = "{keys}"\n'
                             '[[control_node]]\nname = "far.control"\naddresses = []\nkey = "admin"\n')
        self.assertIn(f"file={keys}/broken", server.log("ISNS-3006"))
        far = ["--control", "--control-name", "far.control"]
        self.assertEqual(server.sanctl(*far, "dd", "create", "x")[0], 4)
        server.ok(*far, "--auth-key", f"{self.folder}/admin.key", "--auth-name", "admin", "dd", "create", "x")
        code, _, _ = server.sanctl(*far, "--auth-key", f"{self.folder}/admin.key", "--auth-name", "stranger", "dd", "list")
        self.assertEqual(code, 4)
        self.assertIn("spi=stranger", server.log("ISNS-3003"))
        self.assertEqual(server.metric('isns_malformed_total{kind="authentication"}'), 1)


class SourceCheck(daemon.OperationTest):
    def foreign(self, mode):
        """host `b` deregisters the node of `a`: its exit code."""
        server = self.daemon(f'[security]\nsource_check = "{mode}"\n')
        self.assertEqual(server.register("a")[0], 0)
        self.assertEqual(server.register("b")[0], 0)
        return server, server.sanctl("deregister", "--node", f"{daemon.PREFIX}:a", source="b")[0]

    def test_enforce_refuses_and_says_so(self):
        server, code = self.foreign("enforce")
        self.assertEqual(code, 4)
        self.assertRegex(server.log("ISNS-3002"), rf'source={daemon.PREFIX}:b entity=a object="" refused=true')

    def test_an_object_that_another_entity_has_is_told_with_its_owner(self):
        server = self.daemon('[security]\nsource_check = "open"\n')
        for name, code in (("a", 0), ("b", 4)):
            self.assertEqual(server.sanctl("register", "--eid", name, "--target", f"{daemon.PREFIX}:{name}",
                                           "--portal", "192.0.2.9:3260")[0], code)
        self.assertRegex(server.log("ISNS-3002"),
                         rf"source={daemon.PREFIX}:b entity=a object=192\.0\.2\.9:3260/tcp refused=true")

    def test_log_lets_it_through_and_says_so(self):
        server, code = self.foreign("log")
        self.assertEqual(code, 0)
        self.assertRegex(server.log("ISNS-3002"), rf'source={daemon.PREFIX}:b entity=a object="" refused=false')

    def test_open_lets_it_through_in_silence(self):
        server, code = self.foreign("open")
        self.assertEqual(code, 0)
        server.stop()
        self.assertFalse([line for line in server.process.lines if "ISNS-3002" in line])


class Addresses(daemon.OperationTest):
    def rule(self, access):
        return self.daemon(f'[[address_rule]]\nnetwork = "127.0.0.0/8"\naccess = "{access}"\n')

    def test_none_closes_the_connection_and_leaves_datagrams_alone(self):
        server = self.rule("none")
        self.assertEqual(server.sanctl("ping")[0], 2)
        self.assertIn("access=none", server.log("ISNS-3004"))
        self.assertEqual(server.sanctl("ping", "--udp", "--timeout", "1")[0], 3)
        daemon.eventually(lambda: server.metric('isns_connections_refused_total{by="address_rule"}') >= 2, "both counted")

    def test_query_lets_ask_only(self):
        server = self.rule("query")
        self.assertEqual(server.register("a")[0], 4)
        self.assertRegex(server.log("ISNS-3004"), "access=query function=DevAttrReg")
        self.assertEqual(server.control("list", "nodes").count("\n"), 1)

    def test_register_does_not_let_zone(self):
        server = self.rule("register")
        self.assertEqual(server.register("a")[0], 0)
        self.assertEqual(server.sanctl("--control", "dd", "create", "x")[0], 4)

    def test_rules_are_reloadable(self):
        server = self.rule("none")
        server.configure('[[address_rule]]\nnetwork = "127.0.0.0/8"\naccess = "full"\n')
        self.assertIn("changes=address_rule", server.hang_up("ISNS-1004"))
        server.control("dd", "create", "x")

    def reloaded(self, server, access):
        server.configure(f'[[address_rule]]\nnetwork = "127.0.0.0/8"\naccess = "{access}"\n')
        server.hang_up("ISNS-1004")

    def test_a_reload_judges_an_open_connection_anew(self):
        server = self.rule("full")
        name = pdu.tlv(pdu.NAME, f"{daemon.PREFIX}:a")
        with Client(server.port, f"{daemon.PREFIX}:a") as client:
            client.ok(pdu.DEV_ATTR_REG, operating=name)
            self.reloaded(server, "query")
            self.assertEqual(client.call(pdu.DEV_ATTR_REG, operating=name).status, 8)
            client.ok(pdu.DEV_ATTR_QRY, name, pdu.tlv(pdu.ALIAS))
            self.reloaded(server, "register")
            client.ok(pdu.DEV_ATTR_REG, operating=name)

    def test_a_reload_closes_the_connections_of_an_address_that_may_do_nothing_now(self):
        server = self.rule("full")
        with Client(server.port, f"{daemon.PREFIX}:a") as client:
            client.ok(pdu.DEV_ATTR_REG, operating=pdu.tlv(pdu.NAME, f"{daemon.PREFIX}:a"))
            self.reloaded(server, "none")
            self.assertIsNone(client.receive())
        self.assertIn("access=none", server.log("ISNS-3004"))
        daemon.eventually(lambda: server.metric('isns_connections_closed_total{reason="address_rule"}') == 1, "it is counted")


class Limits(daemon.OperationTest):
    def test_connections_of_one_address_are_limited(self):
        server = self.daemon("[limits]\nconnections_per_source = 2\n")
        held = [Client(server.port), Client(server.port)]
        server_says = socket.create_connection(("127.0.0.1", server.port), daemon.PATIENCE)
        self.assertEqual(server_says.recv(1), b"")
        server_says.close()
        self.assertIn("limit=limits.connections_per_source max=2", server.log("ISNS-2001"))
        for client in held:
            client.close()

    def test_requests_of_one_address_are_limited_by_status_12(self):
        server = self.daemon("[limits]\nrequests_per_source = 3\n")
        statuses = server.sanctl("ping", "--count", "20", "--output", "csv")[1]
        self.assertIn("12 Busy", statuses)
        server.log("ISNS-2007")

    def test_one_address_does_not_fill_the_registry_for_the_others(self):
        server = self.daemon("[limits]\nobjects_per_source = 4\n")
        self.assertEqual([server.register(name)[0] for name in ("a", "b", "c")], [0, 0, 4])
        self.assertRegex(server.log("ISNS-2008"), rf"source={daemon.PREFIX}:c max=4")
        self.assertEqual(server.register("a")[0], 0)  # what is there may be said again
        server.control("register", "--eid", "c", "--initiator", f"{daemon.PREFIX}:c")
        with Client(server.port, f"{daemon.PREFIX}:d", local="127.0.0.2") as other:
            other.ok(pdu.DEV_ATTR_REG, operating=pdu.tlv(pdu.EID, "d") + pdu.tlv(pdu.NAME, f"{daemon.PREFIX}:d"))
        # Nothing is taken away at a start that has less room, and nobody has used up anything then.
        server.stop()
        server.start()
        self.assertEqual([server.register(name)[0] for name in ("a", "b", "e")], [0, 0, 0])

    def test_a_silent_connection_is_closed_after_its_time(self):
        server = self.daemon('[limits]\nidle_timeout = "1s"\n[log]\nlevel = "debug"\n')
        with socket.create_connection(("127.0.0.1", server.port), daemon.PATIENCE) as idle:
            self.assertEqual(idle.recv(1), b"")
        server.log("ISNS-2005")


class WhatCounts(daemon.OperationTest):
    def pair(self, settings):
        server = self.daemon(settings)
        server.register("a")
        server.register("b")
        return server

    def test_without_a_domain_nobody_finds_anybody(self):
        self.assertEqual(self.pair("").names("a"), ["a"])

    def test_with_the_default_domain_on_who_is_in_no_domain_finds_who_is_in_none(self):
        server = self.pair("[registry]\ndefault_domain = true\n")
        self.assertEqual(server.names("a"), ["a", "b"])
        server.control("dd", "create", "x", "--member", f"{daemon.PREFIX}:b")
        self.assertEqual(server.names("a"), ["a"])

    def test_a_domain_in_no_set_counts_where_that_is_set(self):
        for setting, found in (("inactive", ["a"]), ("active", ["a", "b"])):
            with self.subTest(setting):
                shutil.rmtree(self.folder)
                os.makedirs(self.folder)
                server = self.pair(f'[registry]\nunassigned_domains = "{setting}"\n')
                server.control("dd", "create", "x", "--member", f"{daemon.PREFIX}:a", "--member", f"{daemon.PREFIX}:b")
                self.assertEqual(server.names("a"), found)
                server.stop()

    def test_a_misspelt_member_is_shown_as_not_registered(self):
        server = self.pair("")
        server.control("dd", "create", "x", "--member", f"{daemon.PREFIX}:a", "--member", f"{daemon.PREFIX}:tpyo")
        rows = [line.split("  ") for line in server.control("dd", "show", "x").splitlines()]
        types = {row[1].strip(): row[2].strip() for row in ([w for w in r if w] for r in rows) if row[:1] == ["node"]}
        self.assertEqual(types, {f"{daemon.PREFIX}:a": "initiator", f"{daemon.PREFIX}:tpyo": "not registered"})
        self.assertEqual(server.sanctl("--control", "dd", "add", "x", "host1")[0], 1)

    def test_an_entity_that_is_silent_expires_with_an_event(self):
        server = self.daemon('[registry]\nmin_period = "1s"\n')
        server.ok("register", "--eid", "short", "--initiator", f"{daemon.PREFIX}:a", "--registration-period", "1")
        self.assertIn("entity=short", server.log("ISNS-4002"))
        # It is told when it is decided, and gone when that is stored.
        eventually(lambda: json.loads(server.control("list", "entities", "--output", "json")) == [], "it is gone")


daemon.main()
