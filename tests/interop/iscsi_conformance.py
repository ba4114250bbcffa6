#!/usr/bin/env python3
"""All tests of iscsi-test-cu against san-agent on each store, and the page about it: docs/reference/iscsi-conformance.md.

  iscsi_conformance.py --program PATH            fails where something is not as expected, or the page says something else
  iscsi_conformance.py --program PATH --write    writes the page

Exit status 0, 1, or 77 when it cannot run here: it wants root, for loop devices.
"""

import argparse
import os
import sys

sys.dont_write_bytecode = True

import iscsi_test_cu  # noqa: E402
from lib import cu_page, sandbox, test_cu  # noqa: E402

PAGE = os.path.join(iscsi_test_cu.HERE, "..", "..", "docs", "reference", "iscsi-conformance.md")
HOW = ("--together", "--both-paths", "--chap", "mutual", "--header-digest", "--patience", "40")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="san-agent")
    parser.add_argument("--write", action="store_true", help="write the page")
    wanted = parser.parse_args()
    runs = {store: iscsi_test_cu.options(["--serve", "san-agent", "--program", wanted.program, "--store", store, *HOW])
            for store in iscsi_test_cu.STORES}
    for chosen in runs.values():
        if why := iscsi_test_cu.why_not(chosen):
            sandbox.skip(why)
    sandbox.need(test_cu.PROGRAM, "qemu-nbd")
    tests = iscsi_test_cu.chosen_tests([])
    outcomes, expectations, surprises = {}, {}, 0
    for store, chosen in runs.items():
        outcomes[store] = iscsi_test_cu.outcomes_of(chosen, tests, lambda _: None)
        expectations[store] = iscsi_test_cu.expectations_of(chosen, tests)
        print(f"\n{store}:", end="")
        surprises += iscsi_test_cu.conclude(chosen, outcomes[store], expectations[store])
    made = cu_page.page(outcomes, expectations, "tests/interop/iscsi_conformance.py --write")
    if wanted.write:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(made)
    with open(PAGE, encoding="utf-8") as file:
        same = file.read() == made
    if not same:
        print("docs/reference/iscsi-conformance.md says something else; --write writes it anew")
    return 0 if same and not surprises else 1


if __name__ == "__main__":
    sys.exit(main())
