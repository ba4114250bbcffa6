#!/usr/bin/env python3
"""sanctl against the management API: first administrator, login with a pinned authority, and the answers of the model about
a SAN that Debian's open-isns clients registered."""

import json
import os
import re
import stat

from lib import case, test_agent
from lib.isnsadm import Isnsadm
from lib.sanctl_case import DISK, HOST, SanctlCase


class SanctlApi(SanctlCase):
    def test_the_first_administrator_is_made_once_and_its_password_is_not_readable_by_others(self):
        self.init()
        self.assertEqual(stat.S_IMODE(os.stat(self.password).st_mode), 0o600)
        self.assertIn("already-initialised", self.sanctl("init", "other", "--socket", self.socket, code=10))

    def test_a_login_is_kept_where_nobody_else_reads_it(self):
        self.log_in()
        folder = os.path.join(self.home, ".config", "sanctum")
        self.assertEqual(stat.S_IMODE(os.stat(folder).st_mode), 0o700)
        self.assertEqual(stat.S_IMODE(os.stat(folder + "/logins.json").st_mode), 0o600)
        self.assertEqual(self.json("whoami")["user"], "admin")
        self.sanctl("logout")
        with open(folder + "/logins.json", encoding="utf-8") as file:
            (login,) = json.load(file)["logins"]
        self.assertEqual(login["token"], "")

    def test_a_wrong_password_and_a_wrong_token_are_refused(self):
        self.log_in()
        wrong = os.path.join(self.home, "wrong")
        with open(os.open(wrong, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
            file.write("ABCD-no-token\n")
        self.assertIn("login-failed", self.sanctl("login", "--socket", self.socket, "--user", "admin", "--password-file",
                                                  wrong, code=9))
        self.assertIn("token-ended", self.sanctl("whoami", code=9, SANCTL_TOKEN_FILE=wrong))

    def test_the_authority_is_pinned_by_its_fingerprint(self):
        nowhere = os.path.join(self.home, "no", "such")
        self.assertIn("nothing has been done", self.sanctl("init", "admin", "--socket", self.socket, "--password-out", nowhere, code=7))
        self.init("--fingerprint-out", os.path.join(self.home, "authority"))
        with open(os.path.join(self.home, "authority"), encoding="ascii") as file:
            print_ = file.read().strip()
        serving = r'api-serving.*?"address":\s*"([^"]*)".*?"authority":\s*"([^"]*)"'
        address, logged = self.server.process.expect(serving).groups()
        self.assertEqual(print_, logged)
        self.assertEqual(self.json("status", "--socket", self.socket)["authority"], print_)
        login = ("login", "--server", address, "--user", "admin", "--password-file", self.password)
        self.assertIn("nobody to compare", self.sanctl(*login, code=1))
        self.assertIn("another fingerprint", self.sanctl(*login, "--fingerprint", "00" * 32, code=9))
        self.assertFalse(os.path.exists(self.home + "/.config/sanctum/logins.json"))
        self.sanctl(*login, "--fingerprint", print_)
        self.assertEqual(self.json("whoami")["user"], "admin")
        self.assertEqual(self.json("status")["initialised"], True)

    def test_the_model_answers_about_what_stock_clients_registered(self):
        self.log_in()
        names = {node["name"] for node in self.json("list", "nodes")}
        self.assertEqual(names, {HOST, DISK})
        (target,) = self.json("list", "nodes", "--filter", "target:yes")
        self.assertEqual(target["name"], DISK)
        self.assertIn("host1", self.sanctl("search", "host1"))
        self.assertEqual(self.json("show", f"node:{DISK}")["target"], True)
        self.assertIn("bad-filter", self.sanctl("list", "nodes", "--filter", "(", code=4))
        self.assertIn("no-such-object", self.sanctl("reach", "host1", "nothing", code=5))
        self.assertIn("findings", self.json("finding", "list"))
        revision = self.json("status")["revision"]
        self.assertEqual(self.json("diff", str(revision))["diff"]["objects"], [])

    def test_what_is_exported_is_what_is_there_in_json_and_in_yaml(self):
        self.log_in()
        document = self.file("san.yaml", f"""
labels: [{{name: PCI}}, {{name: "no"}}]
sites:
- name: "Hall 1: north"
hosts:
- {{name: host1, site: "Hall 1: north", entities: [host1], labels: [PCI, "no"]}}
nodes:
- {{name: {DISK}, alias: "007"}}
domains:
- {{name: ledger, nodes: [{HOST}, {DISK}, iqn.2024-01.org.example:later], portals: ["127.0.0.12:3260"]}}
domain-sets:
- {{name: production, enabled: true, domains: [ledger]}}
settings: {{offline_days: 12}}
""")
        self.commit("apply", "-f", document)
        for name in ("out.json", "out.yaml"):
            path = os.path.join(self.home, name)
            self.sanctl("export", "--file", path)
            same = self.sanctl("apply", "-f", path, "--whole")
            self.assertEqual(same, "The SAN is so already: there is nothing to change.\n", name)
        with open(os.path.join(self.home, "out.yaml"), encoding="utf-8") as file:
            self.assertIn('alias: "007"', file.read())
        self.assertCountEqual(self.json("show", "host:host1")["labels"], ["label:PCI", "label:no"])

    def test_what_isnsadm_lists_is_imported(self):
        """The domains of a server that stock tools ask, taken over under other names into the same SAN."""
        self.log_in()
        self.commit("zone", "create", "backup", HOST, DISK, "127.0.0.12:3260", "--new-set", "day")
        listing = Isnsadm.control(self).ok("--list", "dds")
        self.assertIn('"backup"', listing)
        path = self.file("listing", listing.replace('"backup"', '"nightly"').replace("DD ID = ", "DD ID = 7"))
        self.commit("import", "open-isns", path)
        zone = self.json("show", "domain:nightly")
        self.assertCountEqual(zone["nodes"], [f"node:{DISK}", f"node:{HOST}"])
        self.assertEqual(zone["portals"], ["portal:127.0.0.12:3260/tcp"])
        self.assertEqual(self.json("show", "domain-set:open-isns")["enabled"], False)
        self.assertIn("nothing to change", self.sanctl("import", "open-isns", path))

    def test_a_table_and_a_linux_target_are_imported(self):
        self.log_in()
        table = self.file("hosts.csv", "Server,Room\nhost1,\nhost2,Nowhere\n")
        words = ("import", "csv", table, "--kind", "hosts", "--column", "Server=name", "--column", "Room=site")
        self.assertIn("line 3: There is no site Nowhere.", self.sanctl(*words, code=4))
        self.commit(*words, "--partial")
        self.assertEqual([host["name"] for host in self.json("list", "hosts")], ["host1"])
        lio = self.file("saveconfig.json", json.dumps({"storage_objects": [], "targets": [{
            "fabric": "iscsi", "wwn": DISK, "tpgs": [{"enable": True, "luns": [], "node_acls": [
                {"node_wwn": HOST, "mapped_luns": []}]}]}]}))
        printed = self.sanctl("import", "lio", lio, "--print", "--format", "yaml")
        self.assertIn(f"  - name: {HOST}\n", printed)
        self.commit("import", "lio", lio)
        self.assertCountEqual(self.json("show", f"domain:{HOST}")["nodes"], [f"node:{DISK}", f"node:{HOST}"])

    def test_an_agent_is_invited_listed_and_revoked(self):
        self.log_in()
        token = os.path.join(self.home, "token")
        self.assertIn("--entity", self.sanctl("agent", "invite", "storage1", code=1))
        self.sanctl("agent", "invite", "storage1", "--entity", "disk1", "--node", DISK, "-f", token)
        self.assertEqual(stat.S_IMODE(os.stat(token).st_mode), 0o600)
        found = re.search(r"api-serving.*?127\.0\.0\.1:(\d+)", self.server.process.output())
        agent = test_agent.Agent(int(found.group(1)), self.folder, "storage1")
        with open(token, encoding="ascii") as file:
            self.assertEqual(agent.enrol(file.read().strip())[0], 200)
        (listed,) = self.json("agent", "list")
        self.assertEqual((listed["name"], listed["revoked"]), ("storage1", False))
        self.sanctl("agent", "revoke", "storage1", "--reason", "sold", "--yes")
        self.assertEqual(self.json("agent", "list")[0]["revoked"], True)
        self.assertEqual(agent.call("GET", "/agent/desired")[0], 401)
        agent.close()

    def test_a_finding_is_waived_and_comes_back(self):
        self.log_in()
        self.commit("zone", "create", "lonely", HOST, "--new-set", "day")
        rules = [(one["rule"], one["subject"]) for one in self.json("finding", "list")["findings"]]
        self.assertIn(("R05", "domain:lonely"), rules)
        self.commit("finding", "waive", "R05", "lonely")
        self.assertNotIn("R05", [one["rule"] for one in self.json("finding", "list")["findings"]])
        self.assertEqual(self.json("list", "waivers")[0]["reason"], "a test")
        self.commit("finding", "unwaive", "R05", "domain:lonely")
        self.assertIn("R05", [one["rule"] for one in self.json("finding", "list")["findings"]])

    def test_a_watch_goes_on_from_a_revision(self):
        self.log_in()
        before = self.json("status")["revision"]
        self.commit("zone", "create", "backup", HOST, DISK, "--new-set", "day")
        (line,) = self.sanctl("watch", "--since", str(before), "--count", "1", "--output", "json").splitlines()
        self.assertGreater(json.loads(line)["revision"], before)


if __name__ == "__main__":
    case.main(uses_sanctl=True)
