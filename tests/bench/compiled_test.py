#!/usr/bin/env python3
"""What the program must hold for its figures and no other test would miss: GCC 12 once dropped every prefetch.

usage: compiled_test.py ISNS_SERVER [unittest arguments]
"""

import platform
import re
import subprocess
import sys
import unittest

FUNCTIONS = ["core::Lookahead::fetch", "core::fetchListeners", "core::Lookahead::toNodes", "core::Lookahead::toDomains",
             "core::Lookahead::expectRegistration", "core::Server::follow"]


def bodies(program):
    """The instructions of each function, by its name without arguments."""
    listing = subprocess.run(["objdump", "--disassemble", "--demangle", "--no-show-raw-insn", program], check=True,
                             stdout=subprocess.PIPE, text=True).stdout
    found = {}
    for block in listing.split("\n\n"):
        head = re.match(r"\n*[0-9a-f]+ <([^(>]+)\(", block)
        if head:
            found[head.group(1)] = found.get(head.group(1), "") + block
    return found


class Compiled(unittest.TestCase):
    program = ""

    @unittest.skipUnless(platform.machine() == "x86_64", "knows the instructions of x86-64 only")
    def test_the_lookahead_prefetches(self):
        found = bodies(self.program)
        for function in FUNCTIONS:
            with self.subTest(function):
                self.assertIn("prefetch", found.get(function, ""))


if __name__ == "__main__":
    Compiled.program = sys.argv.pop(1)
    unittest.main()
