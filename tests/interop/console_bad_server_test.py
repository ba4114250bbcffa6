#!/usr/bin/env python3
"""The console at a server that is older, newer, slow, silent, broken or cut off: it says what is wrong in words, and what it
has shown stays. The real server's answers, bent on their way.
"""

import json
import os
import tempfile

from lib.api_case import CHOSEN, ApiTest, run
from lib.bent_api import CUT, SILENT, BentApi, Cut
from lib.console_window import PAGES, Window
from lib.process import eventually

PASSWORD = "a long password of the console"


class BadServer(ApiTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.register()
        cls.server.committed([{"op": "create", "object": "domain:+0"},
                              {"op": "set", "object": "domain:+0", "field": "name", "value": "zone-before"}])
        cls.added(cls(), "con", "administrator", password=PASSWORD)

    def setUp(self):
        super().setUp()
        self.bent = BentApi(self, self.api.port)
        home = tempfile.TemporaryDirectory(prefix="san-console-")
        self.addCleanup(home.cleanup)
        self.console = Window(self, CHOSEN.window, home.name)

    def bend(self, path, how):
        """The answers to this path go through `how`, which gets status and body."""
        self.bent.bend = lambda asked, status, body: how(status, body) if asked.split("?")[0] == path else (status, body)

    def bend_json(self, path, how):
        def bent(status, body):
            answer = json.loads(body)
            how(answer)
            return status, answer
        self.bend(path, bent)

    def enter(self):
        self.console.do(f"login 127.0.0.1:{self.bent.port} con", PASSWORD)

    def tried_to_enter(self):
        """Why it was not shown, and what stands in the window then."""
        _, why = self.console.tried(f"login 127.0.0.1:{self.bent.port} con", PASSWORD)
        return why, "\n".join(self.console.texts())

    def state(self, pattern, start=0):
        self.console.process.expect(f"^state {pattern}", start)

    def shows(self, *words):
        """All of these on the page of zones, in the end."""
        def there():
            texts = "\n".join(self.console.page("zoning"))
            return texts if all(word in texts for word in words) else None
        return eventually(there, lambda: f"{words} in {self.console.texts()}")

    def changed(self, name):
        self.server.committed([{"op": "create", "object": "domain:+0"},
                               {"op": "set", "object": "domain:+0", "field": "name", "value": name}])

    # --- older and newer ---

    def test_a_newer_server_with_members_and_kinds_that_it_does_not_know_is_shown_and_followed(self):
        def newer(answer):
            answer["objects"]["nebulae"] = [{"id": 1, "name": "a nebula", "created": 1, "changed": 1}]
            answer["cosmos"] = {"age": [1, {"of": None}]}
            for kind in ("nodes", "domains"):
                for one in answer["objects"][kind]:
                    one["colour_of_the_cable"] = {"deep": ["blue"]}
        self.bend_json("/snapshot", newer)

        def line(text):
            if not text.startswith(b"data: {"):
                return text
            change = json.loads(text[6:])
            change["weather"] = "fine"
            if "objects" in change.get("diff", {}):
                change["diff"]["objects"].append({"object": "nebula:#7", "id": 7, "fate": "created", "fields": []})
                change["diff"]["objects"][0].setdefault("fields", []).append({"field": "colour", "before": None, "after": 7})
            return b"data: " + json.dumps(change).encode() + b"\n"
        self.bent.line = line
        self.enter()
        self.state("live")
        for page in PAGES:
            self.console.page(page)
        self.changed("zone-of-newer")
        self.shows("zone-before", "zone-of-newer")
        self.assertEqual(self.bent.count("/snapshot"), 1, "it was followed, not fetched anew")
        self.assertEqual(self.console.faults(), [])

    def test_an_older_server_without_members_is_shown(self):
        def older(answer):
            answer["objects"].pop("credentials", None)
            answer["objects"].pop("agents", None)
            for kind, members in (("nodes", ("chap", "enforces_zones", "online")), ("domains", ("chap", "md5_refused", "members_since"))):
                for one in answer["objects"][kind]:
                    for member in members:
                        one.pop(member, None)
        self.bend_json("/snapshot", older)
        self.enter()
        self.state("live")
        for page in PAGES:
            self.console.page(page)
        self.shows("zone-before")
        self.assertEqual(self.console.faults(), [])

    def test_a_word_of_a_newer_server_that_it_cannot_know_is_said_and_nothing_is_guessed(self):
        def newer(answer):
            answer["objects"]["domains"][0]["chap"] = "quantum"
        self.bend_json("/snapshot", newer)
        _, texts = self.tried_to_enter()
        self.state("rejected The server's snapshot cannot be read: The domain #.* has a wrong chap: .*")
        self.assertRegex(texts, "Rejected: The server's snapshot cannot be read")

    def test_an_audit_log_of_a_newer_server_is_told_in_its_page(self):
        def newer(answer):
            for one in answer["items"]:
                one["quantum"] = 1
        self.bend_json("/audit", newer)
        self.enter()
        self.console.do("page activity")
        self.console.do("do activity.history")
        self.assertIn("It may be newer than the console", "\n".join(self.console.texts()))

    # --- broken ---

    def test_broken_json_of_the_snapshot_is_told(self):
        self.bend("/snapshot", lambda status, body: (status, body[:-200] + b"}]"))
        self.tried_to_enter()
        self.state("rejected The server's snapshot cannot be read")

    def test_a_stranger_who_answers_is_no_server(self):
        self.bend("/whoami", lambda status, body: (status, b"<html>It works!</html>"))
        _, texts = self.tried_to_enter()
        self.state("rejected What answers there is no Sanctum server")
        self.assertIn("no Sanctum server", texts)

    def test_a_login_that_gets_rubbish_says_so_and_can_be_tried_again(self):
        self.bend("/login", lambda status, body: (200, b"{]"))
        why, texts = self.tried_to_enter()
        self.assertEqual(why, "refused")
        self.assertIn("Look at its log", texts)

    def test_a_login_that_is_cut_off_is_no_login(self):
        self.bend("/login", lambda status, body: (status, Cut(body)))
        why, texts = self.tried_to_enter()
        self.assertEqual(why, "refused")
        self.assertIn("The server cannot be reached", texts)

    def test_a_wrong_password_is_told_in_the_words_of_the_server(self):
        _, why = self.console.tried(f"login 127.0.0.1:{self.bent.port} con", "not the password at all")
        self.assertEqual(why, "refused")
        self.assertIn("The login was refused", "\n".join(self.console.texts()))
        self.assertEqual(self.bent.count("/login"), 1)

    # --- a login that is kept ---

    def enter_to_stay(self):
        self.console.do("keep")
        self.enter()
        self.state("live")

    def server_again(self):
        """What stands there after the next start with --server, and how often it asked who it is."""
        before = self.bent.count("/whoami")
        self.console.tried(f"server 127.0.0.1:{self.bent.port}")
        return "\n".join(self.console.texts()), self.bent.count("/whoami") - before

    def no_more(self):
        self.bend("/whoami", lambda status, body: (401, {"type": "about:blank", "title": "Nobody is logged in", "status": 401}))

    def test_a_login_that_is_kept_opens_the_server_without_another_one(self):
        self.enter_to_stay()
        self.console.do("do file.connect")
        self.server_again()
        self.shows("zone-before")
        self.assertEqual(self.bent.count("/login"), 1)

    def test_a_kept_login_that_is_refused_is_forgotten_and_the_login_is_shown(self):
        self.enter_to_stay()
        self.console.do("do file.connect")
        self.no_more()
        texts, asked = self.server_again()
        self.assertEqual(asked, 1)
        self.assertIn("holds no more", texts)
        self.assertIn("Connect to a server", texts)
        _, asked = self.server_again()
        self.assertEqual(asked, 0, "it is kept still")

    def test_a_kept_login_that_ends_while_the_san_is_shown_is_forgotten_and_the_san_stays(self):
        self.enter_to_stay()
        self.no_more()
        start = len(self.console.process.lines)
        self.bent.line = lambda line: CUT
        self.changed("zone-not-heard-of")
        self.state("rejected", start)
        self.shows("zone-before")
        self.console.do("do file.connect")
        _, asked = self.server_again()
        self.assertEqual(asked, 0, "it is kept still")

    def test_who_shows_another_certificate_at_the_login_gets_no_password(self):
        self.bent.later = self.bent.context()
        why, texts = self.tried_to_enter()
        self.assertEqual(why, "refused")
        self.assertIn("It is of another authority than the one that was accepted", texts)
        self.assertEqual(self.bent.count("/login"), 0)

    def test_an_answer_of_a_proxy_that_is_no_problem_is_told_with_its_status(self):
        self.enter()
        self.state("live")
        self.bend("/chap/rotations", lambda status, body: (502, b"<html>Bad Gateway</html>"))
        self.assertIn("refused", "".join(self.console.do("ask GET /chap/rotations")))
        self.bend("/audit", lambda status, body: (502, b"<html>Bad Gateway</html>"))
        self.console.do("page activity")
        self.console.do("do activity.history")
        self.assertIn("The server answered with status 502", "\n".join(self.console.texts()))

    def test_changes_that_cannot_be_read_leave_what_was_there_and_are_not_asked_for_round_and_round(self):
        self.bent.line = lambda line: b"data: {\"revision\":]\n" if line.startswith(b"data: {") else line
        self.enter()
        self.state("live")
        start = len(self.console.process.lines)
        self.changed("zone-broken")
        self.state("live", start)
        # By a whole look instead of the change.
        self.shows("zone-before", "zone-broken")
        for name in ("zone-b1", "zone-b2", "zone-b3"):
            self.changed(name)
        self.shows("zone-before")
        self.state("offline What the server tells of changes does not fit", start)
        self.assertLess(self.bent.count("/snapshot"), 8)
        self.bent.line = lambda line: line
        self.shows("zone-b3")

    # --- cut off, slow, silent ---

    def test_a_snapshot_that_is_cut_off_is_no_snapshot_and_is_fetched_again(self):
        left = [2]

        def cut(status, body):
            left[0] -= 1
            return status, Cut(body) if left[0] >= 0 else body
        self.bend("/snapshot", cut)
        self.enter()
        self.state("offline The server cannot be reached")
        self.state("live")
        self.shows("zone-before")

    def test_a_stream_that_is_cut_off_keeps_the_snapshot_with_its_age_and_comes_back(self):
        self.enter()
        self.state("live")
        start = len(self.console.process.lines)
        self.bend("/whoami", lambda status, body: SILENT)
        self.bent.line = lambda line: CUT
        self.changed("zone-unheard")
        self.state("offline", start)
        texts = self.shows("zone-before")
        self.assertRegex(texts, "Offline: shown is what was there|Connecting to")
        self.assertNotIn("zone-unheard", texts)
        for page in PAGES:
            self.console.page(page)
        self.bent.line = lambda line: line
        self.bent.bend = lambda path, status, body: (status, body)
        self.console.do("do file.retry")
        self.shows("zone-unheard")

    def test_a_server_that_accepts_and_says_nothing_is_offline_after_the_patience_and_what_was_there_stays(self):
        self.enter()
        self.state("live")
        start = len(self.console.process.lines)
        self.bend("/whoami", lambda status, body: SILENT)
        self.bent.line = lambda line: CUT
        self.changed("zone-never-told")
        self.console.process.expect("^state offline The server does not answer", start, 40)
        self.shows("zone-before")

    def test_a_slow_answer_is_waited_for_while_the_window_goes_on(self):
        gate = self.bent.gate("/snapshot")
        start = self.console.process.feed(f"login 127.0.0.1:{self.bent.port} con")
        self.console.process.feed(PASSWORD)
        self.state("snapshot", start)
        gate.set()
        self.console.process.expect("^done$", start)
        self.shows("zone-before")


if __name__ == "__main__":
    os.umask(0o077)
    run("--window")
