#!/usr/bin/env python3
"""Shows for each rule of check_layers.py that it can fail: a small tree that keeps all rules, broken in one place."""

import os
import tempfile
import unittest

import check_layers

HERE = os.path.dirname(os.path.abspath(__file__))
README = "# Folder\n\nWhat it is.\n\nWhat it may not know.\n"
HEADER = "// What this is for.\n#pragma once\n"
GOOD_TREE = {
    "CMakeLists.txt": "",
    "shared/README.md": README,
    "shared/base/README.md": README,
    "shared/base/result.h": HEADER + "#include <variant>\n",
    "shared/names/README.md": README,
    "shared/names/iqn.h": HEADER + '#include "shared/base/result.h"\n',
    "shared/names/iqn.cpp": '#include "shared/names/iqn.h"\n#include <stringprep.h>\n',
    "isns-server/README.md": README,
    "isns-server/core/README.md": README,
    "isns-server/core/registry.cpp": '#include "shared/base/result.h"\n#include <string>\n',
    "isns-server/app/README.md": README,
    "isns-server/app/main.cpp": '#include "shared/names/iqn.h"\n#include <unistd.h>\n',
}


class LayerRules(unittest.TestCase):
    def faults(self, changes):
        return self.check(changes)[0]

    def check(self, changes):
        """What the check finds in the good tree with some files changed (None: taken away), and in layers.txt."""
        with tempfile.TemporaryDirectory() as tree:
            for path, text in {**GOOD_TREE, **changes}.items():
                if text is None:
                    continue
                os.makedirs(os.path.join(tree, os.path.dirname(path)), exist_ok=True)
                with open(os.path.join(tree, path), "w", encoding="utf-8") as file:
                    file.write(text)
            layers = check_layers.Layers(os.path.join(HERE, "layers.txt"))
            check = check_layers.Check(tree, layers)
            return check.run(), check.unused()

    def assert_fault(self, changes, place, rule):
        faults = self.faults(changes)
        self.assertEqual(len(faults), 1, faults)
        self.assertTrue(faults[0].startswith(place + ": "), faults[0])
        self.assertIn(rule, faults[0])

    def test_a_tree_that_keeps_the_rules_has_no_fault(self):
        self.assertEqual(self.faults({}), [])

    def test_what_is_allowed_and_nobody_includes_is_a_fault(self):
        _, unused = self.check({})
        self.assertIn("layers.txt: nothing in isns-server/core includes db/store: take it out of the line", unused)
        self.assertIn("layers.txt: nothing in tests includes stringprep.h: take it out of the line", unused)
        _, used = self.check({"isns-server/core/store.cpp": '#include "db/store/store.h"\n', "db/store/store.h": HEADER})
        self.assertEqual(len(unused) - len(used), 1)
        for line in unused:
            self.assertFalse("nothing in shared/names includes stringprep.h" in line or " shared/base:" in line, line)

    def test_an_include_of_a_higher_layer_is_a_fault(self):
        text = HEADER + '\n#include "shared/names/iqn.h"\n'
        self.assert_fault({"shared/base/up.h": text}, "shared/base/up.h:4", "shared/base may not include shared/names")

    def test_an_include_of_a_layer_that_is_only_reached_through_another_is_a_fault(self):
        changes = {
            "db/README.md": README,
            "db/sqlite/README.md": README,
            "db/sqlite/store.cpp": '#include "shared/names/iqn.h"\n',
        }
        self.assert_fault(changes, "db/sqlite/store.cpp:1", "db/sqlite may not include shared/names")

    def test_nothing_may_include_the_command_line(self):
        changes = {
            "isns-server/ctl/README.md": README,
            "isns-server/ctl/table.h": HEADER,
            "isns-server/core/x.cpp": '#include "isns-server/ctl/table.h"\n',
        }
        self.assert_fault(changes, "isns-server/core/x.cpp:1", "may not include isns-server/ctl")

    def test_a_product_folder_may_not_include_tests(self):
        changes = {
            "tests/README.md": README,
            "tests/unit/README.md": README,
            "tests/unit/fake.h": HEADER,
            "shared/names/x.cpp": '#include "tests/unit/fake.h"\n',
        }
        self.assert_fault(changes, "shared/names/x.cpp:1", "shared/names may not include tests")

    def test_an_include_that_is_not_written_from_the_root_is_a_fault(self):
        self.assert_fault({"shared/names/x.cpp": '#include "iqn.h"\n'}, "shared/names/x.cpp:1", "not a file of this tree")

    def test_an_include_of_a_missing_file_is_a_fault(self):
        changes = {"shared/names/x.c": '#include "shared/base/gone.h"\n'}
        self.assert_fault(changes, "shared/names/x.c:1", "not a file of this tree")

    def test_third_party_headers_outside_their_folders_are_faults(self):
        for header in ("Poco/Logger.h", "QString", "QtGlobal", "sqlite3.h", "openssl/evp.h", "CLI/CLI.hpp",
                       "toml++/toml.h", "gtest/gtest.h", "hpdf.h"):
            with self.subTest(header):
                changes = {"shared/names/x.cpp": f"#include <{header}>\n"}
                self.assert_fault(changes, "shared/names/x.cpp:1", f"may not include <{header}>: only ")

    def test_a_header_that_no_line_names_is_a_fault(self):
        changes = {"isns-server/app/x.cpp": "#include <boost/asio.hpp>\n"}
        self.assert_fault(changes, "isns-server/app/x.cpp:1", "<boost/asio.hpp> is in no line")

    def test_a_pure_folder_may_not_include_system_headers_or_threads(self):
        for header in ("sys/socket.h", "unistd.h", "thread", "mutex", "fstream"):
            with self.subTest(header):
                changes = {"isns-server/core/x.cpp": f"#include <{header}>\n"}
                self.assert_fault(changes, "isns-server/core/x.cpp:1", "is pure and may not include")

    def test_a_pure_folder_may_not_read_a_clock(self):
        changes = {"isns-server/core/x.cpp": "auto t = std::chrono::steady_clock::now();\n"}
        self.assert_fault(changes, "isns-server/core/x.cpp:1", "may not read a clock")

    def test_a_clock_in_a_comment_is_no_fault(self):
        self.assertEqual(self.faults({"isns-server/core/x.cpp": "// never steady_clock::now()\n"}), [])

    def test_the_lowest_folder_knows_only_the_standard_library(self):
        self.assert_fault({"shared/base/x.cpp": "#include <unistd.h>\n"}, "shared/base/x.cpp:1", "only the standard")

    def test_an_unknown_folder_with_sources_is_a_fault(self):
        changes = {"shared/misc/README.md": README, "shared/misc/x.cpp": "\n"}
        self.assert_fault(changes, "shared/misc/x.cpp:1", "unknown folder")

    def test_an_unknown_name_at_the_top_level_is_a_fault(self):
        self.assert_fault({"scripts/README.md": README}, "scripts:1", "unknown at the top level")
        self.assert_fault({"notes.txt": ""}, "notes.txt:1", "unknown at the top level")

    def test_build_and_dot_names_at_the_top_level_are_not_looked_at(self):
        self.assertEqual(self.faults({"build/release/x.cpp": '#include "nowhere.h"\n', ".ci/run": ""}), [])

    def test_a_folder_without_readme_is_a_fault(self):
        self.assert_fault({"shared/base/README.md": None}, "shared/base/README.md:1", "no README.md")
        self.assert_fault({"shared/README.md": None}, "shared/README.md:1", "no README.md")
        deep = {"isns-server/core/log/CMakeLists.txt": "", "tests/README.md": README, "tests/unit/README.md": README,
                "tests/unit/log/CMakeLists.txt": ""}
        self.assert_fault(deep, "isns-server/core/log/README.md:1", "no README.md")

    def test_a_readme_that_is_too_short_or_too_long_is_a_fault(self):
        self.assert_fault({"shared/base/README.md": "# Base\n"}, "shared/base/README.md:1", "5 to 15 lines, not 1")
        self.assert_fault({"shared/base/README.md": "x\n" * 16}, "shared/base/README.md:1", "5 to 15 lines, not 16")

    def test_a_header_without_pragma_once_is_a_fault(self):
        self.assert_fault({"shared/base/x.h": "// For this.\n"}, "shared/base/x.h:1", "no #pragma once")

    def test_a_header_without_a_leading_comment_is_a_fault(self):
        self.assert_fault({"shared/base/x.h": "#pragma once\n"}, "shared/base/x.h:1", "does not begin with a comment")


if __name__ == "__main__":
    unittest.main()
