#!/usr/bin/env python3
"""qemu-img and libiscsi's tools against an iSCSI target: images go there and come back, with and without CHAP."""

import filecmp
import json
import os
import random

from lib import iscsi_case
from lib.process import run

CHAP = iscsi_case.Chap("host1", "a-secret-of-16-b")


class Tools(iscsi_case.IscsiTest):
    """What the classes share; the tests are in those with other users."""

    def path(self, name):
        return os.path.join(self.folder, name)

    def tool(self, *argv, status=0):
        ended, said = run(argv, patience=60)
        self.assertEqual(ended, status, said)
        return said

    def size(self):
        return json.loads(self.tool("qemu-img", "info", "--output=json", "-f", "raw", self.url))["virtual-size"]

    def image(self, name, size, filled=1.0, seed=1):
        """A file of random data, of which only a share is written, at random places."""
        chance = random.Random(seed)
        with open(self.path(name), "wb") as file:
            file.truncate(size)
            for at in range(0, size, 65536):
                if chance.random() < filled:
                    file.seek(at)
                    file.write(chance.randbytes(min(65536, size - at)))
        return self.path(name)

    def go_and_come_back(self, image):
        self.tool("qemu-img", "convert", "-n", "-f", "raw", "-O", "raw", image, self.url)
        self.assertIn("identical", self.tool("qemu-img", "compare", "-f", "raw", "-F", "raw", image, self.url))
        self.tool("qemu-img", "convert", "-f", "raw", "-O", "raw", self.url, self.path("back"))
        self.assertTrue(filecmp.cmp(image, self.path("back"), shallow=False))


class QemuImg(Tools):
    def test_an_image_comes_back_as_it_was(self):
        self.go_and_come_back(self.image("full", self.size()))

    def test_holes_overwrite_what_was_there(self):
        size = self.size()
        self.go_and_come_back(self.image("full", size))
        self.go_and_come_back(self.image("sparse", size, filled=0.3, seed=2))

    def test_an_image_that_differs_is_seen(self):
        size = self.size()
        self.go_and_come_back(self.image("one", size))
        other = self.image("other", size, seed=3)
        self.tool("qemu-img", "compare", "-f", "raw", "-F", "raw", other, self.url, status=1)


class LibiscsiTools(Tools):
    def test_the_unit_is_found_by_discovery(self):
        portal = self.url.rsplit("/", 2)[0] + "/"
        target = self.url.rsplit("/", 2)[1]
        self.assertIn(target, self.tool("iscsi-ls", portal))

    def test_inquiry_and_capacity(self):
        self.assertIn("Peripheral Device Type:DIRECT_ACCESS", self.tool("iscsi-inq", self.url))
        self.assertIn("LOGICAL BLOCK LENGTH IN BYTES:512", self.tool("iscsi-readcapacity16", self.url))

    def test_random_reads(self):
        self.assertIn("finished", self.tool("iscsi-perf", "-m", "16", "-b", "8", "-t", "1", "-r", self.url))


class QemuImgWithDigests(Tools):
    """Header digests, which libiscsi's URL cannot ask for in qemu. It has none of data."""

    def setUp(self):
        if self.served and hasattr(self.served.setup, "use_digests"):
            self.served.setup.use_digests(True)

    def test_an_image_comes_back_as_it_was(self):
        image = self.image("full", self.size())
        portal, target, lun = self.url.removeprefix("iscsi://").split("/")
        unit = (f"driver=raw,file.driver=iscsi,file.transport=tcp,file.portal={portal},file.target={target},file.lun={lun},"
                "file.header-digest=crc32c")
        source = f"driver=raw,file.driver=file,file.filename={image}"
        self.tool("qemu-img", "convert", "-n", "--image-opts", "--target-image-opts", source, unit)
        self.assertIn("identical", self.tool("qemu-img", "compare", "--image-opts", source, unit))
        self.tool("qemu-img", "convert", "--image-opts", "-O", "raw", unit, self.path("back"))
        self.assertTrue(filecmp.cmp(image, self.path("back"), shallow=False))
        if self.capture:
            self.assertIn("HeaderDigest=CRC32C", self.capture.login_answers())


class QemuImgWithChap(Tools):
    chap = CHAP

    def test_an_image_comes_back_as_it_was(self):
        self.go_and_come_back(self.image("full", self.size()))

    def test_a_wrong_secret_is_refused(self):
        wrong = self.url.replace(CHAP.secret, "another-secret-x")
        self.assertIn("uthentication", self.tool("qemu-img", "info", "-f", "raw", wrong, status=1))

    def test_nobody_comes_in_without_a_secret(self):
        self.tool("qemu-img", "info", "-f", "raw", self.served.url(anonymous=True), status=1)


if __name__ == "__main__":
    iscsi_case.main("qemu-img", "iscsi-ls", "iscsi-inq", "iscsi-perf")
