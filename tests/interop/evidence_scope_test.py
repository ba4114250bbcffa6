#!/usr/bin/env python3
"""Packs of evidence about a label, a host or a logical unit: only these stand in the population, and the manifest says so."""

import csv
import io
import json
import tarfile

from lib.api_case import DISK, HOST, ApiTest, run
from lib.edits import create, fresh

UNIT = "naa.6000000000000001"


class Scoped(ApiTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.register()
        cls.server.reports("storage1", "array", DISK, UNIT, admitted=(HOST,))
        cls.server.committed(
            create("label", "PCI") + create("label", "card data") +
            create("domain", "zone1", ("add", "nodes", f"node:{HOST}"), ("add", "nodes", f"node:{DISK}")) +
            create("domain-set", "set1", ("add", "domains", fresh("domain", "zone1")), ("set", "enabled", True)) +
            [{"op": "add", "object": f"logical-unit:{UNIT}", "field": "labels", "value": fresh("label", "PCI")}])

    def pack(self, **body):
        answer = self.api.call("POST", "/evidence", body)
        self.assertEqual(answer.status, 200, answer.body)
        with tarfile.open(fileobj=io.BytesIO(answer.body)) as tar:
            table = csv.DictReader(io.StringIO(tar.extractfile("population.csv").read().decode()))
            return answer.body, json.load(tar.extractfile("manifest.json")), list(table)

    def test_only_what_it_is_about_stands_in_it_and_the_manifest_says_so(self):
        revision = self.api.get("/status").json["revision"]
        _, manifest, rows = self.pack(revision=revision)
        self.assertEqual([row["labels"] for row in rows], ["PCI"])
        # Nobody has proven the way in: nothing says since when it is open, or who opened it.
        self.assertEqual([rows[0][column] for column in ("state", "since", "revision", "change_set")],
                         ["entry unknown", "", "", ""])
        self.assertEqual(manifest["query"], f"sanctl evidence create --at {revision}")
        body, manifest, rows = self.pack(revision=revision, labels=["PCI"], hosts=[HOST], units=[UNIT])
        self.assertEqual(len(rows), 1)
        self.assertEqual(manifest["query"], f"sanctl evidence create --at {revision} --label PCI --host {HOST} --unit {UNIT}")
        self.assertEqual({name: manifest["options"][name] for name in ("labels", "hosts", "units")},
                         {"labels": "PCI", "hosts": HOST, "units": UNIT})
        self.assertEqual(self.pack(revision=revision, labels=["PCI"], hosts=[HOST], units=[UNIT])[0], body)
        self.assertEqual(len(self.pack(labels=["card data", "PCI"])[2]), 1)
        _, manifest, rows = self.pack(labels=["card data"])
        self.assertEqual(rows, [])
        self.assertTrue(manifest["query"].endswith(" --label 'card data'"))
        self.assertEqual(manifest["counts"]["population"], 0)

    def test_what_is_not_there_is_refused(self):
        for member in ("labels", "hosts", "units"):
            answer = self.refusal("no-such-object", self.api.call("POST", "/evidence", {member: ["nobody"]}))
            self.assertEqual(answer.json["pointer"], f"/{member}/0")


if __name__ == "__main__":
    run()
