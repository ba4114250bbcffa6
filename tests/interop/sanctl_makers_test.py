#!/usr/bin/env python3
"""sanctl's makers of drafts: zone sets, zones, mends; what is so already leaves nothing; refusals in words of the shell."""

from lib import case
from lib.sanctl_case import DISK, HOST, SanctlCase


class SanctlMakers(SanctlCase):
    def setUp(self):
        super().setUp()
        self.log_in()

    def open_drafts(self):
        return self.json("change", "list", "--state", "open")

    def test_zone_sets_are_made_filled_renamed_and_deleted(self):
        self.commit("zone", "set", "create", "night")
        self.assertEqual(self.json("show", "domain-set:night")["domains"], [])
        self.commit("zone", "create", "backup", HOST, DISK, "--no-set")
        self.commit("zone", "set", "add", "night", "backup")
        self.commit("zone", "enable", "night")
        self.assertIn("yes", self.sanctl("zone", "show", "backup"))
        self.commit("zone", "set", "rename", "night", "weekend")
        self.commit("zone", "rename", "backup", "nightly")
        self.assertEqual(self.json("show", "domain-set:weekend")["domains"], ["domain:nightly"])
        self.commit("zone", "set", "remove", "weekend", "nightly")
        self.commit("zone", "set", "create", "day", "nightly", "--enable")
        self.commit("zone", "set", "delete", "weekend")
        (left,) = self.json("zone", "list", "--sets")
        self.assertEqual((left["name"], left["domains"], left["enabled"]), ("day", ["domain:nightly"], True))

    def test_a_zone_is_labelled(self):
        self.commit("zone", "create", "backup", HOST, DISK, "--new-set", "day")
        self.commit("zone", "label", "backup", "PCI")
        self.assertEqual(self.json("show", "domain:backup")["labels"], ["label:PCI"])
        self.commit("zone", "unlabel", "backup", "PCI")
        self.assertEqual(self.json("show", "domain:backup")["labels"], [])

    def test_any_object_is_made_changed_and_deleted_field_by_field(self):
        self.commit("object", "create", "label", "name=SOX", "regime=Sarbanes-Oxley")
        self.commit("object", "create", "site", "name=Zurich")
        self.commit("object", "create", "host", "name=web1", "nodes=" + HOST, "labels=SOX")
        self.commit("object", "set", "host:web1", "site=Zurich", "labels=-SOX")
        host = self.json("show", "host:web1")
        self.assertEqual((host["site"], host["labels"], host["nodes"]), ("site:Zurich", [], ["node:" + HOST]))
        self.commit("object", "set", "host:web1", "site=")
        self.assertIsNone(self.json("show", "host:web1")["site"])
        self.commit("object", "create", "window", "name=freeze", "purpose=freeze", "starts=2026-12-24", "ends=2026-12-27T06:00:00Z")
        self.commit("object", "delete", "window:freeze", "label:SOX")
        self.assertEqual(self.json("list", "windows"), [])
        refused = self.sanctl("object", "set", "host:web1", "cluster=nowhere", code=4)
        self.assertIn("there is no cluster of that name (edit 1: cluster:nowhere)", refused)
        self.assertEqual(self.open_drafts(), [])

    def test_a_finding_is_mended_by_its_draft(self):
        self.commit("zone", "create", "lonely", HOST, "--no-set")
        found = [one for one in self.json("finding", "list")["findings"] if one["subject"] == "domain:lonely"]
        mendable = [one for one in found if one["edits"]]
        self.assertTrue(mendable, found)
        words = ("finding", "mend", mendable[0]["rule"], "lonely")
        self.assertIn("What it would change", self.sanctl(*words, "--dry-run"))
        self.commit(*words)
        after = [one["rule"] for one in self.json("finding", "list")["findings"] if one["subject"] == "domain:lonely"]
        self.assertNotIn(mendable[0]["rule"], after)

    def test_what_is_so_already_leaves_no_draft(self):
        self.commit("zone", "create", "backup", HOST, DISK, "--new-set", "day")
        for words in (("zone", "add", "backup", HOST), ("zone", "enable", "day"), ("zone", "set", "add", "day", "backup")):
            self.assertEqual(self.sanctl(*words), "The SAN is so already: there is nothing to change.\n")
        self.assertEqual(self.open_drafts(), [])

    def test_refusals_say_what_can_be_done_at_a_shell(self):
        self.assertIn("sanctl change list shows all", self.sanctl("change", "show", "999", code=5))
        self.assertIn("no domain-set of that name (edit 1: domain-set:nowhere)", self.sanctl("zone", "enable", "nowhere", code=4))
        draft = str(self.json("zone", "set", "create", "night")["change"]["id"])
        refused = self.sanctl("change", "commit", draft, code=10)
        self.assertIn("it is open; sanctl change show", refused.replace("It", "it"))
        self.sanctl("change", "discard", draft)
        document = self.file("settings.json", '{"format": 1, "settings": {"approval_needed": true, "author_may_approve": false}}')
        self.commit("apply", "-f", document)
        draft = str(self.json("zone", "set", "create", "night")["change"]["id"])
        self.sanctl("change", "submit", draft, "--reason", "a test")
        self.assertIn(f"it waits for sanctl change approve {draft}", self.sanctl("change", "commit", draft, code=10))
        self.assertIn("somebody else has to approve it", self.sanctl("change", "approve", draft, "--if-version", "2", "--yes", code=10))

    def test_filters_tell_slips(self):
        self.assertIn("target is yes or no", self.sanctl("list", "nodes", "--filter", "target:maybe", code=4))
        self.assertIn("says nothing about hosts", self.sanctl("list", "hosts", "--filter", "target:yes", code=4))


if __name__ == "__main__":
    case.main(uses_sanctl=True)
