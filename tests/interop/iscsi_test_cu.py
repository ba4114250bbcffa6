#!/usr/bin/env python3
"""All tests of libiscsi's iscsi-test-cu against an iSCSI target, compared with what a table expects. DESTROYS DATA.

  iscsi_test_cu.py --serve tgtd                      against a target that it starts itself
  iscsi_test_cu.py --serve san-agent --program PATH
  iscsi_test_cu.py --url iscsi://HOST:PORT/TARGET/LUN [--second-url URL] [--read-only-url URL]
  iscsi_test_cu.py --serve tgtd Read10 Inquiry.EVPD  only these

Exit status 0 when everything came as expected, 1 when not, 77 when it cannot run here.
"""

import argparse
import dataclasses
import fnmatch
import os
import sys
import tempfile
import threading

sys.dont_write_bytecode = True

from lib import sandbox, test_cu  # noqa: E402
from lib.iscsi_serve import Served, iscsi_targets, missing  # noqa: E402
from lib.process import Process, eventually, run  # noqa: E402
from support import fuse_disk  # noqa: E402

CHAP = {"none": None, "chap": iscsi_targets.Chap("host1", "secret-of-host-1"),
        "mutual": iscsi_targets.Chap("host1", "secret-of-host-1", "disk1", "secret-of-disk-1")}
STORES = ("file", "direct", "block", "memory", "memory-4096", "remote", "nbd")
HERE = os.path.dirname(os.path.abspath(__file__))


