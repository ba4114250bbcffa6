"""The bench of iSCSI targets: who is measured on which store, and the loads as functions."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

from harness.common import Common
from harness.iscsi_targets import BareTarget, Target, iscsi_targets
from harness.process import Failed, run

BARE, BARE_FILE, TGTD, ISTGT, OURS = "bare", "bare with a file", "tgtd", "istgt", "san-agent"
NO_AGENT = "no san-agent in this build"
STORES = {"memory": "memory", "tmpfs": "a file in tmpfs", "disk": "a file on disk"}
TMPFS = "/dev/shm"


class IscsiBench(Common):
    """One run of run.py over the parts of iSCSI."""

    # The kernel moves a target beside its load where that is cheaper; tests/bench/README.md has figures.
    splits = False

    def __init__(self, options):
        super().__init__(options)
        self.seconds = options.seconds or (0.3 if self.quick else 2.0)
        self.mib = 64 if self.quick else 256
        self.sessions = (1, 4) if self.quick else (1, 16, 64)
        self.idle_sessions = 50 if self.quick else 500
        self.logins = 200 if self.quick else 2_000
        self.tmpfs = tempfile.mkdtemp(prefix="sanctum-bench-", dir=TMPFS)
        self.agent_program = options.agent or self.program("san-agent")

    def close(self):
        super().close()
        shutil.rmtree(self.tmpfs, ignore_errors=True)

    def has_agent(self):
        return os.access(self.agent_program, os.X_OK)

    # --- targets ---

    def bare(self, options=()):
        self.require("bare_target")
        folder = self.new_folder("bare")
        options = ["--threads", str(len(self.processors.server)), *options]
        return BareTarget(self.program("bare_target"), folder, self.processors.server, self.mib, options)

    def bare_file(self, store):
        """The floor with the one call a command that a file costs."""
        folder = self.new_folder("bare-file")
        place = folder if store == "disk" else self.tmpfs
        return self.bare(["--file", os.path.join(place, f"bare-{self._made}.img")])

    def target(self, name, store):
        kind = iscsi_targets.KINDS[name]
        folder = self.new_folder(name)
        in_memory = store == "memory" and name == OURS
        place = {"disk": folder}.get(store, self.tmpfs)
        path = "" if in_memory else os.path.join(place, f"{name}-{self._made}.img")
        unit = iscsi_targets.Unit(mib=self.mib, path=path)
        return Target(kind, folder, self.processors.server, unit, self.agent_program if name == OURS else None)

    def names(self, *peers):
        """Those of the peers that are installed, and ours if it is built."""
        return [name for name in peers if iscsi_targets.KINDS[name].installed()] + ([OURS] if self.has_agent() else [])

    @contextlib.contextmanager
    def everybody(self, store, peers=(TGTD, ISTGT)):
        """The floor, the peers and ours, running and filled with the pattern: name -> target."""
        with contextlib.ExitStack() as stack:
            running = {BARE: stack.enter_context(self.bare())}
            if store != "memory":
                running[BARE_FILE] = stack.enter_context(self.bare_file(store))
            for name in self.names(*peers):
                running[name] = stack.enter_context(self.target(name, store))
            for target in running.values():
                self.fill(target)
            yield running

    # --- loads ---

    def load(self, target, verb, **options):
        """Runs iscsi_load; underscores in names become hyphens, True is a flag, False and None are left out."""
        self.require("iscsi_load")
        argv = [self.program("iscsi_load"), verb, "--server", target.address, "--pid", str(target.daemon.pid),
                *target.load_options()]
        for name, value in options.items():
            if value is False or value is None:
                continue
            argv.append("--" + name.replace("_", "-"))
            if value is not True:
                argv.append(str(value))
        result = json.loads(run(argv, self.processors.load))
        target.daemon.check()
        return result

    def fill(self, target, **options):
        """Writes the pattern that io looks for."""
        self.load(target, "fill", block=262144, depth=8, **options)

    def io(self, target, **options):
        return self.load(target, "io", seconds=self.seconds, **options)

    def io_of(self, name, target, **options):
        """The same, and a peer that has got stuck, as istgt does after many logins, is started anew once."""
        try:
            return self.io(target, **options)
        except Failed as why:
            if name not in (TGTD, ISTGT):
                raise
            print(f"{name} is started anew: {str(why).splitlines()[-1]}", file=sys.stderr)
        target.stop()
        target.start()
        self.fill(target)
        return self.io(target, **options)

    def perf(self, target, depth, block):
        """Commands a second by libiscsi's iscsi-perf: random reads."""
        if not shutil.which("iscsi-perf"):
            raise Failed("iscsi-perf is not installed (Debian: libiscsi-bin)")
        seconds = max(2, round(self.seconds))
        argv = ["iscsi-perf", "-m", str(depth), "-b", str(block // 512), "-t", str(seconds), "-r", target.setup.url()]
        said = run(argv, self.processors.load, patience=seconds + 60)
        averages = re.findall(r"iops average (\d+)", said)
        if not averages:
            raise Failed(f"iscsi-perf says no average: {said[-300:]}")
        return {"per_second": int(averages[-1])}

    def has_initiator(self):
        """Whether this build has `sanctl iscsi bench`."""
        argv = [self.program("sanctl"), "iscsi", "bench", "--help"]
        return self.has("sanctl") and subprocess.run(argv, capture_output=True, check=False).returncode == 0

    def our_initiator(self, target, depth, block):
        """Commands a second by `sanctl iscsi bench`: random reads."""
        argv = [self.program("sanctl"), "iscsi", "bench", target.setup.url(), "--depth", str(depth), "--block-size",
                str(block), "--time", str(max(2, round(self.seconds))), "--output", "json"]
        return {"per_second": float(json.loads(run(argv, self.processors.load))["iops"])}
