#!/usr/bin/env python3
"""sanctl iscsi against san-agent: both ends are ours, with what no other peer has."""

import random

from lib import iscsi_tool
from lib.iscsi_serve import Served, iscsi_targets
from lib.iscsi_tool import MIB, ToolTest
from lib.process import eventually, run

CHAP = iscsi_targets.Chap("host", "a-secret-of-16-b", "disk", "another-of-16-by")
NOBODY = {f"LIBISCSI_CHAP_{which}": "" for which in ("USERNAME", "PASSWORD", "TARGET_USERNAME", "TARGET_PASSWORD")}
SIZE = 16
# Of each command that has a session.
HARD = ("--connections", "4", "--header-digest", "require", "--data-digest", "require")


class AgentTest(ToolTest):
    """A unit in a file and one in memory; mutual CHAP with SHA3-256."""

    def setUp(self):
        super().setUp()
        self.served = self.serve("agent")
        self.served.start()
        self.url, self.other = (self.served.url(i, anonymous=True) for i in range(2))

    def serve(self, name, **settings):
        units = [iscsi_targets.Unit(mib=SIZE, path=self.path(f"{name}-unit"), thin=True), iscsi_targets.Unit(mib=SIZE)]
        served = Served("san-agent", self.path(name), units, CHAP, iscsi_tool.chosen.program)
        served.setup.algorithms = ("SHA3-256",)
        for key, value in settings.items():
            setattr(served.setup, key, value)
        self.addCleanup(served.stop)
        return served

    def environment(self, extra=None):
        proof = zip(NOBODY, (CHAP.name, CHAP.secret, CHAP.mutual_name, CHAP.mutual_secret), strict=True)
        return super().environment({**dict(proof), **(extra or {})})

    def restart(self):
        self.served.stop()
        self.served.start()

    def copy_of(self, path):
        with open(path, "rb") as file:
            return file.read()