def options(words=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tests", nargs="*", help="suites or tests; * is allowed")
    parser.add_argument("--serve", choices=sorted(iscsi_targets.KINDS), help="start such a target, one a lane")
    parser.add_argument("--program", help="of the target to start")
    parser.add_argument("--url", help="the LUN to test; its contents are lost")
    parser.add_argument("--second-url", default="", help="another path to it")
    parser.add_argument("--read-only-url", default="", help="a write-protected LUN")
    parser.add_argument("--lanes", type=int, default=4, help="targets to start, which are tested beside each other (4)")
    parser.add_argument("--together", action="store_true", help="all these are targets of one san-agent")
    parser.add_argument("--both-paths", action="store_true", help="each test over two sessions: a command takes one at random")
    parser.add_argument("--store", choices=STORES, default="memory",
                        help="what is behind the units, where the target has the choice (memory)")
    parser.add_argument("--chap", choices=("none", "chap", "mutual"), default="none",
                        help="what the targets that are started demand")
    parser.add_argument("--header-digest", action="store_true", help="log in with HeaderDigest=CRC32C")
    parser.add_argument("--no-sanitize", dest="sanitize", action="store_false", help="leave out tests that sanitize")
    parser.add_argument("--patience", type=float, default=60, help="seconds that a test may take (60)")
    parser.add_argument("--expect", help="the table; by default iscsi_test_cu/TARGET-STORE.md or TARGET.md of the target that is served")
    parser.add_argument("--output", help="keep the output of each test in this folder")
    chosen = parser.parse_args(words)
    if bool(chosen.serve) == bool(chosen.url):
        parser.error("wanted: either --serve or --url")
    of_store = os.path.join(HERE, "iscsi_test_cu", f"{chosen.serve}-{chosen.store}.md")
    of_target = os.path.join(HERE, "iscsi_test_cu", f"{chosen.serve}.md")
    chosen.expect = chosen.expect or next(filter(os.path.exists, (of_store, of_target)), None)
    return chosen


def chosen_tests(wanted):
    everything = test_cu.names()
    patterns = [word if "." in word else word + ".*" for word in wanted] or ["*"]
    tests = [test for test in everything if any(fnmatch.fnmatchcase(test, pattern) for pattern in patterns)]
    if not tests:
        sys.exit(f"no test is named so: {' '.join(wanted)}")
    return tests


class RemoteUnits:
    """The units of another san-agent, over digests and with the same proof."""

    def __init__(self, chosen, folder, units):
        # What can be taken out is the front's business.
        plain = [dataclasses.replace(unit, removable=False) for unit in units]
        self.served = Served("san-agent", folder, plain, CHAP[chosen.chap], chosen.program).start()
        digests = {"header_digest": "crc32c", "data_digest": "crc32c"}
        self.stores = [self.served.setup.as_store(i, **digests) for i in range(len(units))]

    def stop(self):
        self.served.stop()


class NbdExports:
    """Files that qemu-nbd exports, each by a process of its own."""

    def __init__(self, _, folder, units):
        os.makedirs(folder)
        self.stores, self.servers = [], []
        for unit in units:
            unit.make_file()
            socket = os.path.join(folder, f"{len(self.servers)}.sock")
            # That a unit is read-only is the front's business: of an export that is, qemu-nbd tells less.
            self.servers.append(Process(["qemu-nbd", "-t", "-e", "0", "-f", "raw", "--discard=unmap", "-k", socket, unit.path]))
            self.stores.append(f"nbd+unix:///?socket={socket}")

    def stop(self):
        for server in self.servers:
            server.stop()


class LoopDevices:
    """Block devices on files."""

    def __init__(self, _, __, units):
        for unit in units:
            unit.make_file()
        self.devices = [fuse_disk.LoopDevice(unit.path, direct=False) for unit in units]
        self.stores = [device.path + (",thin" if unit.thin else "") for device, unit in zip(self.devices, units)]

    def stop(self):
        for device in self.devices:
            device.close()


class DirectFiles:
    """Files that are written past the page cache."""

    def __init__(self, _, __, units):
        for unit in units:
            unit.make_file()
        self.stores = [f"file:{unit.path},direct" + (",thin" if unit.thin else "") for unit in units]

    def stop(self):
        pass


class LargeBlocks:
    """Memory in logical blocks of 4096 bytes."""

    def __init__(self, _, __, units):
        self.stores = [f"memory:{unit.mib}M,block=4096" for unit in units]

    def stop(self):
        pass


BEHIND = {"remote": RemoteUnits, "nbd": NbdExports, "block": LoopDevices, "direct": DirectFiles, "memory-4096": LargeBlocks}


def serve(chosen, folder, targets):
    """A program with so many targets, each a lane: a unit to write and one that is read-only; and what is to be stopped."""
    os.makedirs(folder)
    in_memory = chosen.store in ("memory", "remote") and chosen.serve == "san-agent"
    units = []
    for number in range(targets):
        name = f"{iscsi_targets.TARGET}{number or ''}"
        paths = ["", ""] if in_memory else [os.path.join(folder, f"{kind}{number}") for kind in ("unit", "read-only")]
        units += [iscsi_targets.Unit(mib=128, path=paths[0], thin=True, removable=True, target=name),
                  iscsi_targets.Unit(mib=16, path=paths[1], read_only=True, target=name)]
    behind = BEHIND[chosen.store](chosen, os.path.join(folder, "behind"), units) if chosen.store in BEHIND else None
    if behind:
        units = [dataclasses.replace(unit, store=store, path="") for store, unit in zip(behind.stores, units, strict=True)]
    served = Served(chosen.serve, folder, units, CHAP[chosen.chap], chosen.program).start()
    if behind:
        eventually(lambda: all(run(["iscsi-readcapacity16", served.url(i)])[0] == 0 for i in range(len(units))),
                   "the units are there")
    if chosen.header_digest and hasattr(served.setup, "use_digests"):
        served.setup.use_digests(True)
    more = {"header_digest": "crc32c"} if chosen.header_digest else {}
    one_at_a_time = threading.Lock()

    def mend():
        with one_at_a_time:
            if served.running():
                return False
            served.stop()
            served.start()
            return True

    lanes = [test_cu.Lane(served.url(i, **more), served.url(i, **more), served.url(i + 1, **more), chosen.both_paths, mend)
             for i in range(0, len(units), 2)]
    return lanes, [served, *([behind] if behind else [])]


def report(outcome):
    print(f"{outcome.result:8} {outcome.test:45} {outcome.seconds:6.1f} s  {outcome.reason}", flush=True)


def why_not(chosen):
    """Why the target cannot be started here, or an empty text."""
    if chosen.serve and (why := missing(chosen.serve, chosen.program)):
        return why
    return fuse_disk.why_not() if chosen.store == "block" else ""


def outcomes_of(chosen, tests, seen=report):
    # In memory where there is such a place: the tests are about answers, not about disks.
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) and chosen.store != "direct" else None
    with tempfile.TemporaryDirectory(prefix="sanctum-cu-", dir=place) as folder:
        tool = test_cu.Tool(chosen.sanitize, chosen.patience, folder)
        running, lanes = [], []
        try:
            if chosen.serve:
                number = max(1, min(chosen.lanes, len(tests)))
                for targets in [number] if chosen.together else [1] * number:
                    more, parts = serve(chosen, os.path.join(folder, str(len(lanes))), targets)
                    lanes += more
                    running += parts
            else:
                lanes.append(test_cu.Lane(chosen.url, chosen.second_url, chosen.read_only_url, chosen.both_paths))
            return tool.run_all(tests, lanes, seen)
        finally:
            for part in running:
                part.stop()


def expectations_of(chosen, tests):
    expectations = test_cu.Expectations(chosen.expect)
    if chosen.tests:
        expectations.lines = [line for line in expectations.lines if fnmatch.filter(tests, line.pattern)]
    return expectations


def main():
    chosen = options()
    if why := why_not(chosen):
        sandbox.skip(why)
    sandbox.need(test_cu.PROGRAM, *(["qemu-nbd"] if chosen.store == "nbd" else []))
    tests = chosen_tests(chosen.tests)
    return conclude(chosen, outcomes_of(chosen, tests), expectations_of(chosen, tests))


def conclude(chosen, outcomes, expectations):
    if chosen.output:
        os.makedirs(chosen.output, exist_ok=True)
        for outcome in outcomes:
            with open(os.path.join(chosen.output, outcome.test + ".txt"), "w", encoding="utf-8") as file:
                file.write(outcome.output)
    surprises = expectations.surprises(outcomes)
    print(f"\n{len(outcomes)} tests: {test_cu.counts(outcomes)}; {len(surprises)} not as expected")
    for surprise in surprises:
        print("not as expected:", surprise)
    return 1 if surprises else 0


if __name__ == "__main__":
    sys.exit(main())
