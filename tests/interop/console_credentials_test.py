#!/usr/bin/env python3
"""The console and secrets, at a real server with real agents: the page of credentials works, and no secret comes into the
memory of the program, nor does the password stay there after the login.
"""

import os
import subprocess

from lib import case
from lib.agent_case import HOST
from lib.console_case import ConsoleCase
from lib.console_window import PAGES, environment
from lib.memory import memory_of
from lib.process import PATIENCE, Process, eventually
from lib.san_agent import TARGET
from lib.secret_scan import assert_not_in_memory

PASSWORD = "Kw7tPz3mVq9xRd5h the planted phrase"


class Credentials(ConsoleCase):
    def setUp(self):
        super().setUp()
        self.window_ = self.window()

    def only(self):
        """The one credential, when there is one."""
        return eventually(lambda: self.ask("/chap")["items"], "there is a credential")[0]["id"]

    def until(self, number, so):
        return eventually(lambda: so(self.ask(f"/chap/{number}")), lambda: str(self.ask(f"/chap/{number}")))

    def shown(self, *words):
        def there():
            texts = "\n".join(self.window_.texts())
            return texts if all(word in texts for word in words) else None
        return eventually(there, lambda: f"{words} in {self.window_.texts()}")

    def choose(self):
        self.shown(f"| {TARGET} |")
        self.window_.do(f"choose Credentials={TARGET}")

    def test_a_pair_gets_a_secret_that_is_changed_taken_back_and_retired_in_the_page(self):
        self.window_.do("page credentials")
        self.window_.do("do credential.new")
        self.window_.do(f"write Initiator of the new credential={HOST}")
        self.window_.do(f"write Target of the new credential={TARGET}")
        self.window_.do("write Why the credential is made=for the test")
        self.window_.do("press Make it")
        self.window_.process.expect("^notice success The credential is made")
        number = self.only()
        self.until(number, lambda chap: [end["holds"] for end in chap["ends"]] == ["yes", "yes"])
        self.choose()
        detail = self.shown("Who has it", "in use")
        self.assertEqual(detail.count("has it"), detail.count("with an agent; has it") + 1, detail)
        # A new login proves it.
        self.window_.do("do credential.rotate")
        self.window_.do("type once a year")
        self.until(number, lambda chap: chap["version"] == 2 and chap["state"] == "active")
        self.shown("in use", "proven by a login")
        self.window_.do("do credential.retire")
        self.window_.do("type the host goes")
        self.until(number, lambda chap: chap["state"] == "retired")
        self.assertEqual(self.window_.faults(), [])

    def test_a_change_is_taken_back_and_what_the_server_refuses_is_told(self):
        number = self.credential()
        self.until(number, lambda chap: [end["holds"] for end in chap["ends"]] == ["yes", "yes"])
        self.window_.do("page credentials")
        self.choose()
        # The host is away: the change waits for its login.
        self.host.process.kill()
        self.window_.do("do credential.rotate")
        self.window_.do("type once a year")
        self.until(number, lambda chap: chap["state"] == "rotating")
        self.shown("| changing |", "To be done until")
        self.window_.do("do credential.cancel")
        self.window_.do("type not now")
        self.until(number, lambda chap: chap["phase"] in ("rolling-back", "settled"))
        self.window_.do("do credential.new")
        self.window_.do(f"write Initiator of the new credential={HOST}")
        self.window_.do(f"write Target of the new credential={TARGET}")
        self.window_.do("write Why the credential is made=once more")
        self.window_.do("press Make it")
        self.window_.process.expect("^notice fault No credential was made: .*already")
        self.host.start_agent()


class Memory(ConsoleCase):
    def setUp(self):
        super().setUp()
        self.secrets = [os.urandom(16).hex() for _ in range(4)]
        self.sanctl_home = os.path.join(self.folder, "sanctl")
        os.mkdir(self.sanctl_home, 0o700)
        self.ask("/users", "POST", {"name": "kim", "roles": ["administrator"], "password": PASSWORD})
        self.log_in_by_sanctl()

    def planted(self):
        """A mutual credential whose secrets sanctl was given by a descriptor, and then the next two."""
        number = self.by_sanctl("add", HOST, TARGET, "--mutual", secrets=self.secrets[:2])
        eventually(lambda: [end["holds"] for end in self.ask(f"/chap/{number}")["ends"]] == ["yes", "yes"],
                   lambda: str(self.ask(f"/chap/{number}")))
        return number

    def by_sanctl(self, verb, *words, secrets):
        reads, writes = os.pipe()
        os.write(writes, "".join(secret + "\n" for secret in secrets).encode())
        os.close(writes)
        try:
            done = subprocess.run([case.sanctl(), "chap", verb, *words, "--secret-fd", str(reads),
                                   "--mutual-secret-fd", str(reads), "--reason", "a test"],
                                  capture_output=True, text=True, timeout=PATIENCE, check=False, pass_fds=(reads,),
                                  env={"PATH": os.environ["PATH"], **environment(self.home)})
        finally:
            os.close(reads)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return self.ask("/chap")["items"][0]["id"]

    def test_the_whole_program_never_has_a_chap_secret(self):
        self.planted()
        for page in PAGES:
            with self.subTest(page):
                console = Process([case.program("console"), "--as-sanctl", "--page", page], env=environment(self.home))
                self.addCleanup(console.kill)
                live = f"Live: {self.address()}".encode("utf-16-le")
                eventually(lambda: memory_of(console.pid).count(live) > 0, "it is there and live")
                assert_not_in_memory(self, console.pid, self.secrets, TARGET)
                console.kill()

    def test_a_window_in_which_somebody_works_has_no_chap_secret_and_no_password_any_more(self):
        console = self.window("kim", PASSWORD)
        assert_not_in_memory(self, console.process.pid, [PASSWORD], TARGET)
        number = self.planted()
        for page in PAGES:
            console.page(page)
        console.do("page credentials")
        eventually(lambda: any(f"| {TARGET} |" in line for line in console.texts()), "it is shown")
        console.do(f"choose Credentials={TARGET}")
        console.do("do credential.rotate")
        console.do("type once a year")
        eventually(lambda: self.ask(f"/chap/{number}")["version"] == 2, lambda: str(self.ask(f"/chap/{number}")))
        console.do("do activity.history")
        console.do("page activity")
        assert_not_in_memory(self, console.process.pid, [*self.secrets, PASSWORD], TARGET)


if __name__ == "__main__":
    case.main("openssl", uses_sanctl=True, uses_agent=True, programs=("window", "console"))
