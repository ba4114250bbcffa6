#!/usr/bin/env python3
"""sanctl iscsi against stock targets of Debian: tgtd and istgt."""

import os
import random

from lib import iscsi_tool
from lib.iscsi_tool import MIB, ToolTest
from lib.istgt import Istgt
from lib.process import eventually
from lib.secret_scan import assert_nowhere
from lib.tgt import Tgtd
from support.ports import free_port

DISK = "iqn.2024-01.org.example:disk"
DIFFERENT = 8


class Tgt(ToolTest):
    """tgtd with a target of two disks, LUN 1 and 2."""

    def setUp(self):
        super().setUp()
        self.port = free_port()
        self.portal = f"127.0.0.1:{self.port}"
        self.url = f"iscsi://{self.portal}/{DISK}"
        self.disks = [self.disk("disk1", 16 * MIB), self.disk("disk2", 16 * MIB)]
        self.start_target()

    def start_target(self):
        self.tgtd = Tgtd(self, port=self.port)
        self.tgtd.add_target(DISK)
        for number, path in enumerate(self.disks, 1):
            self.tgtd.add_disk(1, number, path)
        # Last, so that nobody logs in before the disks are there.
        self.tgtd.admit(1)


class TgtFacts(Tgt):
    def test_discover_lists_the_target_with_its_portal(self):
        (row,) = self.json("discover", f"iscsi://{self.portal}")
        self.assertEqual(row, {"target": DISK, "address": self.portal, "portal_group": "1"})

    def test_luns_have_capacity_and_serial_number(self):
        rows = {row["lun"]: row for row in self.json("luns", self.url)}
        self.assertEqual(sorted(rows), [0, 1, 2])
        self.assertEqual((rows[1]["bytes"], rows[1]["block_size"], rows[1]["device_type"]), (16 * MIB, 512, "disk"))
        self.assertNotIn("bytes", rows[0])  # its controller

    def test_inquiry_decodes_what_the_unit_tells(self):
        report = self.json("inquiry", f"{self.url}/1")
        self.assertEqual(report["standard"]["product"], "VIRTUAL-DISK")
        self.assertIn("83", report["pages"]["pages"])
        self.assertIn("NAA", [row["type"] for row in report["identification"]])
        self.assertIn("max_transfer", report["block_limits"])

    def test_a_lun_that_is_not_there_is_told(self):
        code, _, err = self.run_iscsi("read", f"{self.url}/7", self.path("x"))
        self.assertEqual(code, 4)
        self.assertIn("LOGICAL UNIT NOT SUPPORTED", err)

    def test_a_target_that_is_not_there_is_told(self):
        code, _, err = self.run_iscsi("luns", f"iscsi://{self.portal}/{DISK}2")
        self.assertEqual(code, 4)
        self.assertIn("sanctl iscsi discover", err)

    def test_nobody_listening_is_told(self):
        code, _, err = self.run_iscsi("luns", f"iscsi://127.0.0.1:3999/{DISK}")
        self.assertEqual(code, 2)
        self.assertIn("refused", err.lower())


