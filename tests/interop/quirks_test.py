#!/usr/bin/env python3
"""quirks.md names tests: each of them must exist, so that the list cannot outlive what it promises."""

import os
import re
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
NAMED = re.compile(r"\b(?:(\w+_test)::)?(?:([A-Z]\w+)\.)?(test_\w+)|\b(\w+_test)(?:::([A-Z]\w+))?")


def text_of(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return file.read()


def missing_in(line, sources):
    """What a line of quirks.md names and no test program of this folder has."""
    for file, cls, test, bare_file, bare_cls in NAMED.findall(line):
        places = [file or bare_file] if file or bare_file else list(sources)
        wanted = [f"class {c}(" for c in (cls, bare_cls) if c] + ([f"def {test}("] if test else [])
        if not any(place in sources and all(w in sources[place] for w in wanted) for place in places):
            yield file or bare_file, cls or bare_cls, test


class Quirks(unittest.TestCase):
    def setUp(self):
        self.sources = {name[:-3]: text_of(name) for name in os.listdir(HERE) if name.endswith("_test.py")}

    def test_each_test_that_is_named_exists(self):
        for number, line in enumerate(text_of("quirks.md").splitlines(), 1):
            self.assertEqual(list(missing_in(line, self.sources)), [], f"quirks.md:{number}")

    def test_a_name_that_is_not_there_is_noticed(self):
        for line in ("gone_test", "tgtd_test::Gone", "tgtd_test::TargetDaemon.test_gone", "test_gone"):
            self.assertNotEqual(list(missing_in(line, self.sources)), [], line)

    def test_each_line_says_which_test_or_why_none(self):
        for number, line in enumerate(text_of("quirks.md").splitlines(), 1):
            cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
            if len(cells) == 2:
                self.assertTrue(all(cells), f"quirks.md:{number}")


if __name__ == "__main__":
    unittest.main()
