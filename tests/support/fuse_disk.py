"""A FUSE file system that another process will serve, and loop devices on a file: what a root helper does for
`san-agent disk --fuse`. Needs root, /dev/fuse and loop devices; why_not() says what is missing.

Both clean up by close(), and a loop device also when this process dies: it is given up by the kernel once nobody has it
open, and this process does from the beginning.
"""

import ctypes
import os
import shutil
import subprocess

MAX_READ = 1 << 20
MS_NOSUID, MS_NODEV, MNT_DETACH = 2, 4, 2
LOSETUP = "losetup"
_libc = ctypes.CDLL(None, use_errno=True)


def why_not():
    """Why such disks cannot be tested here, or an empty text."""
    if os.geteuid() != 0:
        return "needs root"
    for device in ("/dev/fuse", "/dev/loop-control"):
        if not os.access(device, os.R_OK | os.W_OK):
            return f"needs {device}"
    return "" if shutil.which(LOSETUP, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin") else "needs losetup"


class FuseMount:
    """Mounted at `place` on a new descriptor. Whoever serves it gets `descriptor`; then handed_over() is called, so
    that its end is the end of the connection."""

    def __init__(self, place):
        os.makedirs(place, exist_ok=True)
        self.place = place
        self.file = os.path.join(place, "disk")
        self.descriptor = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
        options = f"fd={self.descriptor},rootmode=40000,user_id=0,group_id=0,max_read={MAX_READ}"
        self._mounted = _libc.mount(b"san-agent", place.encode(), b"fuse", MS_NOSUID | MS_NODEV, options.encode()) == 0
        if not self._mounted:
            error = ctypes.get_errno()
            self.close()
            raise OSError(error, f"cannot mount at {place}: {os.strerror(error)}")

    def handed_over(self):
        if self.descriptor >= 0:
            os.close(self.descriptor)
        self.descriptor = -1

    def unmount(self):
        if self._mounted and _libc.umount2(self.place.encode(), MNT_DETACH) != 0:
            raise OSError(ctypes.get_errno(), f"cannot unmount {self.place}")
        self._mounted = False

    def close(self):
        self.handed_over()
        if self._mounted:
            _libc.umount2(self.place.encode(), MNT_DETACH)
        self._mounted = False


class LoopDevice:
    """A loop device on `file`, by losetup(8)."""

    def __init__(self, file, *options, direct=True):
        words = [f"--direct-io={'on' if direct else 'off'}", *options]
        self.path = _losetup("--find", "--show", *words, file).strip()
        self._open = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        # In use, it is not detached now but at the last close, whoever does that and why.
        _losetup("--detach", self.path)

    def is_direct(self):
        return _losetup("--noheadings", "--output", "DIO", self.path).strip() == "1"

    def take_size(self):
        _losetup("--set-capacity", self.path)

    def size(self):
        with open(self.path, "rb") as device:
            return device.seek(0, os.SEEK_END)

    def close(self):
        if self._open >= 0:
            os.close(self._open)
        self._open = -1


def _losetup(*words):
    environment = {**os.environ, "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"}
    done = subprocess.run([LOSETUP, *words], capture_output=True, text=True, check=False, env=environment, timeout=60)
    if done.returncode != 0:
        raise OSError(f"losetup {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout
