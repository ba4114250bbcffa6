#!/usr/bin/env python3
"""What keeps isns-server from starting is told in one sentence that says what to do, with an exit status of its own."""

import os
import socket
import subprocess
import unittest

import daemon


class CommandLine(daemon.OperationTest):
    def told(self, *words):
        return daemon.run([daemon.program("isns-server"), *words])

    def test_help_shows_verbs_examples_and_exit_codes(self):
        status, text = self.told("--help")
        self.assertEqual(status, 0)
        for part in ("backup FILE", "verify FILE", "restore FILE", "--check-config", "examples:", "SIGHUP", "exit codes:"):
            self.assertIn(part, text)
        self.assertLessEqual(max(map(len, text.splitlines())), 100, "columns")

    def test_the_version_is_told_with_the_name(self):
        self.assertRegex(self.told("--version")[1], r"^isns-server \d+\.\d+\.\d+\n$")

    def test_mistakes_are_told_with_what_was_meant(self):
        for words, wanted in (
                (["--chek-config"], 'unknown option "--chek-config"; did you mean "--check-config"?'),
                (["--bogus"], 'unknown option "--bogus"; see isns-server --help'),
                (["bakup", "x"], 'unknown command "bakup"; did you mean "backup"?'),
                (["backup"], "the FILE is missing; see isns-server --help"),
                (["backup", "a", "b"], 'one word too many: "b"; see isns-server --help'),
                (["backup", "a", "--check-config"], 'one command too many: "--check-config"; see isns-server --help'),
                (["--set"], 'a value is missing after "--set"; see isns-server --help')):
            with self.subTest(words):
                self.assertEqual(self.told(*words), (2, f"isns-server: {wanted}\n"))


class Configuration(daemon.OperationTest):
    def mistakes(self, text, *words):
        server = daemon.Daemon(self.folder)
        with open(server.config, "w", encoding="utf-8") as file:
            file.write(text)
        status, said = self.fails(server, *words)
        self.assertEqual(status, 2, said)
        return said.replace(f"isns-server: {server.config}", "FILE").splitlines()

    def test_every_mistake_is_told_at_once_in_the_order_of_the_file(self):
        self.assertEqual(self.mistakes('[listen]\nprot = 1\n[log]\nlevel = "loud"\n[limits]\nmessage_size = "1GiB"\n'), [
            "FILE:2:1: unknown key 'listen.prot'; did you mean 'listen.port'?",
            "FILE:4:9: 'log.level' expects one of critical, error, warning, notice, info, debug, not the text 'loud'",
            "FILE:6:16: 'limits.message_size' expects a number of bytes from 64KiB to 64MiB, not the text '1GiB'"])

    def test_a_key_given_twice_is_told_with_the_second_place(self):
        (line,) = self.mistakes("[listen]\nport = 1\nport = 2\n")
        self.assertRegex(line, r"^FILE:3:\d+: .*'port'")

    def test_a_wrong_type_and_a_wrong_override_are_told(self):
        self.assertEqual(self.mistakes("listen.udp = 1\n", "--set", "esi.treshold=3"), [
            "FILE:1:14: 'listen.udp' expects true or false, not the integer 1",
            "isns-server: --set 'esi.treshold=3': unknown key 'esi.treshold'; did you mean 'esi.threshold'?"])

    def test_a_file_that_is_missing_or_a_folder_or_not_ours_to_read_is_told(self):
        server = daemon.Daemon(self.folder)
        for path, why in ((f"{self.folder}/none.toml", "No such file or directory"), (self.folder, "cannot be read")):
            with self.subTest(path):
                status, said = self.fails(server, "--config", path)
                self.assertEqual((status, said.count("\n")), (2, 1), said)
                self.assertIn(path, said)
                self.assertIn(why, said)
        if os.geteuid() == 0:
            os.chmod(self.folder, 0o755)
            os.chmod(server.config, 0o600)
            status, said = self.fails(server, user="nobody")
            self.assertEqual(status, 2)
            self.assertIn("Permission denied", said)

    def test_a_good_one_is_printed_with_the_place_of_every_value(self):
        server = daemon.Daemon(self.folder, '[log]\nlevel = "debug"\n')
        status, said = self.fails(server, "--check-config", "--set", "esi.threshold=5")
        self.assertEqual(status, 0, said)
        self.assertIn(f'log.level = "debug"  # {server.config}:2:9\n', said)
        self.assertIn("esi.threshold = 5  # --set 'esi.threshold=5'\n", said)
        self.assertIn('registry.default_period = "15m"  # default\n', said)


