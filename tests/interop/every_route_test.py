#!/usr/bin/env python3
"""Every route of the management API was answered well and refused at least once, by the tests of it together: each leaves a
file of what it has seen (`--seen` of lib.api_case), and these are read here.
"""

import argparse
import json
import sys
import unittest

from lib.api_client import Description

OPEN = {("GET", "/status"), ("GET", "/openapi.json")}  # nothing to refuse
SEEN = {"good": set(), "refused": set()}


class EveryRoute(unittest.TestCase):
    def setUp(self):
        self.made = Description().operations()

    def test_each_was_answered(self):
        self.assertEqual(sorted(self.made - SEEN["good"]), [], "were never answered well")

    def test_each_was_refused(self):
        self.assertEqual(sorted(self.made - OPEN - SEEN["refused"]), [], "were never refused")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("seen", nargs="+", metavar="FILE", help="where a test wrote the routes that it used (--seen)")
    for path in parser.parse_args().seen:
        with open(path, encoding="utf-8") as file:
            for how, operations in json.load(file).items():
                SEEN[how] |= {tuple(operation) for operation in operations}
    unittest.main(argv=[sys.argv[0]])