class Functions(AgentTest):
    def test_every_function_with_mutual_chap_both_digests_and_four_connections(self):
        # Discovery has a rule of its own, which here demands nothing.
        (row,) = self.json("discover", f"iscsi://127.0.0.1:{self.served.port}", env=NOBODY)
        self.assertEqual(row["target"], iscsi_targets.TARGET)
        self.assertEqual([row["bytes"] for row in self.json("luns", *HARD, self.url)], [SIZE * MIB] * 2)
        self.assertEqual(self.json("inquiry", *HARD, self.url)["standard"]["device_type"], "disk")
        source = self.path("source", SIZE * MIB)
        self.iscsi("write", "--yes", *HARD, self.url, source)
        self.iscsi("copy", "--yes", *HARD, self.url, self.other)
        self.iscsi("compare", *HARD, self.url, self.other)
        self.iscsi("read", *HARD, self.other, self.path("back"))
        self.assertEqual(self.copy_of(self.path("back")), self.copy_of(source))
        self.assertEqual(self.copy_of(self.path("agent-unit")), self.copy_of(source))
        code, _, err = self.run_iscsi("bench", "--verbose", "--mode", "mix", "--yes", "--time", "0.5", *HARD, self.other)
        self.assertEqual(code, 0, err)
        self.assertEqual(err.count("connection-added"), 3, err)

    def test_a_pipe_that_brings_more_than_there_is_room_for_is_refused(self):
        data = random.Random(5).randbytes(SIZE * MIB + 1)
        code, _, err = self.run_iscsi("write", "--yes", self.url, data=data)
        self.assertEqual(code, 7, err)
        self.assertIn("the standard input: it is longer than the unit", err)
        self.assertEqual(self.copy_of(self.path("agent-unit")), data[:-1])
        self.iscsi("write", "--yes", self.url, data=data[:-1])
        self.iscsi("write", "--yes", "--length", "1M", self.url, data=data)

    def test_a_pipe_that_ends_before_the_unit_is_compared_to_its_end(self):
        data = random.Random(6).randbytes(3 * MIB + 699) + b"!"
        self.iscsi("write", "--yes", self.url, self.path("source", SIZE * MIB))
        self.iscsi("write", "--yes", "--pad", self.url, data=data)
        self.iscsi("compare", self.url, "-", data=data)
        self.iscsi("compare", self.url, "-", data=data[:-188])  # to the end of a block
        code, _, err = self.run_iscsi("compare", self.url, "-", data=data[:-1])
        self.assertEqual(code, 8, err)
        self.assertIn(f"first at byte {len(data) - 1} of the range", err)
        code, _, err = self.run_iscsi("compare", self.url, "-", data=data[:MIB] + b"?" + data[MIB + 1:])
        self.assertEqual(code, 8, err)

    def test_a_wrong_secret_of_either_side_is_refused(self):
        for name in ("LIBISCSI_CHAP_PASSWORD", "LIBISCSI_CHAP_TARGET_PASSWORD"):
            code, _, err = self.run_iscsi("luns", self.url, env={name: "not-the-right-16"})
            self.assertEqual(code, 4, err)

    def test_who_does_not_ask_for_a_proof_where_both_are_wanted_is_refused(self):
        code, _, err = self.run_iscsi("luns", self.url, env={name: "" for name in NOBODY if "TARGET" in name})
        self.assertEqual(code, 4, err)
        self.assertIn("Authentication failure", err)

    def test_discovery_has_a_proof_of_its_own(self):
        guarded = self.serve("guarded", chap_at_discovery=True)
        guarded.start()
        portal = f"iscsi://127.0.0.1:{guarded.port}"
        (row,) = self.json("discover", portal)
        self.assertEqual(row["target"], iscsi_targets.TARGET)
        self.assertEqual(self.run_iscsi("discover", portal, env=NOBODY)[0], 4)

    def test_a_portal_with_an_ipv6_address_is_found_and_used(self):
        both = self.serve("both", more_addresses=("[::1]",))
        both.start()
        portal = f"[::1]:{both.port}"
        rows = self.json("discover", f"iscsi://{portal}", env=NOBODY)
        self.assertIn(portal, [row["address"] for row in rows])
        source = self.path("source", MIB)
        url = both.url(anonymous=True).replace("127.0.0.1", "[::1]")
        self.iscsi("write", "--yes", *HARD, url, source)
        self.iscsi("compare", *HARD, url, source)
        # Debian's tool, which wants no proof for its list either.
        ended, said = run(["iscsi-ls", f"iscsi://{portal}"])
        self.assertEqual(ended, 0, said)
        self.assertIn(f"Portal:{portal}", said)

    def test_a_target_that_moved_is_followed(self):
        old = self.serve("old", redirect=f"127.0.0.1:{self.served.port}")
        old.start()
        source = self.path("source", MIB)
        self.iscsi("write", "--yes", *HARD, old.url(anonymous=True), source)
        self.assertEqual(self.copy_of(self.path("agent-unit"))[:MIB], self.copy_of(source))
        self.assertEqual(self.copy_of(self.path("old-unit"))[:MIB], bytes(MIB))


class Losses(AgentTest):
    """It is killed; nobody above the initiator hears of it."""

    def test_a_copy_over_two_kills_is_right(self):
        source = self.path("source", SIZE * MIB)
        self.iscsi("write", "--yes", *HARD, self.url, source)
        # To the same file at another place: what is in memory would be gone.
        copy = self.start("copy", "--verbose", "--yes", "--chunk", "1K", "--depth", "2", "--length", f"{SIZE // 2}M",
                          "--to-offset", f"{SIZE // 2}M", *HARD, self.url, self.url)
        for number in (1, 2):
            eventually(lambda n=2 * number: copy.output().count("logged-in") >= n, "both sessions are there")
            self.assertTrue(copy.running(), copy.output())
            self.restart()
        self.assertEqual(copy.end(), 0, copy.output())
        half = self.copy_of(source)[:SIZE * MIB // 2]
        self.assertEqual(self.copy_of(self.path("agent-unit")), half + half)

    def test_watch_tells_of_loss_and_return(self):
        watch = self.start("watch", "--output", "json", "--poll", "0.2", "--count", "4", self.url)
        watch.expect('"logged-in"')
        self.served.stop()
        watch.expect('"connection-lost"')
        self.served.start()
        watch.expect('"logged-in"', start=3)
        self.assertEqual(watch.end(), 0, watch.output())


if __name__ == "__main__":
    iscsi_tool.main("iscsi-ls")
