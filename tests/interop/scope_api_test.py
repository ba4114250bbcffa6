#!/usr/bin/env python3
"""Somebody whose rights end at a label: what he sees of a SAN and what he may change, by every route of the API."""

import itertools
import json
import re
import time

from lib.api_case import DESCRIPTION, DISK, HOST, ApiTest, run
from lib.api_client import BASE, quoted
from lib.edits import alias, create, fresh, set_field, zoning
from lib.process import eventually

REST = 75  # seconds: refusals that are alike are told together when their minute is over
FOREIGN_HOST, FOREIGN_DISK = "iqn.2026-01.example:foreign1", "iqn.2026-01.example:foreign2"
UNIT, FOREIGN_UNIT = "naa.6000000000000001", "naa.6000000000000002"
# Nothing of these may stand in an answer (a credential may wait for the foreign end of its own pair).
FOREIGN = re.compile(rb"foreign(?!-end)|naa\.6000000000000002")
ALL_ROLES = ("viewer", "auditor", "zoner", "activator", "credential-officer", "administrator")


# How each route treats who has a scope. A new one is decided here, and fails until then.
FILTERED = {
    ("GET", "/search"): [{"q": "foreign"}, {"q": "iqn"}, {"q": FOREIGN_UNIT}],
    ("GET", "/snapshot"): [{}],
    ("GET", "/findings"): [{}, {"waived": "yes"}],
    ("GET", "/diff"): [{"from": "oldest"}],
    ("GET", "/document"): [{}],
    ("GET", "/changes"): [{}],
    ("GET", "/chap"): [{}, {"filter": "mutual:no"}],
    ("GET", "/{kind}"): [{"kind": kind} for kind in
                         ("nodes", "entities", "portals", "portal-groups", "domains", "domain-sets", "hosts", "logical-units",
                          "maps", "applied-targets", "agents", "change-sets", "sites", "labels", "settings")],
}
HIDDEN = {  # as if it were not there
    ("GET", "/{kind}/{name}"): [{"kind": "nodes", "name": FOREIGN_HOST}, {"kind": "hosts", "name": "foreign-host"},
                                {"kind": "domains", "name": "foreign-zone"}, {"kind": "logical-units", "name": FOREIGN_UNIT}],
    ("GET", "/reach"): [{"host": "foreign-host", "unit": FOREIGN_UNIT}],
    ("GET", "/why"): [{"host": "foreign-host", "unit": FOREIGN_UNIT}],
    ("GET", "/who-reaches"): [{"unit": FOREIGN_UNIT}],
    ("GET", "/reaches"): [{"host": "foreign-host"}],
    ("GET", "/chap/{name}"): [{"name": "2"}],
    ("GET", "/changes/{id}"): [{}], ("GET", "/changes/{id}/diff"): [{}], ("GET", "/changes/{id}/impact"): [{}],
    ("PATCH", "/changes/{id}"): [{}], ("DELETE", "/changes/{id}"): [{}], ("POST", "/changes/{id}/merge"): [{}],
    ("POST", "/changes/{id}/submit"): [{}], ("POST", "/changes/{id}/approve"): [{}], ("POST", "/changes/{id}/reject"): [{}],
    ("POST", "/changes/{id}/commit"): [{}], ("POST", "/changes/{id}/confirm"): [{}], ("POST", "/changes/{id}/rollback"): [{}],
}
REFUSED = {  # of the whole SAN, or of the server
    ("GET", "/audit"), ("GET", "/audit/export"), ("POST", "/evidence"), ("GET", "/users"), ("POST", "/users"),
    ("PATCH", "/users/{name}"), ("DELETE", "/users/{name}"), ("POST", "/agents/invitations"), ("POST", "/agents/{name}/revoke"),
    ("POST", "/chap"), ("POST", "/chap/{name}/rotate"), ("POST", "/chap/{name}/reveal"),
    ("GET", "/chap/rotations"), ("GET", "/chap/rotations/{id}"), ("POST", "/chap/rotations"),
    ("POST", "/chap/rotations/{id}"),
    ("GET", "/keys"), ("POST", "/keys/authority"), ("POST", "/keys/authority/disown"), ("POST", "/keys/sealing"),
    ("POST", "/keys/log"), ("POST", "/keys/clock"), ("POST", "/baseline"), ("POST", "/audit/restored"),
}
TESTED_BELOW = {("POST", "/changes"), ("POST", "/document/plan"), ("GET", "/events"), ("POST", "/password"),
                ("GET", "/tokens"), ("POST", "/tokens"), ("DELETE", "/tokens/{name}")}
