#!/usr/bin/env python3
"""Backup while the server runs, verification, restore; also as root for a server that runs as another user."""

import contextlib
import glob
import os
import pwd
import re
import shutil
import sqlite3
import subprocess
import threading
import unittest

import daemon
from daemon import eventually
from lib import pdu
from lib.client import Client


def words_of(server, *words):
    return daemon.run(server.argv(*words))


def said_to(server, *words, passphrase="a passphrase of some length"):
    """As words_of, with a line of input."""
    done = subprocess.run(server.argv(*words), input=passphrase + "\n", capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


class Versions(daemon.OperationTest):
    def test_a_database_of_version_1_is_brought_forward_with_what_it_holds(self):
        path = f"{self.folder}/registry.db"
        with open(os.path.join(os.path.dirname(__file__), "data", "registry-v1.sql"), encoding="utf-8") as file:
            old = sqlite3.connect(path)
            old.executescript(file.read())
            old.close()
        os.chmod(path, 0o600)
        server = self.daemon()
        self.assertIn("zone-1", server.control("dd", "list"))
        self.assertIn("iqn.2001-01.com.example:host1", server.control("list", "nodes"))
        server.control("dd", "create", "zone-2")
        server.stop()
        self.assertEqual(words_of(server, "verify", path)[0], 0)
        [copy] = glob.glob(f"{path}.before-*")  # by the version that it was brought to
        before = sqlite3.connect(copy)
        self.assertEqual(before.execute("SELECT value FROM meta WHERE name = 'schema_version'").fetchone(), (1,))
        before.close()


class History(daemon.OperationTest):
    CHANGES = 5000  # more than are removed at once

    def changes(self, which=""):
        with contextlib.closing(sqlite3.connect(f"{self.folder}/registry.db")) as file:
            return file.execute(f'SELECT COUNT(*) FROM "change" {which}').fetchone()[0]

    def test_all_of_it_that_is_too_old_is_gone_soon_after_a_start(self):
        server = self.daemon()
        name = pdu.tlv(pdu.NAME, f"{daemon.PREFIX}:a")
        with Client(server.port, f"{daemon.PREFIX}:a") as client:
            client.ok(pdu.DEV_ATTR_REG, operating=name)
            for number in range(self.CHANGES):
                alias = name + pdu.tlv(pdu.ALIAS, f"alias {number}")
                client.send(pdu.pdu(pdu.DEV_ATTR_REG, name + name + pdu.tlv(pdu.DELIMITER) + alias))
                if number % 100 == 99:
                    self.assertEqual({client.receive().status for _ in range(100)}, {0})
        server.stop()
        self.assertGreater(self.changes(), self.CHANGES)
        with contextlib.closing(sqlite3.connect(f"{self.folder}/registry.db")) as file, file:
            file.execute('UPDATE "change" SET "time" = "time" - 10 * 86400')
        server = self.daemon(words=["--set", "store.history_days=5"])
        rows = int(re.search(r"rows=(\d+)", server.log("ISNS-5005")).group(1))
        self.assertGreater(rows, self.CHANGES)
        server.stop()
        self.assertLess(self.changes(), 100)

    def test_records_of_what_clients_changed_are_bounded(self):
        server = self.daemon()
        server.control("dd", "create", "zone-1")
        server.stop()

        def records():
            with contextlib.closing(sqlite3.connect(f"{self.folder}/registry.db")) as file:
                return file.execute("SELECT COUNT(*) FROM san_change_set").fetchone()[0]

        self.assertEqual(records(), 1)
        with contextlib.closing(sqlite3.connect(f"{self.folder}/registry.db")) as file, file:
            columns = [row[1] for row in file.execute("PRAGMA table_info(san_change_set)")][1:]
            names = ", ".join(columns)
            file.execute(f"INSERT INTO san_change_set (id, {names}) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                         f"WHERE i < 102000) SELECT id + i, {names} FROM san_change_set, n")
        server = self.daemon()
        eventually(lambda: records() == 100_000, lambda: f"there are {records()}")
        self.assertIn("zone-1", server.control("dd", "list"))

    def test_a_clock_that_is_far_ahead_at_a_start_takes_none_of_it(self):
        server = self.daemon()
        server.register("first")

        def noted():
            with contextlib.closing(sqlite3.connect(f"file:{self.folder}/registry.db?mode=ro", uri=True)) as file:
                return file.execute('SELECT COUNT(*) FROM "certificate_clock"').fetchone()[0]

        eventually(noted, "the time is noted")
        server.stop()
        with contextlib.closing(sqlite3.connect(f"{self.folder}/registry.db")) as file, file:
            # To who was last sure of the time twenty days ago this clock is twenty days ahead.
            told = file.execute('UPDATE "certificate_clock" SET "floor" = "floor" - 20 * 86400')
            self.assertEqual(told.rowcount, 1)
            file.execute('UPDATE "change" SET "time" = "time" - 10 * 86400')
        before = self.changes("WHERE \"time\" < unixepoch() - 7 * 86400")
        self.assertGreater(before, 1)
        server = self.daemon(words=["--set", "store.history_days=5"])
        answered = 'isns_messages_total{function="DevAttrReg",status="Successful"}'
        # Metrics go just before the history, once a second: with the second one it has been looked at.
        for number in range(1, 3):
            server.register(f"later-{number}")
            eventually(lambda: server.metric(answered) >= number, "the registration is counted")
        server.stop()
        self.assertEqual(self.changes("WHERE \"time\" < unixepoch() - 7 * 86400"), before)


class Backup(daemon.OperationTest):
    def test_a_backup_under_load_restores_to_a_moment_of_it(self):
        server = self.daemon()
        server.control("dd", "create", "before")
        done = threading.Event()

        def load():
            number = 0
            while not done.is_set():
                server.register(f"n{number}")
                number += 1

        writer = threading.Thread(target=load)
        writer.start()
        try:
            status, said = words_of(server, "backup", f"{self.folder}/b.db")
        finally:
            done.set()
            writer.join()
        self.assertEqual(status, 0, said)
        self.assertRegex(said, rf"^backup of \S+ in {self.folder}/b\.db: \d+ bytes, revision \d+\n$")
        server.control("dd", "create", "after")
        status, said = words_of(server, "verify", f"{self.folder}/b.db")
        self.assertEqual(status, 0, said)
        self.assertRegex(said, r"is whole: revision \d+, \d+ rows, \d+ changes\n$")

        status, said = words_of(server, "restore", f"{self.folder}/b.db")
        self.assertEqual(status, 1)
        self.assertIn("is in use by process", said)
        server.stop()
        status, said = words_of(server, "restore", f"{self.folder}/b.db")
        self.assertEqual(status, 0, said)
        self.assertRegex(said, r"registry\.db restored from \S+, revision \d+; the next one follows 10\d{8}\nthe former database is \S+\.replaced-\d+\n$")
        again = self.daemon()
        domains = again.control("dd", "list")
        self.assertIn("before", domains)
        self.assertNotIn("after", domains)

    def test_what_is_missing_or_broken_is_told(self):
        server = daemon.Daemon(self.folder)
        missing = f"{self.folder}/none.db"
        for words in (["verify", missing], ["restore", missing]):
            self.assertEqual(words_of(server, *words), (1, f"isns-server: there is no file {missing}.\n"))
        self.assertEqual(words_of(server, "backup", f"{self.folder}/b.db"),
                         (1, f"isns-server: there is no database {self.folder}/registry.db.\n"))
        server = self.daemon()
        server.register("a")
        words_of(server, "backup", f"{self.folder}/b.db")
        server.stop()
        with open(f"{self.folder}/b.db", "r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * 4096)
        status, said = words_of(server, "verify", f"{self.folder}/b.db")
        self.assertEqual(status, 1)
        self.assertIn(f"{self.folder}/b.db", said)
        status, _ = words_of(server, "restore", f"{self.folder}/b.db")
        self.assertEqual(status, 1)
        self.assertIn("a", self.daemon().control("list", "entities"))

    def test_a_damaged_database_is_not_touched_and_its_remedy_works(self):
        server = self.daemon()
        server.register("a")
        words_of(server, "backup", f"{self.folder}/b.db")
        server.stop()
        path = f"{self.folder}/registry.db"
        with open(path, "r+b") as file:
            file.truncate(5000)
        with open(path, "rb") as file:
            before = file.read()
        status, said = self.fails(server)
        self.assertEqual(status, 1)
        self.assertIn(path, said)
        self.assertIn("isns-server restore BACKUP", said)
        with open(path, "rb") as file:
            self.assertEqual(file.read(), before)
        self.assertEqual(words_of(server, "restore", f"{self.folder}/b.db")[0], 0)
        self.assertIn("a", self.daemon().control("list", "entities"))


class BackupOfKeys(daemon.OperationTest):
    def initialise(self):
        init = daemon.run([daemon.program("sanctl"), "init", "--socket", f"{self.folder}/management.sock", "admin"])
        self.assertEqual(init[0], 0, init)

    def test_keys_and_database_on_a_new_host_go_on_as_before(self):
        server = self.daemon()
        self.initialise()
        before = server.log("ISNS-1501")
        status, said = said_to(server, "backup-keys", f"{self.folder}/keys.backup")
        self.assertEqual(status, 0, said)
        self.assertIn("3 keys of", said)
        self.assertEqual(os.stat(f"{self.folder}/keys.backup").st_mode & 0o777, 0o600)
        self.assertEqual(words_of(server, "backup", f"{self.folder}/b.db")[0], 0)
        server.stop()
        keys = f"{self.folder}/server-keys"
        with open(f"{keys}/seal.key", "rb") as file:
            secret = file.read().strip()[2:]
        with open(f"{self.folder}/keys.backup", "rb") as file:
            sealed = file.read()
        self.assertEqual(len(bytes.fromhex(secret.decode())), 32)
        self.assertNotIn(secret, sealed)
        self.assertNotIn(bytes.fromhex(secret.decode()), sealed)
        # What is there is not overwritten; a wrong passphrase restores nothing.
        status, said = said_to(server, "restore-keys", f"{self.folder}/keys.backup")
        self.assertEqual(status, 1)
        self.assertIn("is there already; move the folder away", said)
        shutil.rmtree(keys)
        status, said = said_to(server, "restore-keys", f"{self.folder}/keys.backup", passphrase="another passphrase")
        self.assertEqual((status, os.path.exists(keys)), (1, False), said)
        status, said = said_to(server, "restore-keys", f"{self.folder}/keys.backup")
        self.assertEqual(status, 0, said)
        self.assertEqual(oct(os.stat(keys).st_mode & 0o777), "0o700")
        self.assertEqual(oct(os.stat(f"{keys}/seal.key").st_mode & 0o777), "0o400")
        self.assertEqual(words_of(server, "restore", f"{self.folder}/b.db")[0], 0)
        # The same authority as before: its key is sealed in the database.
        again = self.daemon()
        authority = re.search(r'authority"?[=:] ?"?([0-9A-F:]+)', before).group(1)
        self.assertIn(authority, again.log("ISNS-1501"))

    def test_without_the_keys_the_server_says_what_to_do(self):
        server = self.daemon()
        self.initialise()
        server.log("ISNS-1501")
        # The check value of the key is stored soon after the start.
        eventually(lambda: sqlite3.connect(f"file:{self.folder}/registry.db?mode=ro", uri=True)
                   .execute("SELECT count(*) FROM sealing_key").fetchone()[0] == 1, "the key has a row")
        server.stop()
        shutil.rmtree(f"{self.folder}/server-keys")
        status, said = self.fails(server)
        self.assertEqual(status, 1)
        self.assertRegex(said, "restore it from the backup of the keys")

    def test_a_short_passphrase_writes_nothing(self):
        server = self.daemon()
        status, said = said_to(server, "backup-keys", f"{self.folder}/keys.backup", passphrase="short")
        self.assertEqual((status, os.path.exists(f"{self.folder}/keys.backup")), (1, False))
        self.assertIn("shorter than 12", said)


@unittest.skipUnless(os.geteuid() == 0, "needs root to be somebody else")
class AsRoot(daemon.OperationTest):
    def setUp(self):
        super().setUp()
        self.user = pwd.getpwnam("nobody")
        os.chmod(self.folder, 0o755)
        self.data = f"{self.folder}/data"
        self.keys = f"{self.data}/server-keys"
        os.makedirs(self.data)
        os.chown(self.data, self.user.pw_uid, self.user.pw_gid)

    def server(self):
        settings = {"store.path": f"{self.data}/registry.db", "api.enabled": "true", "api.port": "0",
                    "api.socket": f"{self.data}/management.sock", "api.key_folder": self.keys}
        words = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
        server = daemon.Daemon(self.folder, words=words, user="nobody")
        self.addCleanup(server.stop)
        return server

    def test_what_root_restores_belongs_to_the_server(self):
        server = self.server().start()
        server.register("a")
        self.assertEqual(words_of(server, "backup", f"{self.folder}/b.db")[0], 0)
        self.assertEqual(said_to(server, "backup-keys", f"{self.folder}/keys.backup")[0], 0)
        server.stop()
        self.assertEqual(words_of(server, "restore", f"{self.folder}/b.db")[0], 0)
        again = self.server().start()
        self.assertIn("a", again.control("list", "entities"))
        self.assertEqual(again.register("b")[0], 0)
        again.stop()
        # On a new host the folder is empty.
        shutil.rmtree(self.data)
        os.makedirs(self.data)
        os.chown(self.data, self.user.pw_uid, self.user.pw_gid)
        self.assertEqual(words_of(server, "restore", f"{self.folder}/b.db")[0], 0)
        said = self.fails(self.server())
        self.assertIn("server-id is missing, which holds the id of the server that began the audit log", said[1])
        self.assertEqual(said_to(server, "restore-keys", f"{self.folder}/keys.backup")[0], 0)
        self.assertIn("a", self.server().start().control("list", "entities"))

    def link(self, target, path):
        """As the server's user may make it in a folder of his."""
        os.symlink(target, path)
        os.chown(path, self.user.pw_uid, self.user.pw_gid, follow_symlinks=False)

    def test_root_restores_through_no_link_of_the_servers_user(self):
        server = self.server().start()
        server.register("a")
        self.assertEqual(words_of(server, "backup", f"{self.folder}/b.db")[0], 0)
        self.assertEqual(said_to(server, "backup-keys", f"{self.folder}/keys.backup")[0], 0)
        server.stop()
        roots = f"{self.folder}/roots"
        with open(roots, "w", encoding="utf-8") as file:
            file.write("of root")
        os.chmod(roots, 0o600)
        os.makedirs(f"{self.folder}/etc")

        lock = f"{self.data}/registry.db.lock"
        os.remove(lock)
        self.link(roots, lock)
        status, said = words_of(server, "restore", f"{self.folder}/b.db")
        self.assertEqual(status, 1, said)
        self.assertIn(f"cannot open {lock}: Too many levels of symbolic links", said)
        os.remove(lock)
        for name in ("new", "new.incomplete", "restoring"):
            self.link(roots, f"{self.data}/registry.db.{name}")
        self.assertEqual(words_of(server, "restore", f"{self.folder}/b.db")[0], 0)
        with open(roots, encoding="utf-8") as file:
            self.assertEqual((file.read(), os.stat(roots).st_uid), ("of root", 0))

        shutil.rmtree(self.keys)
        self.link(f"{self.folder}/etc", self.keys)
        status, said = said_to(server, "restore-keys", f"{self.folder}/keys.backup")
        self.assertEqual((status, os.listdir(f"{self.folder}/etc"), os.stat(f"{self.folder}/etc").st_uid), (1, [], 0), said)
        self.assertIn(f"{self.keys} is a symbolic link", said)

    def test_root_backs_up_the_keys_of_the_server_and_puts_them_back(self):
        server = self.server().start()
        backup = f"{self.folder}/keys.backup"
        with open(f"{self.keys}/seal.key", "rb") as file:
            before = file.read()
        status, said = said_to(server, "backup-keys", backup)
        self.assertEqual(status, 0, said)
        self.assertEqual((os.stat(backup).st_uid, os.stat(backup).st_mode & 0o777), (0, 0o600))
        server.stop()
        shutil.rmtree(self.keys)
        status, said = said_to(server, "restore-keys", backup)
        self.assertEqual(status, 0, said)
        with open(f"{self.keys}/seal.key", "rb") as file:
            self.assertEqual(file.read(), before)
        self.server().start()

    def test_a_key_that_is_not_the_servers_own_goes_into_no_backup(self):
        server = self.server().start()
        foreign = f"{self.folder}/foreign"
        shutil.copy(f"{self.keys}/seal.key", foreign)
        os.chmod(foreign, 0o400)
        for put in (os.symlink, shutil.copy):
            os.remove(f"{self.keys}/seal.key")
            put(foreign, f"{self.keys}/seal.key")
            status, said = said_to(server, "backup-keys", f"{self.folder}/keys.backup")
            self.assertEqual((status, os.path.exists(f"{self.folder}/keys.backup")), (1, False), said)
            self.assertIn("seal.key belongs to another user; it must belong to nobody, as whom the service runs", said)


daemon.main()