class TgtData(Tgt):
    def test_what_is_written_is_read_again(self):
        source = self.path("source", 5 * MIB + 512)
        self.iscsi("write", "--yes", f"{self.url}/1", source)
        self.iscsi("compare", f"{self.url}/1", source)
        self.iscsi("read", "--length", str(5 * MIB + 512), f"{self.url}/1", self.path("back"))
        with open(source, "rb") as one, open(self.path("back"), "rb") as other, open(self.disks[0], "rb") as disk:
            data = one.read()
            self.assertEqual(other.read(), data)
            self.assertEqual(disk.read(len(data)), data)

    def test_without_yes_nothing_is_written(self):
        code, _, err = self.run_iscsi("write", f"{self.url}/1", self.path("source", MIB))
        self.assertEqual(code, 1)
        self.assertIn("--yes", err)
        with open(self.disks[0], "rb") as disk:
            self.assertEqual(disk.read(MIB), bytes(MIB))

    def test_pipes_and_ranges(self):
        data = random.Random(3).randbytes(1000)
        code, _, err = self.run_iscsi("write", "--yes", "--offset", "64K", f"{self.url}/1", data=data)
        self.assertEqual(code, 7, err)
        self.iscsi("write", "--yes", "--pad", "--offset", "64K", f"{self.url}/1", data=data)
        out = self.iscsi("read", "--offset", "64K", "--length", "1024", f"{self.url}/1")
        self.assertEqual(out, data + bytes(24))

    def test_copy_and_compare_units(self):
        self.iscsi("write", "--yes", f"{self.url}/1", self.path("source", 16 * MIB))
        self.iscsi("copy", "--yes", f"{self.url}/1", f"{self.url}/2")
        self.iscsi("compare", f"{self.url}/1", f"{self.url}/2")
        with open(self.disks[1], "r+b") as disk:
            disk.seek(7654321)
            before = disk.read(1)
            disk.seek(7654321)
            disk.write(bytes([before[0] ^ 1]))
        code, _, err = self.run_iscsi("compare", f"{self.url}/1", f"{self.url}/2")
        self.assertEqual(code, DIFFERENT)
        self.assertIn("byte 7654321", err)

    def test_bench_counts_and_writes_only_with_yes(self):
        report = self.json("bench", "--time", "0.3", f"{self.url}/1")
        self.assertGreater(report["operations"], 10)
        self.assertGreaterEqual(report["p99_us"], report["p50_us"])
        self.assertEqual(self.run_iscsi("bench", "--mode", "mix", f"{self.url}/1")[0], 1)
        self.iscsi("bench", "--mode", "mix", "--yes", "--time", "0.3", f"{self.url}/1")

    def test_digests_of_both_kinds(self):
        for name in ("HeaderDigest", "DataDigest"):
            self.tgtd.set_target(1, name, "CRC32C")
        source = self.path("source", 3 * MIB + 512)
        url = f"{self.url}/1?header_digest=crc32c&data_digest=crc32c"
        self.iscsi("write", "--yes", url, source)
        self.iscsi("compare", "--header-digest", "require", "--data-digest", "require", f"{self.url}/1", source)

    def test_a_digest_that_is_required_and_refused_is_no_session(self):
        code, _, err = self.run_iscsi("luns", f"{self.url}?data_digest=crc32c")
        self.assertNotEqual(code, 0, err)


class TgtChap(Tgt):
    user, password = "alice", "secret-of-alice"
    target_user, target_password = "disk", "secret-of-disk"

    def setUp(self):
        super().setUp()
        self.tgtd.add_account(1, self.user, self.password)

    def make_mutual(self):
        self.tgtd.add_account(1, self.target_user, self.target_password, outgoing=True)

    def credentials(self, **changes):
        wanted = {"user": self.user, "password": self.password, **changes}
        path = self.path("credentials")
        with open(path, "w", encoding="utf-8") as out:
            out.write("".join(f"{name}={value}\n" for name, value in wanted.items()))
        os.chmod(path, 0o600)
        return path

    def test_a_login_without_a_secret_is_refused(self):
        code, _, err = self.run_iscsi("luns", self.url)
        self.assertEqual(code, 4)
        self.assertIn("Authentication failure", err)

    def test_the_secret_may_stand_in_a_file_or_the_environment_or_the_url(self):
        self.iscsi("luns", "--credentials", self.credentials(), self.url)
        self.iscsi("luns", self.url, env={"LIBISCSI_CHAP_USERNAME": self.user, "LIBISCSI_CHAP_PASSWORD": self.password})
        self.iscsi("luns", self.url.replace("iscsi://", f"iscsi://{self.user}%{self.password}@"))

    def test_a_file_that_others_may_read_is_refused(self):
        path = self.credentials()
        os.chmod(path, 0o644)
        code, _, err = self.run_iscsi("luns", "--credentials", path, self.url)
        self.assertEqual(code, 7)
        self.assertIn("chmod 600", err)

    def test_a_wrong_secret_is_refused_and_shown_nowhere(self):
        for words in (["luns", "--verbose", "--credentials", self.credentials(password="not the right one"), self.url],
                      ["luns", "--verbose", self.url.replace("iscsi://", f"iscsi://{self.user}%not+the+right+one@")],
                      ["luns", self.url.replace("iscsi://", f"iscsi://{self.user}%not+the+right+one@") + "/x/y?z=1"]):
            code, out, err = self.run_iscsi(*words)
            self.assertNotEqual(code, 0)
            assert_nowhere(self, "what it says", out.decode() + err, ("right",), "sanctl")

    def test_mutual_chap(self):
        self.make_mutual()
        both = {"target_user": self.target_user, "target_password": self.target_password}
        self.iscsi("luns", "--credentials", self.credentials(**both), self.url)

    def test_a_target_that_cannot_prove_itself_is_not_used(self):
        self.make_mutual()
        both = {"target_user": self.target_user, "target_password": "another secret"}
        code, _, err = self.run_iscsi("luns", "--credentials", self.credentials(**both), self.url)
        self.assertEqual(code, 4)
        self.assertIn("prove", err)


