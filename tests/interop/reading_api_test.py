#!/usr/bin/env python3
"""What the management API gives to read, as a stranger sees it: its description, objects, filters, search, the past, reach
and its proof. Every answer is held against docs/reference/openapi.json, as in all tests of `lib.api_case`.
"""

import re

import jsonschema

from lib.api_case import DESCRIPTION, DISK, HOST, ApiTest, run
from lib.api_client import quoted


class Description_(ApiTest):
    def test_the_server_gives_the_description_that_is_in_the_reference(self):
        answer = self.api.get("/openapi.json")
        self.assertEqual(answer.body.decode(), DESCRIPTION.text)

    def test_every_reference_of_the_description_leads_somewhere(self):
        names = re.findall(r'"#/components/(\w+/\w+)"', DESCRIPTION.text)
        self.assertGreater(len(names), 100)
        for name in names:
            part, key = name.split("/")
            self.assertIn(key, DESCRIPTION.document["components"][part])

    def test_every_schema_is_one(self):
        self.assertGreater(len(DESCRIPTION.document["components"]["schemas"]), 50)
        for schema in DESCRIPTION.document["components"]["schemas"].values():
            jsonschema.Draft202012Validator.check_schema(schema)


class Reading(ApiTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.register()

    def test_whether_it_serves(self):
        answer = self.api.call("GET", "/status", token=None)
        self.assertTrue(answer.json["initialised"] and answer.json["ready"])
        self.assertEqual(self.api.call("HEAD", "/status", token=None).body, b"")

    def test_objects_by_kind_page_and_name(self):
        for kind in ("nodes", "entities", "portals", "domains", "hosts", "sessions", "settings", "change-sets"):
            self.assertEqual(self.api.get(f"/{kind}").status, 200, kind)
        first = self.api.get("/nodes", limit=1)
        self.assertEqual(len(first.json["items"]), 1)
        second = self.api.get("/nodes", limit=1, cursor=first.json["next_cursor"])
        self.assertNotEqual(first.json["items"], second.json["items"])
        self.assertEqual(self.api.get(f"/nodes/{quoted(HOST)}").json["ref"], f"node:{HOST}")
        self.refusal("no-such-object", self.api.get("/nodes/nobody"))
        self.refusal("not-found", self.api.get("/unicorns"))

    def test_a_filter_and_where_it_is_wrong(self):
        self.assertEqual(len(self.api.get("/nodes", filter=f'name="{HOST}"').json["items"]), 1)
        wrong = self.refusal("bad-filter", self.api.get("/nodes", filter="name=("))
        self.assertRegex(wrong.json["detail"], r"At byte \d+")
        self.refusal("bad-parameter", self.api.get("/nodes", limit="all"))
        self.refusal("bad-parameter", self.api.get("/nodes", limit=100000))

    def test_search_and_snapshot(self):
        self.assertGreaterEqual(self.api.get("/search", q="web1").json["total"], 1)
        self.refusal("bad-parameter", self.api.get("/search", q="web1", limit="x"))
        snapshot = self.api.get("/snapshot")
        self.assertEqual(len(snapshot.json["objects"]["nodes"]), 2)
        self.refusal("bad-parameter", self.api.get("/snapshot", revision="soon"))

    def test_reach_findings_and_differences(self):
        reaches = self.api.get("/reaches", host="host1")
        self.assertEqual((reaches.status, reaches.json["cells"]), (200, []))
        self.refusal("no-such-object", self.api.get("/reaches", host="nobody"))
        for path in ("/reach", "/why"):
            self.refusal("bad-parameter", self.api.get(path))
            self.refusal("no-such-object", self.api.get(path, host="host1", unit="nothing"))
        self.refusal("bad-parameter", self.api.get("/who-reaches"))
        self.refusal("bad-parameter", self.api.get("/reaches", host="host1", basis="wished"))
        self.assertEqual(self.api.get("/findings", waived="yes").status, 200)
        self.assertEqual(self.api.get("/findings", rule="R01").status, 200)
        self.refusal("bad-parameter", self.api.get("/findings", rule="R99"))
        diff = self.api.get("/diff", **{"from": self.api.get("/status").json["oldest_revision"]})
        self.assertEqual(diff.status, 200, diff.body)
        self.refusal("bad-parameter", self.api.get("/diff", to=10**9))

    def test_the_past_is_there(self):
        now = self.api.get("/status").json["revision"]
        self.server.isns("register", "--eid", "late", "--initiator", HOST + ".late", "--portal", "127.0.0.13:860")
        old = self.api.get("/nodes", revision=now)
        self.assertEqual((old.status, old.json["revision"]), (200, now))
        self.assertNotIn(f"node:{HOST}.late", [item["ref"] for item in old.json["items"]])
        self.refusal("bad-parameter", self.api.get("/nodes", revision=10**9))

    def test_what_the_answer_is_of_stands_in_its_head(self):
        self.assertRegex(self.api.get("/nodes").headers["X-Sanctum-Revision"], r"^\d+$")
        self.assertEqual(self.api.get("/nodes").headers["Cache-Control"], "no-store")


class Reach(ApiTest):
    """With an agent that reports a logical unit which the host has."""

    UNIT = "naa.6000000000000001"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.register()
        cls.server.reports("storage1", "array", DISK, cls.UNIT, [HOST], lun=3)

    def test_reach_and_its_proof(self):
        cell = self.api.get("/reach", host=HOST, unit=self.UNIT).json
        self.assertEqual((cell["host"], cell["unit"], cell["right"]), ("entity:host1", f"logical-unit:{self.UNIT}", "read-write"))
        why = self.api.get("/why", host="host1", unit=self.UNIT, basis="applied").json
        self.assertEqual(why["broken_layers"][0], "visible")
        self.assertEqual(why["paths"][0]["lun"], 3)
        self.assertTrue(why["mends"])
        self.assertEqual(self.api.get("/why", host="host1", unit=self.UNIT, basis="desired").status, 200)

    def test_a_column_and_a_row(self):
        for question in ("works", "gets-in", "finds"):
            column = self.api.get("/who-reaches", unit=self.UNIT, question=question).json
            row = self.api.get("/reaches", host=HOST, question=question).json
            self.assertEqual(column["cells"], row["cells"])
        self.assertEqual(self.api.get("/who-reaches", unit=self.UNIT, question="gets-in").json["cells"][0]["host"], "entity:host1")

    def test_objects_that_agents_report(self):
        for kind in ("logical-units", "applied-targets", "agents"):
            self.assertEqual(len(self.api.get(f"/{kind}").json["items"]), 1, kind)


if __name__ == "__main__":
    run()