NOTHING_OF_THE_SAN = {("GET", "/users/{name}/certificates"), ("POST", "/users/{name}/certificates"),
                      ("DELETE", "/users/{name}/certificates/{serial}"),  # one's own, or with a right of the whole server
                      ("GET", "/status"), ("GET", "/openapi.json"), ("POST", "/init"), ("POST", "/login"), ("POST", "/logout"),
                      ("GET", "/whoami")}
OF_AGENTS = {("POST", "/agent/enrol"), ("POST", "/agent/renew"), ("GET", "/agent/desired"), ("POST", "/agent/report")}


class Scoped(ApiTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        server = cls.server
        server.register()
        server.isns("register", "--eid", "foreign-entity", "--initiator", FOREIGN_HOST, "--portal", "127.0.0.21:860")
        server.isns("register", "--eid", "foreign-array", "--target", FOREIGN_DISK, "--portal", "127.0.0.22:3260")
        server.committed(
            create("label", "PCI") +
            create("host", "web1", ("add", "entities", "entity:host1"), ("add", "labels", fresh("label", "PCI"))) +
            create("host", "foreign-host", ("add", "entities", "entity:foreign-entity")) +
            [{"op": "add", "object": f"node:{DISK}", "field": "labels", "value": fresh("label", "PCI")}] +
            create("domain", "zone1", ("add", "nodes", f"node:{HOST}"), ("add", "nodes", f"node:{DISK}"),
                   ("add", "labels", fresh("label", "PCI"))) +
            create("domain", "foreign-zone", ("add", "nodes", f"node:{FOREIGN_HOST}"), ("add", "nodes", f"node:{FOREIGN_DISK}")) +
            create("domain-set", "set1", ("add", "domains", fresh("domain", "zone1")), ("set", "enabled", True)) +
            create("domain-set", "foreign-set", ("add", "domains", fresh("domain", "foreign-zone")), ("set", "enabled", True)))
        server.reports("storage1", "array", DISK, UNIT, [HOST])
        server.reports("foreign-agent", "foreign-array", FOREIGN_DISK, FOREIGN_UNIT, [FOREIGN_HOST])
        server.committed([{"op": "create", "object": "map:+0"}, {"op": "set", "object": "map:+0", "field": "who", "value": "host:foreign-host"},
                          {"op": "set", "object": "map:+0", "field": "target", "value": f"node:{FOREIGN_DISK}"},
                          {"op": "set", "object": "map:+0", "field": "unit", "value": f"logical-unit:{FOREIGN_UNIT}"}])
        for ends in ({"initiator": HOST, "target": DISK}, {"initiator": FOREIGN_HOST, "target": FOREIGN_DISK}):
            answer = cls.api.call("POST", "/chap", ends)
            assert answer.status == 201, answer.body
        # One about what is there, and one that makes all that it is about.
        cls.foreign_drafts = [cls.api.call("POST", "/changes", {"title": "a foreign one", "edits": edits}).json for edits in (
            alias(FOREIGN_DISK, "x"),
            create("host", "foreign-payroll") +
            [{"op": "create", "object": "node:+0"}, set_field("node:+0", "name", FOREIGN_HOST)] +
            create("domain", "foreign-payroll", ("add", "nodes", "node:+0")) +
            create("domain-set", "foreign-payroll", ("add", "domains", fresh("domain", "foreign-payroll"))))]
        answer = cls.api.call("POST", "/users", {"name": "sue", "roles": list(ALL_ROLES), "scope": ["PCI"], "password": "a long password of hers"})
        assert answer.status == 201, answer.body
        cls.token = cls.api.login("sue", "a long password of hers")

    def as_sue(self, method, path, body=None, **query):
        return self.api.call(method, path, body, query or None, token=self.token)

    def filled(self, operation, values, draft=0):
        """The path and the query of a request, out of values by their names."""
        path, query = operation[1].replace("{id}", str(draft)), {}
        for name, value in values.items():
            if "{" + name + "}" in path:
                path = path.replace("{" + name + "}", quoted(value))
            else:
                query[name] = self.api.get("/status").json["oldest_revision"] if value == "oldest" else value
        return re.sub(r"\{\w+\}", "x", path), query

    def test_every_route_says_how_it_treats_a_scope(self):
        told = [set(FILTERED), set(HIDDEN), REFUSED, TESTED_BELOW, NOTHING_OF_THE_SAN, OF_AGENTS]
        self.assertEqual(set.union(*told), DESCRIPTION.operations())
        self.assertEqual(sum(map(len, told)), len(DESCRIPTION.operations()))

    def test_what_is_foreign_is_in_no_answer(self):
        for operation, requests in FILTERED.items():
            for values in requests:
                path, query = self.filled(operation, values)
                answer = self.as_sue(operation[0], path, **query)
                self.assertEqual(answer.status, 200, answer.body)
                self.assertIsNone(FOREIGN.search(answer.body), f"{path} {query}: {answer.body}")
                # The administrator's answer has it: the search above can find.
                if path not in ("/sites", "/labels", "/settings", "/change-sets", "/findings"):
                    whole = self.api.call(operation[0], path, None, query or None)
                    self.assertIsNotNone(FOREIGN.search(whole.body), f"{path} {query}")

    def test_what_is_foreign_is_not_there(self):
        drafts = [draft["id"] for draft in self.foreign_drafts]
        for operation, requests in HIDDEN.items():
            for values, draft in itertools.product(requests, drafts if "{id}" in operation[1] else [0]):
                path, query = self.filled(operation, values, draft)
                told = DESCRIPTION.document["paths"][operation[1]][operation[0].lower()]
                body = {"version": 1, "reason": "r"} if "requestBody" in told else None
                answer = self.refusal("no-such-object", self.as_sue(operation[0], path, body, **query))
                if operation[0] == "GET" and "{id}" not in operation[1]:
                    whole = self.api.call(operation[0], path, None, query or None)
                    self.assertEqual(whole.status, 200, f"{path} {query}: {whole.body}")
                self.assertEqual(answer.status, 404)
        for draft in drafts:
            self.assertEqual(self.api.get(f"/changes/{draft}").json["version"], 1)

    def test_what_is_of_the_whole_san_is_refused_and_recorded(self):
        for method, path in sorted(REFUSED):
            body = {} if method in ("POST", "PATCH") else None
            answer = self.refusal("right-missing", self.as_sue(method, re.sub(r"\{\w+\}", "x", path), body))
            self.assertRegex(answer.json["detail"], "PCI")
        wanted = {f"{method} /api/v1" + re.sub(r"\{\w+\}", "x", path) for method, path in REFUSED}
        told = lambda: {one["details"]["request"] for one in self.audit("access.refused") if self.is_hers(one)}
        eventually(lambda: wanted <= told(), lambda: f"all are recorded: {wanted - told()}", REST)

    @staticmethod
    def is_hers(record):
        return record["actor"] == "sue"

    def test_what_is_in_the_scope_is_there(self):
        for path in (f"/nodes/{quoted(HOST)}", f"/nodes/{quoted(DISK)}", "/hosts/web1", "/domains/zone1", "/domain-sets/set1",
                     f"/logical-units/{UNIT}", "/entities/host1", "/labels/PCI"):
            self.assertEqual(self.as_sue("GET", path).status, 200, path)
        self.assertEqual(self.as_sue("GET", "/who-reaches", unit=UNIT).json["cells"][0]["host"], "host:web1")
        self.assertEqual(self.as_sue("GET", "/reaches", host="web1").json["cells"][0]["unit"], f"logical-unit:{UNIT}")
        for path in ("/reach", "/why"):
            self.assertEqual(self.as_sue("GET", path, host="web1", unit=UNIT).json["host"], "host:web1")
            # One end of hers is enough to ask.
            self.assertEqual(self.as_sue("GET", path, host="foreign-host", unit=UNIT).json["works"], "no")
        self.assertGreater(self.as_sue("GET", "/search", q="iqn").json["total"], 1)

    def test_a_change_in_the_scope_goes_all_the_way(self):
        made = self.as_sue("POST", "/changes", {"title": "mine", "edits": alias(DISK, "Gold")}).json
        self.assertEqual(self.as_sue("GET", f"/changes/{made['id']}/impact").status, 200)
        made = self.as_sue("POST", f"/changes/{made['id']}/submit", {"version": 1, "reason": "why", "ticket": "T"}).json
        answer = self.as_sue("POST", f"/changes/{made['id']}/commit", {"version": made["version"]})
        self.assertEqual(answer.status, 200, answer.body)
        self.server.until(f"/changes/{made['id']}", lambda change: change["state"] == "confirming")
        self.assertEqual(self.as_sue("POST", f"/changes/{made['id']}/confirm").json["state"], "confirmed")
        self.assertEqual(self.api.get(f"/nodes/{quoted(DISK)}").json["alias"], "Gold")

    def test_a_change_beyond_it_is_refused_in_each_shape(self):
        own = self.as_sue("POST", "/changes", {"title": "mine", "edits": []}).json
        beyond = [alias(FOREIGN_DISK, "Mine"),
                  [{"op": "add", "object": "domain:zone1", "field": "nodes", "value": f"node:{FOREIGN_DISK}"}],
                  [{"op": "add", "object": f"node:{FOREIGN_DISK}", "field": "labels", "value": "label:PCI"}],
                  [{"op": "add", "object": "host:web1", "field": "nodes", "value": f"node:{FOREIGN_HOST}"}],
                  [{"op": "erase", "object": "domain:foreign-zone"}],
                  [{"op": "set", "object": "domain-set:foreign-set", "field": "enabled", "value": False}],
                  create("domain", "unlabelled"), create("label", "mine"), create("site", "Bern"),
                  [{"op": "erase", "object": "label:PCI"}]]
        for edits in beyond:
            answer = self.refusal("right-missing", self.as_sue("POST", "/changes", {"title": "t", "edits": edits}))
            self.assertIn("scope", answer.json["detail"])
            self.assertIsNone(FOREIGN.search(answer.body), answer.body)
            self.refusal("right-missing", self.as_sue("PATCH", f"/changes/{own['id']}", {"version": 1, "append": edits}))
        self.refusal("right-missing", self.as_sue("POST", "/document/plan", {"format": 1, "nodes": [{"name": FOREIGN_DISK, "alias": "x"}]}))
        # A whole document would erase what she does not see.
        whole = self.refusal("right-missing", self.as_sue("POST", "/document/plan", {"format": 1, "domains": []}, mode="whole"))
        self.assertIsNone(FOREIGN.search(whole.body), whole.body)
        self.assertEqual(self.api.get(f"/changes/{own['id']}").json["edit_count"], 0)
        counted = lambda: sum(int(one["details"]["count"]) for one in self.audit("access.refused")
                              if self.is_hers(one) and one["details"]["request"] == "change set")
        eventually(lambda: counted() >= 2 * len(beyond), lambda: f"all are counted: {counted()}", REST)

    def test_counting_numbers_tells_no_foreign_name(self):
        """Of edits that cannot be, of edits that change nothing, and of questions."""
        own = self.as_sue("GET", "/hosts/web1").json["id"]
        for number in range(1, 16):
            mapping = [{"op": "create", "object": "map:+0"}, set_field("map:+0", "who", "host:web1"),
                       set_field("map:+0", "unit", f"logical-unit:{UNIT}"), set_field("map:+0", "target", f"node:#{number}")]
            for edits in ([{"op": "remove", "object": f"domain:#{number}", "field": "nodes", "value": f"node:{DISK}"}],
                          [{"op": "remove", "object": "domain:zone1", "field": "nodes", "value": f"node:#{number}"}],
                          [set_field(f"domain:#{number}", "description", "")], [set_field(f"node:#{number}", "alias", "")],
                          [set_field(f"domain-set:#{number}", "enabled", True)], mapping):
                answer = self.as_sue("POST", "/changes", {"title": "t", "edits": edits})
                self.assertIsNone(FOREIGN.search(answer.body), answer.body)
                if answer.status == 201:
                    self.assertEqual(self.as_sue("DELETE", f"/changes/{answer.json['id']}").status, 204)
            for path in ("/reach", "/why"):
                for query in ({"host": "web1", "unit": f"logical-unit:#{number}"}, {"host": "web1", "unit": f"#{number}"},
                              *({"host": f"{kind}#{number}", "unit": UNIT} for kind in ("", "host:", "node:", "entity:"))):
                    answer = self.as_sue("GET", path, **query)
                    self.assertIsNone(FOREIGN.search(answer.body), f"{query}: {answer.body}")
            self.assertIsNone(FOREIGN.search(self.as_sue("GET", "/who-reaches", unit=f"#{number}").body))
        self.assertEqual(self.as_sue("GET", "/reach", host=f"#{own}", unit=UNIT).json["host"], "host:web1")

    def test_a_foreign_unit_of_the_same_name_is_not_there(self):
        names = lambda text: [set_field(f"logical-unit:{unit}", "name", text) for unit in (UNIT, FOREIGN_UNIT)]
        self.server.committed(names("ledger"))
        self.refusal("bad-value", self.api.call("GET", "/who-reaches", query={"unit": "ledger"}))
        answer = self.as_sue("GET", "/who-reaches", unit="ledger")
        self.assertEqual(answer.json["cells"][0]["unit"], f"logical-unit:{UNIT}")
        self.server.committed([set_field(f"logical-unit:{UNIT}", "name", "")])
        self.refusal("no-such-object", self.as_sue("GET", "/reach", host="web1", unit="ledger"))
        self.server.committed(names(""))

    def test_a_foreign_host_is_refused_as_one_that_is_not_there(self):
        told = lambda answer, name: answer.body.replace(name.encode(), b"X")
        for path, more in (("/reach", {"unit": "nonsense"}), ("/why", {"unit": FOREIGN_UNIT}), ("/reach", {}), ("/reaches", {})):
            foreign, none = (self.as_sue("GET", path, host=name, **more) for name in ("foreign-host", "no-host"))
            self.assertEqual(told(foreign, "foreign-host"), told(none, "no-host"), path)
        foreign, none = (self.as_sue("GET", "/who-reaches", unit=name) for name in (FOREIGN_UNIT, "no-unit"))
        self.assertEqual(told(foreign, FOREIGN_UNIT), told(none, "no-unit"))

    def test_a_mend_that_is_not_hers_to_make_is_not_told(self):
        ask = {"host": "foreign-host", "unit": UNIT}
        whole = self.api.call("GET", "/why", query=ask)
        self.assertIn(b"foreign-zone", whole.body)
        answer = self.as_sue("GET", "/why", **ask)
        self.assertEqual(answer.json["works"], "no")
        self.assertNotIn(b"foreign-zone", answer.body)
        self.assertTrue(all(not mend["edits"] for mend in answer.json["mends"]), answer.body)

    def test_what_she_makes_is_hers_by_its_label(self):
        """A draft of somebody else that makes what carries her label is in her scope."""
        made = self.api.call("POST", "/changes", {"title": "t", "edits": create("domain", "zone9", ("add", "labels", "label:PCI"))}).json
        self.assertIn(made["id"], [one["id"] for one in self.as_sue("GET", "/changes").json["items"]])
        self.assertEqual(self.as_sue("DELETE", f"/changes/{made['id']}").status, 204)

    def test_credentials_passwords_and_tokens_of_others_are_not_hers(self):
        # Where the credential of her own pair stands, and nothing that touches a secret.
        self.assertEqual([(one["initiator"], one["target"]) for one in self.as_sue("GET", "/chap").json["items"]], [(HOST, DISK)])
        self.assertEqual(self.as_sue("GET", "/chap/1").json["target"], DISK)
        for path, body in (("rotate", {"action": "rotate", "reason": "why"}), ("reveal", {"reason": "to type it in"})):
            self.refusal("right-missing", self.as_sue("POST", f"/chap/1/{path}", body))
        self.refusal("right-missing", self.as_sue("POST", "/password", {"user": "admin", "password": "another long one of mine"}))
        self.refusal("right-missing", self.as_sue("GET", "/tokens", user="admin"))
        self.refusal("right-missing", self.as_sue("DELETE", "/tokens/x", user="admin"))

    def test_a_token_has_the_scope_of_its_user(self):
        made = self.as_sue("POST", "/tokens", {"name": "hers", "expires": int(time.time()) + 3600})
        self.assertEqual(made.status, 201, made.body)
        nodes = self.api.call("GET", "/nodes", token=made.json["token"])
        self.assertIsNone(FOREIGN.search(nodes.body))
        self.assertIn(HOST.encode(), nodes.body)
        self.assertEqual([token["name"] for token in self.as_sue("GET", "/tokens").json["items"]], ["hers"])

    def test_events_tell_of_the_scope_alone(self):
        heard = {}
        connections = {}
        for who, token in (("sue", self.token), ("admin", self.api.token)):
            connections[who] = self.api.connection()
            connections[who].request("GET", f"{BASE}/events", headers={"Authorization": f"Bearer {token}"})
            heard[who] = connections[who].getresponse()
            self.assertEqual(heard[who].readline(), b": listening\n")
        self.server.committed(alias(FOREIGN_DISK, "Silver"))
        self.server.committed(alias(DISK, "Bronze"))
        for who, response in heard.items():
            seen = b""
            while b"Bronze" not in seen:
                line = response.readline()
                self.assertTrue(line)
                seen += line
            self.assertEqual(FOREIGN.search(seen) is not None, who == "admin", seen)
            connections[who].close()

    def test_an_event_that_would_tell_half_of_what_comes_into_sight_is_a_gap(self):
        """A host that gets the label brings its entity and nodes, which have not changed."""
        connection = self.api.connection()
        connection.request("GET", f"{BASE}/events", headers={"Authorization": f"Bearer {self.token}"})
        heard = connection.getresponse()
        self.assertEqual(heard.readline(), b": listening\n")
        self.server.isns("register", "--eid", "later-entity", "--initiator", "iqn.2026-01.example:later",
                         "--portal", "127.0.0.23:860")
        self.server.committed(create("host", "later", ("add", "entities", "entity:later-entity")))
        for operation in ("add", "remove"):
            self.server.committed([{"op": operation, "object": "host:later", "field": "labels", "value": "label:PCI"}])
            line = b""
            while not line.startswith(b"event: gap"):
                line = heard.readline()
                self.assertTrue(line)
                self.assertNotIn(b"host:later", line)
            shown = b"host:later" in self.as_sue("GET", "/snapshot").body
            self.assertEqual(shown, operation == "add")
        connection.close()

    def test_a_scope_that_is_taken_away_opens_the_rest_at_once(self):
        self.added("tom", "viewer", password="a long password of his", scope=["HIPAA"])
        token = self.api.login("tom", "a long password of his")
        self.assertEqual(self.api.call("GET", "/nodes", token=token).json["items"], [])
        self.api.call("PATCH", "/users/tom", {"scope": []})
        self.assertEqual(len(self.api.call("GET", "/nodes", token=token).json["items"]), 4)


class Shared(ApiTest):
    """An array of everybody: it has no label, and hosts of hers and others find it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        server = cls.server
        server.register()
        server.isns("register", "--eid", "foreign-entity", "--initiator", FOREIGN_HOST, "--portal", "127.0.0.21:860")
        server.committed(
            create("label", "PCI") +
            create("host", "web1", ("add", "entities", "entity:host1"), ("add", "labels", fresh("label", "PCI"))) +
            create("host", "foreign-host", ("add", "entities", "entity:foreign-entity")) +
            zoning(f"node:{HOST}", f"node:{FOREIGN_HOST}", f"node:{DISK}", name="shared"))
        server.reports("storage1", "array", DISK, UNIT, [HOST])
        server.committed([{"op": "add", "object": f"logical-unit:{UNIT}", "field": "labels", "value": "label:PCI"},
                          {"op": "create", "object": "map:+0"}, set_field("map:+0", "who", "host:web1"),
                          set_field("map:+0", "target", f"node:{DISK}"), set_field("map:+0", "unit", f"logical-unit:{UNIT}")])

    def sue(self, name):
        self.added(name, "zoner", password="a long password of hers", scope=["PCI"])
        return self.api.login(name, "a long password of hers")

    def test_a_mend_of_a_finding_that_is_not_hers_to_make_is_not_told(self):
        whole = {(one["rule"], one["cause"]): one for one in self.api.get("/findings").json["findings"]
                 if FOREIGN.search(json.dumps(one["edits"]).encode())}
        told = {key: one for one in self.api.call("GET", "/findings", token=self.sue("sue1")).json["findings"]
                if (key := (one["rule"], one["cause"])) in whole}
        self.assertTrue(told, whole)
        for key, one in told.items():
            self.assertEqual(one["edits"], [])
            self.assertNotEqual(one["mend"], whole[key]["mend"])

    def test_the_impact_tells_no_finding_that_is_not_hers(self):
        token = self.sue("sue2")
        maps = self.api.call("GET", "/maps", token=token).json["items"]
        made = self.api.call("POST", "/changes", {"title": "t", "edits": [{"op": "erase", "object": f"map:#{maps[0]['id']}"}]}, token=token)
        self.assertEqual(made.status, 201, made.body)
        path = f"/changes/{made.json['id']}/impact"
        whole = self.api.get(path).json["findings"]
        self.assertTrue(any("foreign-host" in one["text"] for one in whole["grown"] + whole["appeared"]), whole)
        answer = self.api.call("GET", path, token=token)
        self.assertIsNone(FOREIGN.search(answer.body), answer.body)
        self.assertEqual(answer.json["cells"]["lost"], 1)


class Kinds(ApiTest):
    """What takes another right than change.draft."""

    def test_settings_are_an_administrators_to_draft_and_to_commit(self):
        edits = [{"op": "create", "object": "settings:#1"}, {"op": "set", "object": "settings:#1", "field": "offline_days", "value": 7}]
        for role in ("zoner", "activator"):
            self.added(role, role, password="a long password of theirs")
        zoner, activator = (self.api.login(name, "a long password of theirs") for name in ("zoner", "activator"))
        for token in (zoner, activator):
            answer = self.refusal("right-missing", self.api.call("POST", "/changes", {"title": "t", "edits": edits}, token=token))
            self.assertIn("settings", answer.json["detail"])
        made = self.api.call("POST", "/changes", {"title": "t", "edits": edits}).json
        made = self.api.call("POST", f"/changes/{made['id']}/submit", {"version": 1, "reason": "why", "ticket": ""}).json
        path = f"/changes/{made['id']}/commit"
        self.refusal("right-missing", self.api.call("POST", path, {"version": made["version"]}, token=activator))
        self.assertEqual(self.api.call("POST", path, {"version": made["version"]}).status, 200)


if __name__ == "__main__":
    run()
