#!/usr/bin/env python3
"""The console's client against the real server: certificate, login, snapshot, changes as they come, a server that goes and
comes back, and a login that ends.
"""

from lib.api_case import CHOSEN, DISK, HOST, ApiTest, run
from lib.process import Process
from lib.secret_scan import assert_not_in_memory

PASSWORD = "a long password of the console"
SECRET = "qK3plantedSecret81"


class Console(ApiTest):
    def setUp(self):
        super().setUp()
        self.added("con", "administrator", password=PASSWORD)
        self.addCleanup(lambda: self.api.call("DELETE", "/users/con"))
        self.console = self.opened(PASSWORD)

    def opened(self, password):
        console = Process([CHOSEN.probe, f"127.0.0.1:{self.api.port}", "con"], fed=True)
        self.addCleanup(console.kill)
        console.feed(password)
        return console

    def live(self, start=0):
        self.console.expect("^state live", start)

    def test_it_shows_the_authority_that_the_server_has_and_enters_by_password(self):
        self.live()
        shown = self.console.expect("^authority (.*)$").group(1)
        (current,) = [one for one in self.api.get("/keys").json["authorities"] if one["current"]]
        self.assertEqual(shown, current["fingerprint"])

    def test_a_wrong_password_is_refused_in_the_words_of_the_api(self):
        refused = self.opened("not the password at all")
        refused.expect("^failed login-failed The login was refused")
        self.assertEqual(refused.end(), 1)

    def test_what_others_change_comes_by_itself_and_is_what_a_fresh_look_gives(self):
        self.live()
        self.server.committed([{"op": "create", "object": "domain:+0"},
                               {"op": "set", "object": "domain:+0", "field": "name", "value": "from-elsewhere"}])
        revision = self.api.get("/status").json["revision"]
        self.console.expect(f"^revision {revision}$")
        self.console.expect("^zones.* from-elsewhere", self.console.feed("zones"))
        self.console.expect("^same$", self.console.feed("again"))

    def test_its_change_set_goes_the_whole_way(self):
        self.live()
        self.console.expect("^committed$", self.console.feed("zone from-the-console"))
        # The answer says that it is being committed.
        self.server.until("/domains", lambda page: "from-the-console" in [one["name"] for one in page["items"]])

    def test_a_server_that_goes_leaves_the_last_snapshot_and_comes_back_live(self):
        self.live()
        before = len(self.console.lines)
        self.server.sanctum.stop()
        self.console.expect("^state offline", before)
        self.console.expect("^zones", self.console.feed("zones"))
        again = len(self.console.lines)
        self.server.sanctum.start()
        self.live(again)

    def test_a_login_that_ends_is_told_and_not_tried_again(self):
        self.live()
        before = len(self.console.lines)
        self.api.call("PATCH", "/users/con", {"disabled": True})
        self.console.expect("^state rejected .*", before)

    def test_no_chap_secret_ever_comes_into_its_memory(self):
        for name, role, port in ((HOST, "--initiator", 14), (DISK, "--target", 15)):
            self.server.isns("register", "--eid", f"entity-{port}", role, name, "--portal", f"127.0.0.{port}:860")
        self.live()
        made = self.api.call("POST", "/chap", {"initiator": HOST, "target": DISK, "secret": SECRET, "reason": "a test"})
        self.assertLess(made.status, 300, made.body)
        # After that nothing changes any more.
        self.server.until(f"/changes/{made.json['change']}", lambda change: change["state"] == "confirmed")
        revision = self.api.get("/status").json["revision"]
        self.console.expect(f"^revision {revision}$")
        self.console.expect("^same$", self.console.feed("again"))
        assert_not_in_memory(self, self.console.pid, (SECRET,), HOST, "the console's memory")


if __name__ == "__main__":
    run("--probe")
