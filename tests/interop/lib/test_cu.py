"""libiscsi's iscsi-test-cu, a test a process: what each says, cleaned up behind, compared with what is expected."""

import collections
import contextlib
import dataclasses
import fnmatch
import queue
import re
import subprocess
import threading
import time

from lib.iscsi_initiator import LUN_RESET, Initiator, Place, ProtocolError

PROGRAM = "iscsi-test-cu"
NAMES = ("iqn.2007-10.com.github:sahlberg:libiscsi:iscsi-test", "iqn.2007-10.com.github:sahlberg:libiscsi:iscsi-test-2")
PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"
# Any result will do: the test's outcome is a matter of timing.
EITHER = "either"


@dataclasses.dataclass
class Outcome:
    test: str  # "Inquiry.Standard"
    result: str
    reason: str = ""  # why it was skipped or failed, in the tool's words
    seconds: float = 0.0
    output: str = ""


def names():
    """All tests of the tool, each once, in its order."""
    said = subprocess.run([PROGRAM, "-l"], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL).stdout
    return [line.removeprefix("ALL.") for line in said.splitlines() if line.startswith("ALL.") and line.count(".") == 2]


@dataclasses.dataclass
class Lane:
    """One logical unit at a time is tested by one test at a time; lanes run beside each other."""

    url: str
    second_url: str = ""  # another path to the same unit
    read_only_url: str = ""  # a write-protected unit
    both: bool = False  # every test gets both paths: each of its commands goes over one of them at random
    mend: collections.abc.Callable = None  # called before a test: starts the target anew if it has died; True if it had

    def urls(self, test):
        if test.startswith("ReadOnly.") and self.read_only_url:
            return [self.read_only_url]
        wanted = self.both or test.startswith("MultipathIO.")
        return [self.url, self.second_url] if wanted and self.second_url else [self.url]


