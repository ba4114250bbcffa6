"""The base of tests of an iSCSI target by stock initiators: a target and a capture a class, judged by tshark.

A test program ends with `iscsi_case.main()`; it is called with `--target KIND [--program PATH]`, or with `--url URL` for
one that runs already and whose contents may be lost; classes that need a target of their own are left out then.
"""

import argparse
import os
import sys
import unittest

from lib import sandbox
from lib.capture import Capture
from lib.iscsi_serve import Served, iscsi_targets, missing

_chosen = argparse.Namespace(target="san-agent", program="", url="")
Unit = iscsi_targets.Unit
Chap = iscsi_targets.Chap


class IscsiTest(unittest.TestCase):
    """Each class has `cls.url`, `cls.folder` and, unless a URL was given, `cls.served`."""

    mib = 24  # of its unit
    chap = None
    captured = True

    @classmethod
    def setUpClass(cls):
        cls.folder = os.path.join(sandbox.FOLDER, cls.__name__)
        os.makedirs(cls.folder)
        if _chosen.url and cls.chap:
            raise unittest.SkipTest("the target of --url has no such users")
        cls.served, cls.url, cls.capture = None, _chosen.url, None
        if _chosen.url:
            return
        path = "" if _chosen.target == "san-agent" else os.path.join(cls.folder, "unit")
        units = [Unit(mib=cls.mib, path=path, thin=True)]
        folder = os.path.join(cls.folder, "target")
        cls.served = Served(_chosen.target, folder, units, cls.chap, _chosen.program).start()
        cls.url = cls.served.url()
        cls.capture = Capture(cls.folder)
        cls.capture.iscsi_ports.add(cls.served.port)

    @classmethod
    def tearDownClass(cls):
        complaints, opcodes = "", {}
        try:
            if cls.capture:
                complaints, opcodes = cls.capture.iscsi_complaints(), cls.capture.iscsi_opcodes()
        finally:
            if cls.capture:
                cls.capture.stop()
            if cls.served:
                cls.served.stop()
        if complaints:
            raise AssertionError("tshark finds something wrong with these frames:\n" + complaints[:20000])
        if cls.capture and not {0x03, 0x23} <= opcodes.keys():
            raise AssertionError(f"the capture has no login; tshark saw {dict(opcodes)}")


def main(*tools):
    """Runs the tests of the calling program; tools are the stock programs that they need."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--target", choices=sorted(iscsi_targets.KINDS), default="san-agent", help="what to test (san-agent)")
    parser.add_argument("--program", default="", help="san-agent")
    parser.add_argument("--url", default="", help="of a LUN to write to")
    _, rest = parser.parse_known_args(namespace=_chosen)
    if _chosen.url:
        sandbox.need(*tools)
        sandbox.plain()
    else:
        if why := missing(_chosen.target, _chosen.program):
            sandbox.skip(why)
        sandbox.need("tshark", *tools)
        sandbox.enter()
    unittest.main(module="__main__", argv=[sys.argv[0], "-v", *rest])
