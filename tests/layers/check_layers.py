#!/usr/bin/env python3
"""Checks the whole tree against layers.txt: who includes what, folders, README.md files and header form. And layers.txt
against the tree: what nobody includes need not be allowed.

Every fault is printed as file:line: the rule that it breaks. Exit status 1 if there is any.
"""

import argparse
import os
import re
import sys

SOURCES = (".h", ".cpp", ".c")
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
CLOCK = re.compile(r"\b\w*(?:clock|Clock)::now\s*\(")
README_LINES = range(5, 16)


class Layers:
    """layers.txt as tables."""

    def __init__(self, path):
        self.top = set()
        self.may = {}
        self.pure = set()
        self.only = {}
        self.headers = {"system": set(), "standard": set(), "impure": set()}
        with open(path, encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                words = line.split("#")[0].split()
                if words and not self._read(words):
                    raise SystemExit(f"{path}:{number}: not understood: {line.strip()}")

    def _read(self, words):
        kind, rest = words[0], words[1:]
        if kind == "top":
            self.top.update(rest)
        elif kind == "pure":
            self.pure.update(rest)
        elif kind in self.headers:
            self.headers[kind].update(rest)
        elif kind == "layer" and len(rest) > 2 and rest[1] == "may":
            self.may[rest[0]] = set(rest[2:]) - {"nothing"}
        elif kind == "only" and len(rest) > 2 and rest[1] == "in":
            self.only[rest[0]] = set(rest[2:])
        else:
            return False
        return True

    def layer_of(self, path):
        """The named folder that holds this file, or None."""
        folder = os.path.dirname(path)
        while folder and folder not in self.may:
            folder = os.path.dirname(folder)
        return folder or None

    def kind_of(self, header):
        """(kind, the line's header) of a header in angle brackets; (None, None) if no line names it."""
        if header in self.headers["standard"]:
            return "standard", None
        if starts_with_one(header, self.headers["system"]):
            return "system", None
        for start in self.only:
            # Qt's headers have no folder of their own: a Q and a capital letter.
            if re.match(r"Q[A-Zt]", header) if start == "Q" else starts_with_one(header, {start}):
                return "only", start
        return None, None


def starts_with_one(header, starts):
    return any(header == s or (s.endswith("/") and header.startswith(s)) for s in starts)


def within(folder, allowed):
    """Which of these folders it is in."""
    return {a for a in allowed if folder == a or folder.startswith(a + "/")}


class Check:
    """One pass over a tree; the faults found are in `faults`, and then unused() knows what layers.txt allows in vain."""

    def __init__(self, tree, layers):
        self.tree = tree
        self.layers = layers
        self.faults = []
        self.used = set()  # (folder, what it includes), as lines of layers.txt name them
        self.folders = set()
        self.built = set()  # that have a CMakeLists.txt
        self.sources = []

    def run(self):
        self._list_tree()
        self._check_top()
        self._check_readmes()
        for path in self.sources:
            self._check_file(path)
        return self.faults

    def unused(self):
        """Faults of layers.txt. shared/base is for everybody, whether it is needed or not."""
        given = [(layer, one) for layer, may in self.layers.may.items() for one in may - {"anything", "shared/base"}]
        given += [(folder, start) for start, folders in self.layers.only.items() for folder in folders]
        return [f"layers.txt: nothing in {folder} includes {one}: take it out of the line"
                for folder, one in sorted(set(given) - self.used)]

    def _fault(self, path, line, rule):
        self.faults.append(f"{path}:{line}: {rule}")

    def _list_tree(self):
        for folder, subfolders, files in os.walk(self.tree):
            here = os.path.relpath(folder, self.tree)
            here = "" if here == "." else here
            subfolders[:] = sorted(s for s in subfolders if not self._skipped(here, s))
            if here and files:
                self.folders.add(here)
            if "CMakeLists.txt" in files:
                self.built.add(here)
            self.sources += [os.path.join(here, f) for f in sorted(files) if f.endswith(SOURCES)]

    @staticmethod
    def _skipped(here, name):
        return name.startswith(".") or name == "__pycache__" or (here == "" and name == "build")

    def _check_top(self):
        for name in sorted(os.listdir(self.tree)):
            if name not in self.layers.top and not self._skipped("", name):
                self._fault(name, 1, "unknown at the top level, which holds only " + " ".join(sorted(self.layers.top)))

    def _check_readmes(self):
        """A README.md in the folders of the two upper levels, in every named layer and in every library outside tests/."""
        wanted = set()
        for folder in self.folders:
            parts = folder.split(os.sep)
            wanted.update(os.sep.join(parts[:n]) for n in range(1, min(len(parts), 2) + 1))
            if folder in self.layers.may or (folder in self.built and parts[0] != "tests"):
                wanted.add(folder)
        for folder in sorted(wanted):
            self._check_readme(os.path.join(folder, "README.md"))

    def _check_readme(self, readme):
        path = os.path.join(self.tree, readme)
        if not os.path.isfile(path):
            self._fault(readme, 1, "the folder has no README.md")
            return
        with open(path, encoding="utf-8") as text:
            count = len(text.read().splitlines())
        if count not in README_LINES and not readme.startswith("docs"):
            self._fault(readme, 1, f"a folder's README.md has {README_LINES[0]} to {README_LINES[-1]} lines, not {count}")

    def _check_file(self, path):
        layer = self.layers.layer_of(path)
        if layer is None:
            self._fault(path, 1, "unknown folder: layers.txt has no line for it")
            return
        with open(os.path.join(self.tree, path), encoding="utf-8") as text:
            lines = text.read().splitlines()
        if path.endswith(".h"):
            self._check_header_form(path, lines)
        for number, line in enumerate(lines, 1):
            found = INCLUDE.match(line)
            if found and found.group(1):
                self._check_own(path, number, layer, found.group(1))
            elif found:
                self._check_foreign(path, number, layer, found.group(2))
            elif layer in self.layers.pure and CLOCK.search(line.split("//")[0]):
                self._fault(path, number, f"{layer} is pure and may not read a clock: time is an argument")

    def _check_header_form(self, path, lines):
        if "#pragma once" not in lines:
            self._fault(path, 1, "the header has no #pragma once")
        if not lines or not lines[0].startswith(("//", "/*")):
            self._fault(path, 1, "the header does not begin with a comment that says what it is for")

    def _check_own(self, path, number, layer, header):
        target = self.layers.layer_of(header)
        if target is None or not os.path.isfile(os.path.join(self.tree, header)):
            self._fault(path, number, f'"{header}" is not a file of this tree: write includes from its root')
            return
        allowed = self.layers.may[layer]
        self.used.add((layer, target))
        if target != layer and "anything" not in allowed and target not in allowed:
            self._fault(path, number, f"{layer} may not include {target}")

    def _check_foreign(self, path, number, layer, header):
        kind, start = self.layers.kind_of(header)
        allowed = self.layers.only.get(start, set())
        self.used.update((folder, start) for folder in within(layer, allowed))
        if kind is None:
            self._fault(path, number, f"<{header}> is in no line of layers.txt")
        elif kind == "only" and not within(layer, allowed):
            self._fault(path, number, f"{layer} may not include <{header}>: only " + " ".join(sorted(allowed)))
        elif layer in self.layers.pure and (kind == "system" or header in self.layers.headers["impure"]):
            self._fault(path, number, f"{layer} is pure and may not include <{header}>")
        elif layer == "shared/base" and kind == "system":
            self._fault(path, number, f"shared/base knows only the standard library, not <{header}>")


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", default=os.path.join(here, "..", ".."), help="the tree to check (this one)")
    parser.add_argument("--layers", default=os.path.join(here, "layers.txt"), help="its rules (layers.txt in this folder)")
    options = parser.parse_args()
    check = Check(options.tree, Layers(options.layers))
    faults = check.run() + check.unused()
    print("\n".join(faults + [f"{len(check.sources)} source files, {len(faults)} faults"]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