class TgtLoss(Tgt):
    def test_a_target_that_is_killed_under_load_and_started_again_is_no_error(self):
        bench = self.start("bench", "--verbose", "--mode", "mix", "--yes", "--time", "4", "--output", "json", f"{self.url}/1")
        bench.expect("logged-in")
        self.tgtd.process.kill()
        self.start_target()
        bench.expect("logged-in", start=2)
        self.assertEqual(bench.end(), 0, bench.output())

    def test_a_copy_over_a_restart_is_right(self):
        source = self.path("source", 16 * MIB)
        self.iscsi("write", "--yes", f"{self.url}/1", source)
        copy = self.start("copy", "--verbose", "--yes", "--chunk", "4K", "--depth", "2", f"{self.url}/1", f"{self.url}/2")
        # Both sessions: one that is not there yet is not meant to outlive its target.
        eventually(lambda: copy.output().count("logged-in") == 2, "source and target are logged in")
        self.tgtd.process.kill()
        self.start_target()
        self.assertEqual(copy.end(), 0, copy.output())
        self.iscsi("compare", f"{self.url}/2", source)

    def test_watch_tells_of_loss_and_return(self):
        watch = self.start("watch", "--output", "json", "--poll", "0.2", "--count", "4", f"{self.url}/1")
        watch.expect('"logged-in"')
        self.tgtd.process.kill()
        watch.expect('"connection-lost"')
        self.start_target()
        watch.expect('"logged-in"', start=3)
        self.assertEqual(watch.end(), 0, watch.output())


class IstgtTest(ToolTest):
    def unit(self, target):
        return f"iscsi://{target.portal}/{Istgt.NAME}/0"

    def test_a_copy_there_and_back_is_the_same(self):
        one, other = Istgt(self), Istgt(self)
        source = self.path("source", 16 * MIB)
        self.iscsi("write", "--yes", self.unit(one), source)
        self.iscsi("copy", "--yes", self.unit(one), self.unit(other))
        self.iscsi("compare", self.unit(one), self.unit(other))
        self.iscsi("read", self.unit(other), self.path("back"))
        with open(source, "rb") as wrote, open(self.path("back"), "rb") as back, open(other.file, "rb") as disk:
            data = wrote.read()
            self.assertEqual(back.read(), data)
            self.assertEqual(disk.read(), data)

    def test_a_target_that_is_killed_under_a_write_and_started_again_is_no_error(self):
        target = Istgt(self)
        source = self.path("source", 16 * MIB)
        watch = self.start("watch", "--output", "json", "--poll", "0.2", "--count", "4", self.unit(target))
        watch.expect('"logged-in"')
        write = self.start("write", "--verbose", "--yes", "--chunk", "1K", "--depth", "2", self.unit(target), source)
        write.expect("logged-in")
        target.process.kill()
        target.start()
        self.assertEqual(write.end(), 0, write.output())
        self.assertIn("connection-lost", write.output())
        self.iscsi("compare", self.unit(target), source)
        watch.expect('"connection-lost"')
        watch.expect('"logged-in"', start=3)
        self.assertEqual(watch.end(), 0, watch.output())

    def test_facts_and_two_connections(self):
        target = Istgt(self)
        (row,) = self.json("discover", f"iscsi://{target.portal}")
        self.assertEqual(row["target"], Istgt.NAME)
        self.assertEqual(self.json("inquiry", self.unit(target))["standard"]["device_type"], "disk")
        source = self.path("source", 2 * MIB)
        self.iscsi("write", "--yes", "--connections", "2", self.unit(target), source)
        self.iscsi("compare", "--connections", "2", self.unit(target), source)
        code, _, err = self.run_iscsi("bench", "--verbose", "--connections", "2", "--time", "1", self.unit(target))
        self.assertEqual(code, 0, err)
        self.assertIn("connection-added", err)

    def test_mutual_chap_with_both_digests(self):
        secrets = dict(user="alice", password="secret-of-alice", target_user="disk", target_password="secret-of-disk")
        target = Istgt(self, auth="CHAP Mutual", digest="Header Data", credentials=secrets)
        url = f"iscsi://{target.portal}/{Istgt.NAME}/0?header_digest=crc32c&data_digest=crc32c"
        self.assertEqual(self.run_iscsi("luns", url)[0], 4)
        env = {"LIBISCSI_CHAP_USERNAME": "alice", "LIBISCSI_CHAP_PASSWORD": "secret-of-alice",
               "LIBISCSI_CHAP_TARGET_USERNAME": "disk", "LIBISCSI_CHAP_TARGET_PASSWORD": "secret-of-disk"}
        source = self.path("source", MIB)
        self.iscsi("write", "--yes", url, source, env=env)
        self.iscsi("compare", url, source, env=env)


if __name__ == "__main__":
    iscsi_tool.main("tgtd", "tgtadm", "istgt")
