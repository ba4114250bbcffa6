"""Block devices by FUSE and a loop device, each behind the same face: `device`, and what its processes cost.

Needs what tests/support/fuse_disk.py needs, and fio as the load.
"""

import contextlib
import json
import os
import re
import shutil
import subprocess

from harness.process import Daemon, Failed, run, wait_until
from support.fuse_disk import FuseMount, LoopDevice

BYTES = 4 << 30


class Attached:
    """A context: the processes run, the loop device is there."""

    def __init__(self, bench, name):
        self.bench, self.folder = bench, bench.new_folder(name)
        self.daemons, self.device = [], None
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self._stack = stack
            self.device = stack.enter_context(contextlib.closing(LoopDevice(self.serve()))).path
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    def serve(self):
        """Starts what serves the file, and gives its path."""
        raise NotImplementedError

    def path(self, name):
        return os.path.join(self.folder, name)

    def mount(self):
        return self._stack.enter_context(contextlib.closing(FuseMount(self.path("mount"))))

    def launch(self, argv, mount=None):
        daemon = Daemon(argv, self.path("log"), self.bench.processors.server,
                        descriptors=(mount.descriptor,) if mount else ())
        self._stack.callback(daemon.stop, 10)
        if mount:
            mount.handed_over()
        self.daemons.append(daemon)
        return daemon

    def agent(self, store, mount=None):
        """`san-agent disk`; gives its socket, which is there."""
        socket = self.path("disk.sock")
        words = ["--fuse", str(mount.descriptor)] if mount else []
        daemon = self.launch([self.bench.agent_program, "disk", "--store", store, "--socket", socket, *words], mount)

        def there():
            daemon.check()
            return os.path.exists(socket)
        wait_until(there, "san-agent disk serves")
        return socket

    def cpu_seconds(self):
        return sum(daemon.cpu_seconds() for daemon in self.daemons)


class BareFuse(Attached):
    """The floor."""

    def serve(self):
        mount = self.mount()
        self.launch([self.bench.program("null_fuse"), str(mount.descriptor), str(BYTES)], mount)
        return mount.file


class OurFuse(Attached):
    def __init__(self, bench, store):
        super().__init__(bench, "disk")
        self.store = store

    def serve(self):
        mount = self.mount()
        self.agent(self.store, mount)
        return mount.file


class NbdFuse(Attached):
    """libnbd's nbdfuse on our export."""

    def serve(self):
        socket = self.agent(f"null:{BYTES}")
        place = self.path("mount")
        os.makedirs(place)
        # It does so itself when it is told to end.
        self._stack.callback(subprocess.run, ["umount", "-l", place], capture_output=True, check=False)
        daemon = self.launch(["nbdfuse", place, f"nbd+unix:///?socket={socket}"])

        def there():
            daemon.check()
            return os.path.exists(f"{place}/nbd")
        wait_until(there, "nbdfuse has mounted")
        return f"{place}/nbd"


def fio(bench, attached, pattern, block, depth):
    """Bytes and commands a second of the device, and what these cost its processes."""
    if not shutil.which("fio"):
        raise Failed("fio is not installed (Debian: fio)")
    argv = ["fio", "--name=load", f"--filename={attached.device}", "--direct=1", "--ioengine=libaio",
            f"--iodepth={depth}", f"--bs={block}", f"--rw={pattern}", f"--runtime={bench.seconds * 1000:.0f}ms", "--time_based", "--output-format=json"]
    before = attached.cpu_seconds()
    said = run(argv, bench.processors.load)
    spent = attached.cpu_seconds() - before
    job = json.loads(said[said.index("{"):])["jobs"][0]
    if job["error"]:
        raise Failed(f"fio: error {job['error']}")
    side = job["write" if "write" in pattern else "read"]
    return {"mb_per_second": side["bw_bytes"] / 1e6, "target_cpu_us": spent * 1e6 / side["total_ios"]}


def qemu(bench, url, writes, block, depth):
    """The same of qemu's block layer with libiscsi; one piece after the other."""
    count = max(200, int(bench.seconds * 1e9 / block))
    argv = ["qemu-img", "bench", "-f", "raw", "-t", "none", "-c", str(count), "-d", str(depth), "-s", str(block),
            *(["-w"] if writes else []), url]
    seconds = float(re.search(r"completed in ([\d.]+) seconds", run(argv, bench.processors.load))[1])
    return {"mb_per_second": count * block / seconds / 1e6}
