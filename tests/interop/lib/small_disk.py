"""A disk of its own, small enough to be filled: a tmpfs in the sandbox of a test program (`lib.sandbox`)."""

import errno
import os
import subprocess


class SmallDisk:
    """Mounted at `path`, which is made; gone with the test."""

    def __init__(self, test, path, size=1 << 20):
        os.makedirs(path, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", path], check=True)
        test.addCleanup(subprocess.run, ["umount", "--lazy", path], check=True)
        self._ballast = os.path.join(path, "ballast")

    def fill(self):
        """Takes all room that is left, to the last byte."""
        with open(self._ballast, "ab", buffering=0) as file:
            for size in (1 << 16, 1 << 12, 1):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError as full:
                    if full.errno != errno.ENOSPC:
                        raise

    def make_room(self):
        os.unlink(self._ballast)