class Surroundings(daemon.OperationTest):
    def test_a_port_in_use_is_told_for_isns_and_for_http(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            for setting in ("listen.port", "http.port"):  # those of the API: first_day_test.py
                with self.subTest(setting):
                    status, said = self.fails(daemon.Daemon(self.folder), "--set", f"{setting}={port}")
                    self.assertEqual(status, 1, said)
                    self.assertRegex(said, rf"{setting}\) cannot listen on 127\.0\.0\.1:{port}: Address already in use; .*ss -lnptu")

    def test_two_servers_do_not_share_the_port_for_http(self):
        first = self.daemon()
        second = daemon.Daemon(self.folder)
        status, said = self.fails(second, "--set", f"http.port={first.http_port}", "--set", "store.kind=memory")
        self.assertEqual(status, 1, said)
        self.assertIn("http.port) cannot listen on", said)

    def test_an_address_that_this_host_has_not_is_told(self):
        status, said = self.fails(daemon.Daemon(self.folder), "--set", "listen.addresses=203.0.113.77")
        self.assertEqual(status, 1)
        self.assertIn("ISNS-1007", said)
        self.assertIn("203.0.113.77", said)

    def test_a_missing_folder_of_the_database_is_told_with_what_to_do(self):
        status, said = self.fails(daemon.Daemon(self.folder), "--set", f"store.path={self.folder}/no/such/registry.db")
        self.assertEqual(status, 1)
        self.assertIn(f"make the folder {self.folder}/no/such/", said)

    @unittest.skipUnless(os.geteuid() == 0, "needs root to be somebody else")
    def test_a_folder_that_is_not_writable_is_told(self):
        os.chmod(self.folder, 0o755)
        status, said = self.fails(daemon.Daemon(self.folder), user="nobody")
        self.assertEqual(status, 1)
        self.assertIn("Permission denied", said)
        self.assertIn("must be that user's who runs the server", said)

    def test_a_database_in_use_is_told_with_the_process(self):
        first = self.daemon()
        status, said = self.fails(first, "--set", "http.port=0")
        self.assertEqual(status, 1)
        self.assertRegex(said, rf"registry\.db is in use by process {first.process.pid}\b")

    def test_what_is_no_database_is_left_as_it_is(self):
        path = f"{self.folder}/registry.db"
        with open(path, "wb") as file:
            file.write(b"no database at all\n" * 400)
        status, said = self.fails(daemon.Daemon(self.folder))
        self.assertEqual(status, 1)
        self.assertIn(f"{path} is damaged", said)
        self.assertIn("isns-server restore BACKUP", said)
        with open(path, "rb") as file:
            self.assertEqual(file.read(), b"no database at all\n" * 400)

    def test_under_the_journal_a_failed_start_is_an_event_with_a_priority(self):
        server = daemon.Daemon(self.folder)
        with open(server.config, "a", encoding="utf-8") as file:
            file.write("nonsense = 1\n")
        for words, wanted in (([], r"^<3>.*id=ISNS-1005 .*where=\S+:\d+:\d+"),
                              (["--config", "/dev/null", "--set", f"store.path={self.folder}/no/such.db"],
                               r"^<2>.*id=ISNS-1010 event=start-failed error=")):
            ours, theirs = os.pipe()
            facts = os.fstat(theirs)
            subprocess.run(server.argv(*words), stderr=theirs, check=False, timeout=daemon.PATIENCE,
                           env={**os.environ, "JOURNAL_STREAM": f"{facts.st_dev}:{facts.st_ino}"})
            os.close(theirs)
            with os.fdopen(ours, encoding="utf-8") as said:
                self.assertRegex(said.read(), wanted)


daemon.main()
