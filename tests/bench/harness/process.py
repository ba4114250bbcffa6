"""Child processes: pinned, told apart by pid, measured through /proc."""

import contextlib
import os
import subprocess
import time

CPUCLOCK_SCHED = 2  # what clock_getcpuclockid(3) makes of a pid
PATIENCE = 60.0  # seconds that a start or an end may take


class Failed(Exception):
    """A program did not do what it was started for. Says which and why."""


class Daemon:
    """Runs until stop(). Its output goes into a file."""

    def __init__(self, argv, log, processors, stdin=subprocess.DEVNULL, stdout=None, behind=False,
                 environment=None, descriptors=()):
        """`behind`: on a processor only while nobody else wants it."""
        def prepare():
            os.sched_setaffinity(0, processors)
            if behind:
                os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))

        self.name = os.path.basename(argv[0])
        self._log = log
        with open(log, "ab") as output:
            self.child = subprocess.Popen(
                argv, stdin=stdin, stdout=stdout or output, stderr=output, env={**os.environ, **(environment or {})},
                preexec_fn=prepare, pass_fds=descriptors)

    @property
    def pid(self):
        return self.child.pid

    def said(self):
        with open(self._log, encoding="utf-8", errors="replace") as log:
            return log.read()[-2000:]

    def check(self):
        if self.child.poll() is not None:
            raise Failed(f"{self.name} ended with status {self.child.returncode}:\n{self.said()}")

    def stop(self, patience=PATIENCE):
        """SIGTERM, after `patience` seconds SIGKILL."""
        if self.child.poll() is None:
            self.child.terminate()
        try:
            self.child.wait(patience)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        for pipe in (self.child.stdin, self.child.stdout):
            if pipe and not pipe.closed:
                pipe.close()

    def cpu_seconds(self):
        """Time on processors of all its threads; exact to the nanosecond. By the process's own clock: /proc's schedstat
        is always 0 on some kernels."""
        return time.clock_gettime((~self.pid << 3) | CPUCLOCK_SCHED)

    def memory_kib(self):
        """RSS, PSS and private anonymous memory."""
        kib = {}
        with open(f"/proc/{self.pid}/smaps_rollup", encoding="utf-8") as rollup:
            for line in rollup.readlines()[1:]:
                name, value = line.split(":")
                kib[name] = int(value.split()[0])
        return {"rss": kib["Rss"], "pss": kib["Pss"], "anonymous": kib["Anonymous"]}


def run(argv, processors, patience=900, before=False):
    """A program that ends by itself: its standard output. A status other than 0 is a failure. `before`: it gets its
    processor at once when it wants it, whoever else runs there; only for programs that mostly sleep."""
    def prepare():
        os.sched_setaffinity(0, processors)
        if before:
            with contextlib.suppress(PermissionError):
                os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))

    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=patience, check=False,
                          preexec_fn=prepare)
    if done.returncode != 0:
        raise Failed(f"{' '.join(argv)}\nstatus {done.returncode}: {done.stderr.strip()[-2000:]}")
    return done.stdout


def wait_until(condition, what, patience=PATIENCE):
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            raise Failed(f"within {patience:.0f} s it never came true: {what}")
        time.sleep(0.002)
