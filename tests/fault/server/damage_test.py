#!/usr/bin/env python3
"""A damaged database is refused and left as it is; a backup made while serving brings everything back."""

import hashlib
import os
import sqlite3

import rig
from census import Census
from lib import pdu
from lib.pdu import portal, tlv

PAGE = 4096
EMPTY = hashlib.sha256(b"").hexdigest()


class DamageTest(rig.ServerTest):
    def setUp(self):
        super().setUp()
        self.server = rig.Server(self.folder)
        self.database = self.server.database

    def register(self, client, number):
        name = f"iqn.2024-01.org.example:node{number}"
        client.ok(pdu.DEV_ATTR_REG, b"", self.attributes(number, name), source=name)

    @staticmethod
    def attributes(number, name):
        return (tlv(pdu.EID, f"entity{number}") + tlv(pdu.PROTOCOL, 2) + tlv(pdu.PERIOD, 5000) +
                portal(f"10.1.{number >> 8}.{number & 255}", 3260) + tlv(pdu.PORTAL_NAME, "left") + tlv(pdu.NAME, name) +
                tlv(pdu.NODE_TYPE, pdu.TARGET) + tlv(pdu.ALIAS, f"alias{number}"))

    def make_database(self, count=200):
        """A database with some content, closed well; what a census finds in it."""
        self.server.start()
        with rig.Client(self.server.port, rig.CONTROL) as client:
            for number in range(count):
                self.register(client, number)
            client.zone("zone", "iqn.2024-01.org.example:node1", "iqn.2024-01.org.example:node2")
            found = self.census(client)
        self.server.stop()
        return found

    @staticmethod
    def census(client):
        census = Census(client)
        return census.entities, census.zones

    def files(self):
        """Every file of the database but the lock, by name: its content's hash."""
        found = {}
        for name in sorted(os.listdir(self.folder)):
            if name.startswith("registry.db") and not name.endswith(".lock"):
                with open(f"{self.folder}/{name}", "rb") as file:
                    found[name] = hashlib.sha256(file.read()).hexdigest()
        return found

    def expect_refusal(self, *words):
        """A start must fail, name the file and these words, and touch nothing."""
        before = self.files()
        status, output = rig.run([self.server.program, "--config", self.server.configure()])
        self.assertNotEqual(status, 0)
        self.assertGreater(status, 0, "it was ended by a signal")
        for word in (self.database, *words):
            self.assertIn(word, output)
        self.assertNotIn("ISNS-1001", output, "it said that it had started")
        # What SQLite works with may have come: a log, if none was there, without anything in it.
        after = self.files()
        self.assertEqual({name: after.get(name) for name in before}, before)
        self.assertLessEqual(after.keys(), {"registry.db", "registry.db-wal", "registry.db-shm"})
        self.assertIn(after.get("registry.db-wal"), (None, EMPTY, before.get("registry.db-wal")))

    def write(self, offset, data):
        with open(self.database, "r+b") as file:
            file.seek(offset)
            file.write(data)

    def change(self, *statements):
        with sqlite3.connect(self.database) as database:
            for statement in statements:
                database.execute(statement)
        database.close()

    def test_rows_that_cannot_be_true_are_refused_though_sqlite_finds_nothing(self):
        self.make_database(3)
        with open(self.database, "rb") as file:
            good = file.read()
        for statement, *words in (
                ("UPDATE portal SET portal_ip = NULL WHERE id = 1", "row 1 of the table portal", "portal_ip"),
                ("UPDATE node SET entity = 77 WHERE id = 1", "row 1 of the table node", "missing"),
                ("UPDATE node SET id = 4294967295 WHERE id = 1", "row 4294967295 of the table node", "index"),
                ("UPDATE counter SET reserved = -1", "table counter", "reserved"),
                ("DELETE FROM portal_group WHERE id = 1", "row 1 of the table entity", "portal group")):
            with self.subTest(statement):
                self.write(0, good)
                self.change(statement)
                self.expect_refusal("damaged", "restore", *words)

    def test_a_page_overwritten_is_refused_whichever_it_is(self):
        # Of the history a start reads the newest changes only; here these are all.
        self.make_database(60)
        with open(self.database, "rb") as file:
            good = file.read()
        for page in range(len(good) // PAGE):
            with self.subTest(page=page):
                self.write(0, good)
                self.write(page * PAGE, bytes((page * 7 + n * 13) & 255 for n in range(PAGE)))
                self.expect_refusal("damaged", "restore")
        self.write(0, good)

    def test_a_file_cut_short_is_refused(self):
        self.make_database()
        size = os.path.getsize(self.database)
        for left in (size - PAGE, size // 2, PAGE, 50, 0):
            with self.subTest(left=left):
                os.truncate(self.database, left)
                self.expect_refusal("damaged", "restore")

    def test_what_is_no_database_is_refused(self):
        self.write_new(b"This is a letter, and no database.\n" * 100)
        self.expect_refusal("damaged", "restore")

    def test_another_programs_database_is_refused(self):
        self.change("CREATE TABLE bookmarks (name TEXT)")
        self.expect_refusal("not one of Sanctum")

    def test_a_newer_schema_is_refused_with_both_versions_and_what_to_do(self):
        self.make_database(3)
        self.change("UPDATE meta SET value = 99 WHERE name = 'schema_version'")
        self.expect_refusal("99", "newer program", "restore")

    def test_damage_beside_a_log_is_refused_and_the_log_kept(self):
        self.server.start()
        with rig.Client(self.server.port, rig.CONTROL) as client:
            for number in range(50):
                self.register(client, number)
        self.server.process.kill()
        self.assertIn("registry.db-wal", os.listdir(self.folder))
        self.write(0, b"\0" * 100)
        self.expect_refusal("damaged", "restore")

    def write_new(self, data):
        with open(self.database, "wb") as file:
            file.write(data)

    def test_a_backup_made_while_serving_brings_back_all_that_was_acknowledged_before_it(self):
        self.server.start()
        self.addCleanup(lambda: self.server.process.kill())
        backup = f"{self.folder}/backup.db"
        with rig.Client(self.server.port, rig.CONTROL) as client:
            for number in range(100):
                self.register(client, number)
            client.zone("zone", "iqn.2024-01.org.example:node1", "iqn.2024-01.org.example:node2")
            entities, zones = self.census(client)
            # Changes go on while the backup is made: it holds the ones before it, and of the others a beginning.
            client.send(b"".join(self.late_registrations(100, 200)))
            status, output = self.server.command("backup", backup)
            self.assertEqual(status, 0, output)
            for _ in range(100):
                self.assertEqual(client.receive().status, 0)
        self.server.stop()
        self.write(0, os.urandom(3 * PAGE))
        self.expect_refusal("damaged", "restore")

        status, output = self.server.command("restore", backup)
        self.assertEqual(status, 0, output)
        self.server.start()
        with rig.Client(self.server.port, rig.CONTROL) as client:
            restored, restored_zones = self.census(client)
            late = sorted(restored.keys() - entities.keys(), key=lambda eid: int(eid[6:]))
            self.assertEqual(late, [f"entity{number}" for number in range(100, 100 + len(late))])
            self.assertEqual({eid: restored[eid] for eid in entities}, entities)
            self.assertEqual(restored_zones, zones)
            self.register(client, 1000)
        self.server.stop()

    def late_registrations(self, first, last):
        for number in range(first, last):
            name = f"iqn.2024-01.org.example:node{number}"
            yield pdu.pdu(pdu.DEV_ATTR_REG, tlv(pdu.NAME, name) + tlv(pdu.DELIMITER) + self.attributes(number, name), number)


if __name__ == "__main__":
    rig.main()
