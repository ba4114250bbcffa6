#!/usr/bin/env python3
"""The catalogues hold each text of the console's sources, translated with the same places, tags, spaces and end."""

import collections
import os
import re
import shutil
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ET

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join("console-gui", "app", "translations")
PATH = os.environ["PATH"] + ":/usr/lib/qt6/bin"
LUPDATE = shutil.which("lupdate", path=PATH)
LRELEASE = shutil.which("lrelease", path=PATH)
CODES = {"en": ["-pluralonly"], "de": []}
HINT = "run ./sanctum docs, then translate"
SHOWN = 5

Message = collections.namedtuple("Message", "source forms plural finished")


def messages(path):
    found = {}
    for context in ET.parse(path).getroot().iter("context"):
        for one in context.iter("message"):
            source, translation = one.findtext("source"), one.find("translation")
            plural = one.get("numerus") == "yes"
            forms = [form.text or "" for form in translation] if plural else [translation.text or ""]
            key = (context.findtext("name"), source, one.findtext("comment") or "")
            found[key] = Message(source, forms, plural, translation.get("type") is None)
    return found


def catalogue(code):
    return os.path.join(ROOT, FOLDER, f"console_{code}.ts")


def ending(text):
    """The kind of its end: an ellipsis, a mark, or none."""
    text = text.rstrip()
    if text.endswith(("...", "…")):
        return "..."
    return text[-1] if text[-1:] in (".", ":", "?", "!", ";", ",") else ""


def faults(message):
    """What is wrong with the translation, in words."""
    source = message.source
    if not message.finished or not all(message.forms):
        yield "is not translated"
        return
    if message.plural and len(message.forms) != 2:
        yield "lacks a plural form"
    for form in message.forms:
        for what, pattern in (("places", r"%(?:\d|n)"), ("tags", r"</?\w+>"), ("line ends and tabs", r"[\n\t]")):
            if sorted(re.findall(pattern, form)) != sorted(re.findall(pattern, source)):
                yield f"has other {what}"
        if [form[: len(form) - len(form.lstrip())], form[len(form.rstrip()) :]] != [
            source[: len(source) - len(source.lstrip())],
            source[len(source.rstrip()) :],
        ]:
            yield "begins or ends with other spaces"
        if ending(form) != ending(source):
            yield "ends otherwise"
        if len(re.findall(r"&\w", form)) != len(re.findall(r"&\w", source)):
            yield "has another number of mnemonics"


class Catalogues(unittest.TestCase):
    @unittest.skipUnless(LUPDATE, "lupdate is not installed")
    def test_hold_what_the_sources_say(self):
        for code, only in CODES.items():
            with self.subTest(code=code), tempfile.TemporaryDirectory() as folder:
                fresh = shutil.copy(catalogue(code), folder)
                command = [LUPDATE, "-silent", "-no-obsolete", "-locations", "none", *only, "-I", ".", "-source-language",
                           "en", "-target-language", code, "console-gui", "-ts", fresh]
                told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stderr
                # tr() in a class that is no QObject has another context for lupdate than for the program: console::tr().
                lost = [line for line in told.splitlines() if "lacks Q_OBJECT" in line and "Class 'console'" not in line]
                self.assertFalse(lost, "write console::tr() there")
                have, want = messages(catalogue(code)), messages(fresh)
                for what, texts in (("lacks", want.keys() - have.keys()), ("has, and nobody says", have.keys() - want.keys())):
                    named = "".join(f"\n  {context}: {source}" for context, source, _ in sorted(texts)[:SHOWN])
                    self.assertTrue(not texts, f"console_{code}.ts {what} {len(texts)} texts; {HINT}:{named}")

    def test_are_translated_and_translated_alike(self):
        for code in CODES:
            wrong = [
                f"\n  {key[0]}: {key[1]!r} {fault}"
                for key, message in messages(catalogue(code)).items()
                for fault in faults(message)
            ]
            self.assertTrue(not wrong, f"console_{code}.ts, {len(wrong)} faults:" + "".join(wrong[:SHOWN]))

    @unittest.skipUnless(LRELEASE, "lrelease is not installed")
    def test_can_be_released(self):
        for code in CODES:
            with tempfile.TemporaryDirectory() as folder:
                made = os.path.join(folder, "console.qm")
                subprocess.run([LRELEASE, "-silent", catalogue(code), "-qm", made], check=True)
                self.assertGreater(os.path.getsize(made), 0)


if __name__ == "__main__":
    unittest.main()
