"""Child processes whose output is waited for, never slept for."""

import os
import re
import socket
import subprocess
import threading
import time

PATIENCE = 20.0  # seconds that anything may take before it counts as never happening


class Process:
    """A daemon in the foreground. One thread reads its output; `expect` waits for a line of it. One that is `fed` gets lines
    by `feed`."""

    def __init__(self, argv, env=None, descriptors=(), fed=False):
        self.name = os.path.basename(argv[0])
        self.lines = []
        self.killed = False
        self._news = threading.Condition()
        self._ended = False
        self._child = subprocess.Popen(
            argv, env={**os.environ, **(env or {})}, stdin=subprocess.PIPE if fed else subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, pass_fds=descriptors)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._child.stdout:
            with self._news:
                self.lines.append(line.decode(errors="replace").rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()

    def expect(self, pattern, start=0, patience=PATIENCE):
        """The match of the first line from `start` on that has the pattern."""
        wanted = re.compile(pattern)
        end = time.monotonic() + patience
        with self._news:
            while True:
                for line in self.lines[start:]:
                    if found := wanted.search(line):
                        return found
                start = len(self.lines)
                if self._ended or not self._news.wait(end - time.monotonic()):
                    raise AssertionError(f"{self.name}: no line with {pattern!r} in:\n{self.output()}")

    def feed(self, line):
        """The number of lines that it had said before it got this one."""
        before = len(self.lines)
        self._child.stdin.write(line.encode() + b"\n")
        self._child.stdin.flush()
        return before

    @property
    def pid(self):
        return self._child.pid

    def running(self):
        return self._child.poll() is None

    def resident(self):
        """Bytes of memory that it has."""
        with open(f"/proc/{self.pid}/statm", encoding="ascii") as sizes:
            return int(sizes.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def output(self):
        return "\n".join(self.lines[-60:])

    def stop(self):
        """SIGTERM by pid, then SIGKILL; the exit status."""
        if self.running():
            self._child.terminate()
        return self.end()

    def end(self):
        """The exit status of one that ends by itself; SIGKILL when it does not."""
        try:
            self._child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            pass
        return self.kill()

    def kill(self):
        """SIGKILL by pid; the exit status."""
        self.killed = True
        if self.running():
            self._child.kill()
            self._child.wait()
        self._reader.join()
        self._child.stdout.close()
        if self._child.stdin:
            self._child.stdin.close()
        return self._child.returncode


class NotifySocket:
    """What a daemon tells systemd: env() for its environment, wait() until it is ready."""

    def __init__(self, path):
        self._path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(path)

    def env(self):
        return {"NOTIFY_SOCKET": self._path}

    def wait(self, process, word="READY=1", patience=PATIENCE):
        end = time.monotonic() + patience
        self._socket.settimeout(0.1)
        while time.monotonic() < end and process.running():
            try:
                if word in self._socket.recv(4096).decode().split("\n"):
                    return
            except TimeoutError:
                continue
        raise AssertionError(f"{process.name} never said {word}:\n{process.output()}")

    def close(self):
        self._socket.close()
        os.unlink(self._path)


def is_sanitized(program):
    """Whether it was built with a sanitizer, whose memory is another matter: clang puts it into the program."""
    with open(program, "rb") as file:
        text = file.read()
    return b"__asan_init" in text or b"__tsan_init" in text


def run(argv, patience=PATIENCE, env=None):
    """A tool that ends by itself: its exit status and its whole output. Too slow counts as a failure."""
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=patience, text=True, env={**os.environ, **(env or {})}, check=False)
    except subprocess.TimeoutExpired as late:
        so_far = (late.stdout or b"").decode(errors="replace")
        raise AssertionError(f"{' '.join(argv)} did not end within {patience} s; it said:\n{so_far}") from None
    return done.returncode, done.stdout


def eventually(condition, what, patience=PATIENCE):
    """For what nobody tells about: asks again every 20 ms, and after seconds of waiting every quarter of one, so that what
    waits for a minute leaves the processors to others; the first true answer. `what` is the sentence that says what did not
    come true, or a function that gives it.
    """
    begin = time.monotonic()
    pause = threading.Event()
    while (waited := time.monotonic() - begin) < patience:
        if answer := condition():
            return answer
        pause.wait(min(0.25, max(0.02, waited / 20)))
    raise AssertionError(f"within {patience} s it never came true: {what() if callable(what) else what}")