class Tool:
    """How the tests are run."""

    def __init__(self, sanitize=False, patience=60.0, folder=None):
        self._options = ["-d"] + (["-S"] if sanitize else [])
        self._patience = patience
        self._folder = folder

    def run(self, test, lane):
        began = time.monotonic()
        argv = [PROGRAM, *self._options, "-i", NAMES[0], "-I", NAMES[1], "-t", "ALL." + test, *lane.urls(test)]
        try:
            done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  timeout=self._patience, check=False, cwd=self._folder)
            outcome = judge(test, done.stdout.decode(errors="replace"), done.returncode)
        except subprocess.TimeoutExpired as late:
            said = (late.stdout or b"").decode(errors="replace")
            outcome = Outcome(test, FAILED, f"it did not end within {self._patience:.0f} s", output=said)
        outcome.seconds = time.monotonic() - began
        return outcome

    def run_all(self, tests, lanes, seen=lambda outcome: None):
        """Outcomes in the order of the tests. `seen` hears of each as it comes."""
        waiting = queue.SimpleQueue()
        for test in tests:
            waiting.put(test)
        outcomes, lock = {}, threading.Lock()

        def work(lane):
            while True:
                try:
                    test = waiting.get_nowait()
                except queue.Empty:
                    return
                outcome = self._one(test, lane)
                with lock:
                    outcomes[test] = outcome
                    seen(outcome)

        threads = [threading.Thread(target=work, args=(lane,)) for lane in lanes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return [outcomes[test] for test in tests]

    def _one(self, test, lane):
        if test.startswith("MultipathIO.CompareAndWrite"):
            # It compares one block more with zeroes than it has written (test_multipathio_compareandwrite.c).
            with contextlib.suppress(OSError, ProtocolError):
                zero_start(lane.url)
        outcome = self.run(test, lane)
        if lane.mend and lane.mend():
            outcome.result, outcome.reason = FAILED, f"the target died; {outcome.reason}".rstrip("; ")
        else:
            # A test that fails may leave reservations, write protection or an ejected medium to all that follow.
            try:
                clean(lane.url)
            except (OSError, ProtocolError) as why:
                outcome.reason = (outcome.reason + f"; no clean-up afterwards: {why}").lstrip("; ")
        return outcome


def judge(test, output, status):
    """What the tool's output says of the one test."""
    summary = re.search(r"^ +tests +(\d+) +(\d+) +(\d+) +(\d+)", output, re.MULTILINE)
    if not summary:
        last = (output.strip().splitlines() or ["nothing"])[-1].strip()
        return Outcome(test, FAILED, f"the tool ended with status {status}, saying last: {last}", output=output)
    # Before its suite begins it looks at the target as a whole: skips there are none of this test.
    said = output[max(0, output.find("\nSuite: ")):]
    skips = _once(re.findall(r"\[SKIPPED\] *(.*)", said))
    fails = _once(re.findall(r"\[FAILED\] *(.*)", said)) or _once(re.findall(r"^ +\d+\. (.*)", said, re.MULTILINE))
    if int(summary.group(4)) or int(summary.group(2)) != 1:
        return Outcome(test, FAILED, "; ".join(fails), output=output)
    return Outcome(test, SKIPPED if skips else PASSED, "; ".join(skips), output=output)


def _once(lines):
    return list(dict.fromkeys(line.strip() for line in lines))


def clean(url):
    """Takes away what tests leave behind: reservations of both names, tasks, a medium that is out or locked in."""
    place = Place.of(url)
    key = b"sanctum!"

    def reserve_out(action, old, new):
        return [bytes([0x5F, action, 0, 0, 0, 0, 0, 0, 24, 0]), 0, old + new + bytes(8)]

    for name in NAMES:
        with Initiator(place, name) as initiator:
            initiator.until_ready()
            initiator.task_management(LUN_RESET)
            initiator.until_ready()
            initiator.command(bytes([0x17, 0, 0, 0, 0, 0]))  # RELEASE(6)
            initiator.command(*reserve_out(6, bytes(8), key))  # REGISTER AND IGNORE EXISTING KEY
            initiator.command(*reserve_out(3, key, bytes(8)))  # CLEAR
            initiator.command(bytes([0x1E, 0, 0, 0, 0, 0]))  # PREVENT ALLOW MEDIUM REMOVAL: allow
            initiator.command(bytes([0x1B, 0, 0, 0, 3, 0]))  # START STOP UNIT: load and start
            initiator.until_ready()


def zero_start(url):
    with Initiator(Place.of(url), NAMES[0]) as initiator:
        initiator.until_ready()
        capacity = initiator.command(bytes([0x25]) + bytes(9), 8)  # READ CAPACITY(10)
        block = int.from_bytes(capacity.data[4:8], "big")
        initiator.command(bytes([0x41, 0, 0, 0, 0, 0, 0, 4, 0, 0]), 0, bytes(block))  # WRITE SAME(10) of 1024 blocks


# --- expectations ---


@dataclasses.dataclass
class Expectation:
    pattern: str
    result: str
    reason: str


class Expectations:
    """The table of what does not pass: | test | expected | why | in a Markdown file. What no line names shall pass."""

    def __init__(self, path=None):
        self.lines = []
        if not path:
            return
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
                if not line.startswith("|") or cells[0] in ("test", "") or set(cells[0]) <= set("-:"):
                    continue
                if len(cells) != 3 or cells[1] not in (FAILED, SKIPPED, EITHER) or not cells[2]:
                    raise SystemExit(f"{path}:{number}: wanted | test | {FAILED}, {SKIPPED} or {EITHER} | why |")
                self.lines.append(Expectation(*cells))

    def of(self, test):
        """The first line that names the test."""
        for line in self.lines:
            if fnmatch.fnmatchcase(test, line.pattern):
                return line
        return Expectation(test, PASSED, "")

    def surprises(self, outcomes):
        """Sentences: what came out otherwise, and lines that name nothing."""
        found = []
        for outcome in outcomes:
            wanted = self.of(outcome.test)
            if wanted.result not in (EITHER, outcome.result):
                why = f" ({outcome.reason})" if outcome.reason else ""
                found.append(f"{outcome.test} {outcome.result}{why}; expected: {wanted.result}")
        return found + [f"no test is named by {line.pattern}" for line in self.lines
                        if not any(fnmatch.fnmatchcase(outcome.test, line.pattern) for outcome in outcomes)]


def counts(outcomes):
    of = collections.Counter(outcome.result for outcome in outcomes)
    return f"{of[PASSED]} passed, {of[FAILED]} failed, {of[SKIPPED]} skipped"
