#!/usr/bin/env python3
"""san-agent as a gateway: units whose blocks Debian's tgtd or qemu-nbd holds, used through the agent by qemu-img."""

import argparse
import filecmp
import os
import random
import sys
import unittest

from lib import sandbox
from lib.iscsi_serve import Served, iscsi_targets, missing
from lib.process import Process, eventually, run
from lib.secret_scan import assert_nowhere

CHAP = iscsi_targets.Chap("gateway", "a-secret-of-16-b", "storage", "another-of-16-by")
MIB = 24
_chosen = argparse.Namespace(program="")


class Gateway(unittest.TestCase):
    """tgtd with mutual CHAP behind, an agent without in front; tgtd is started by the tests."""

    def setUp(self):
        self.folder = os.path.join(sandbox.FOLDER, f"t{len(os.listdir(sandbox.FOLDER))}")
        os.makedirs(self.folder)
        self.behind = Served("tgtd", self.path("behind"), [iscsi_targets.Unit(mib=MIB, path=self.path("blocks"))], CHAP)
        self.addCleanup(self.behind.stop)
        secrets = {}
        for name, secret in (("secret", CHAP.secret), ("target-secret", CHAP.mutual_secret)):
            with open(os.open(self.path(name), os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
                file.write(secret)
            secrets[name] = self.path(name)
        store = (f"{self.behind.url(anonymous=True)},user={CHAP.name},secret={secrets['secret']},"
                 f"target-user={CHAP.mutual_name},target-secret={secrets['target-secret']}")
        units = [iscsi_targets.Unit(store=store), iscsi_targets.Unit(mib=MIB)]
        self.front = Served("san-agent", self.path("front"), units, program=_chosen.program)
        self.addCleanup(self.front.stop)
        self.url = self.front.url()

    def path(self, name):
        return os.path.join(self.folder, name)

    def tool(self, *argv):
        ended, said = run(argv, patience=60)
        self.assertEqual(ended, 0, said)
        return said

    def image(self, name, seed):
        with open(self.path(name), "wb") as file:
            file.write(random.Random(seed).randbytes(MIB << 20))
        return self.path(name)

    def there(self):
        return run(["iscsi-readcapacity16", self.url], patience=30)[0] == 0

    def convert(self, source, to):
        return ["qemu-img", "convert", "-n", "-f", "raw", "-O", "raw", source, to]

    def test_a_unit_appears_when_its_target_does_and_keeps_what_is_written(self):
        self.front.start()
        self.assertFalse(self.there())
        self.tool("iscsi-readcapacity16", self.front.url(1))  # the others do not wait for it
        self.behind.start()
        eventually(self.there, "the unit is there")
        image = self.image("image", 1)
        self.tool(*self.convert(image, self.url))
        self.assertIn("identical", self.tool("qemu-img", "compare", "-f", "raw", "-F", "raw", image, self.url))
        self.assertTrue(filecmp.cmp(image, self.path("blocks"), shallow=False))

    def test_a_target_that_is_killed_and_started_again_under_a_copy_is_not_noticed(self):
        self.behind.start()
        self.front.start()
        eventually(self.there, "the unit is there")
        for seed in (2, 3):
            image = self.image(f"image{seed}", seed)
            # Slow enough to be under way for two seconds.
            copy = Process(["qemu-img", "convert", "-r", "8M", *self.convert(image, self.url)[2:]])
            eventually(lambda: self.begun(image), "the copy is under way")
            self.behind.stop()
            self.assertTrue(copy.running(), copy.output())
            self.behind.start()
            eventually(lambda: not copy.running(), "the copy ends")
            self.assertEqual(copy.output(), "")
            self.assertIn("identical", self.tool("qemu-img", "compare", "-f", "raw", "-F", "raw", image, self.url))
            self.assertTrue(filecmp.cmp(image, self.path("blocks"), shallow=False))
        assert_nowhere(self, "the log", self.front.process.output(), (CHAP.secret,), "event=started")

    def test_an_export_of_an_nbd_server_is_a_unit_and_comes_back_under_a_copy(self):
        socket, blocks = self.path("nbd.sock"), self.path("nbd.img")
        with open(blocks, "wb") as file:
            file.truncate(MIB << 20)

        def serve():
            # In write-through: what it has answered is in the file when it is killed.
            return Process(["qemu-nbd", "-t", "-e", "0", "-f", "raw", "--cache=writethrough", "-k", socket, blocks])

        front = Served("san-agent", self.path("nbd"),
                       [iscsi_targets.Unit(store=f"nbd+unix:///?socket={socket}")], program=_chosen.program)
        self.addCleanup(front.stop)
        front.start()
        self.url = front.url()
        self.assertFalse(self.there())
        server = serve()
        self.addCleanup(lambda: server.stop())
        eventually(self.there, "the unit is there")
        image = self.image("image-nbd", 4)
        copy = Process(["qemu-img", "convert", "-r", "8M", *self.convert(image, self.url)[2:]])
        eventually(lambda: self.begun(image, blocks), "the copy is under way")
        server.stop()
        self.assertTrue(copy.running(), copy.output())
        server = serve()
        eventually(lambda: not copy.running(), "the copy ends")
        self.assertEqual(copy.output(), "")
        self.assertIn("identical", self.tool("qemu-img", "compare", "-f", "raw", "-F", "raw", image, self.url))
        self.assertTrue(filecmp.cmp(image, blocks, shallow=False))

    def begun(self, image, blocks=None):
        with open(image, "rb") as wanted, open(blocks or self.path("blocks"), "rb") as held:
            return wanted.read(1 << 16) == held.read(1 << 16)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default="", help="san-agent")
    _, rest = parser.parse_known_args(namespace=_chosen)
    if why := missing("san-agent", _chosen.program) or missing("tgtd", ""):
        sandbox.skip(why)
    sandbox.need("qemu-img", "qemu-nbd", "iscsi-readcapacity16", "tgtadm")
    sandbox.enter()
    unittest.main(argv=[sys.argv[0], "-v", *rest])
