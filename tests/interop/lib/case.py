"""The base of all interop tests: a server per test, one capture per test class, judged by tshark at its end.

A test program ends with `case.main()`; it is called with `--server NAME [--program PATH] [unittest arguments]`.
"""

import argparse
import os
import sys
import time
import unittest

from lib import sandbox
from lib.capture import Capture
from lib.client import Client
from lib.servers import ADAPTERS, CONTROL, Policy

_chosen = argparse.Namespace(server="sanctum", program="", sanctl="", agent="")


def fails_on(server, reason):
    """Marks a test that is known to fail on this server; it must then fail, else the mark is out of date."""
    def mark(test):
        test.known_failures = {**getattr(test, "known_failures", {}), server: reason}
        return test
    return mark


class InteropTest(unittest.TestCase):
    """Each test has `self.server` (started with `policy`), `self.folder`, `self.capture`."""

    policy = Policy()
    decodable = True  # what tshark's dissector cannot read is not held against the PDUs of this class
    least_pdus = 2  # of iSNS in the capture of this class: a request and its answer

    @classmethod
    def setUpClass(cls):
        cls.class_folder = os.path.join(sandbox.FOLDER, cls.__name__)
        os.makedirs(cls.class_folder)
        cls.capture = Capture(cls.class_folder)

    @classmethod
    def tearDownClass(cls):
        try:
            complaints = cls.capture.complaints() if cls.decodable else ""
            decoded = cls.capture.isns_pdus()
        finally:
            cls.capture.stop()
        if complaints:
            raise AssertionError("tshark finds something wrong with these frames:\n" + complaints)
        if decoded < cls.least_pdus:
            raise AssertionError(f"the capture has {decoded} iSNS PDUs of the {cls.least_pdus} that were to be judged")

    def setUp(self):
        # Short: the path of a Unix socket has 107 bytes at most.
        self.folder = os.path.join(self.class_folder, str(len(os.listdir(self.class_folder))))
        os.makedirs(self.folder)
        self.began = time.time()
        self.server = ADAPTERS[_chosen.server](self.folder, self.policy, _chosen.program)
        self.capture.ports.add(self.server.port)
        self.server.start()
        self.addCleanup(self._stop_server)

    def _stop_server(self):
        self.server.stop()
        found = self._outcome.result
        if any(test is self for test, _ in found.failures + found.errors):
            print(f"\n--- the server in {self._testMethodName} ---\n{self.server.process.output()}", file=sys.stderr)

    def raw(self, source=CONTROL, local=None):
        """A raw client, closed with the test; `local`: the address that it comes from."""
        client = Client(self.server.port, source, local=local)
        self.addCleanup(client.close)
        return client

    def pdus(self):
        """What was said so far in this test, as tshark found it."""
        return [seen for seen in self.capture.pdus() if seen.time >= self.began]


def _tests_of(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from _tests_of(item)
        else:
            yield item


class _Loader(unittest.TestLoader):
    """Turns the marks of fails_on() for the chosen server into expected failures."""

    def loadTestsFromTestCase(self, testCaseClass):
        suite = super().loadTestsFromTestCase(testCaseClass)
        for test in _tests_of(suite):
            method = getattr(test, test._testMethodName)
            reason = getattr(method, "known_failures", {}).get(_chosen.server)
            if reason:
                test.__unittest_expecting_failure__ = True
                test.shortDescription = lambda test=test, reason=reason: f"{test._testMethodName} [{reason}]"
        return suite


def sanctl():
    """The path of the sanctl under test."""
    return _chosen.sanctl


def agent():
    """The path of the san-agent under test."""
    return _chosen.agent


def program(name):
    """The path of another program of ours that main() was told of."""
    return getattr(_chosen, name)


def main(*tools, uses_sanctl=False, uses_agent=False, programs=()):
    """Runs the tests of the calling program; tools are the stock programs that they need, `programs` options that name more
    of ours.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", choices=sorted(ADAPTERS), default="sanctum", help="what to test (sanctum)")
    parser.add_argument("--program", default="", help="isns-server, where that is the server")
    parser.add_argument("--sanctl", default="", help="sanctl, where it is a client")
    parser.add_argument("--agent", default="", help="san-agent, where it is a client")
    for name in programs:
        parser.add_argument(f"--{name}", default="")
    _, rest = parser.parse_known_args(namespace=_chosen)
    for wanted, path in ((_chosen.server == "sanctum", _chosen.program), (uses_sanctl, _chosen.sanctl),
                         (uses_agent, _chosen.agent), *((True, program(name)) for name in programs)):
        if wanted and not os.access(path, os.X_OK):
            sys.exit(f"there is no program {path!r}: name it by "
                     + ", ".join(f"--{name}" for name in ("program", "sanctl", "agent", *programs)))
    sandbox.need("tshark", *tools, *ADAPTERS[_chosen.server].needs)
    sandbox.enter()
    unittest.main(module="__main__", argv=[sys.argv[0], "-v", *rest], testLoader=_Loader())
