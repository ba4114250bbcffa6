#!/usr/bin/env python3
"""Another key for the audit log, on a running server by sanctl: what the log says of it, that exports and packs are checked
offline by whoever knows the old key or the new one, that a forged hand-over is refused, and what a crash leaves.
"""

import json
import os
import shutil
import subprocess
import threading

from lib.api_case import CHOSEN, ApiTest, run
from lib.audit_lines import Forger, link
from lib.process import PATIENCE, eventually

UNPROVEN = 11


def as_exported(line):
    return json.dumps(line, ensure_ascii=False) + "\n"


class LogKey(ApiTest):
    def setUp(self):
        self.setUpClass()  # a server of its own for each test
        self.addCleanup(self.doClassCleanups)
        self.folder, self.keys = self.server.folder, f"{self.server.folder}/server-keys"
        password = f"{self.folder}/password"
        with open(os.open(password, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
            file.write(self.server.password + "\n")
        self.sanctl("login", "--socket", f"{self.folder}/management.sock", "--user", "admin", "--password-file", password)
        self.checked_by_itself()

    def sanctl(self, *words, code=0):
        """What it prints; the command must end with the code."""
        done = subprocess.run([CHOSEN.sanctl, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=self.folder,
                              timeout=PATIENCE, check=False, env={"PATH": os.environ["PATH"], "HOME": self.folder})
        self.assertEqual(done.returncode, code, f"sanctl {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def checked_by_itself(self):
        """The server finds its log intact, with nothing to be said of it."""
        status = self.server.until("/status", lambda status: status["audit_log"] != "checking")
        self.assertEqual((status["audit_log"], status["audit_log_notes"]), ("intact", []))

    def signer(self):
        return json.loads(self.sanctl("keys", "show", "--output", "json"))["log_key"]

    def rotated(self):
        """The fingerprint of the new key."""
        words = ("keys", "rotate-log", "--reason", "Once a year", "--yes", "--output", "json")
        return json.loads(self.sanctl(*words))["log_key"]["fingerprint"]

    def exported(self, name="audit.jsonl"):
        self.sanctl("audit", "export", name)
        with open(f"{self.folder}/{name}", encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def verified(self, *keys, code=0, file="audit.jsonl", more=()):
        options = [word for key in keys for word in ("--key", key)]
        return self.sanctl("audit", "verify", *options, *more, file, code=code)

    def again(self):
        self.server.sanctum.start()
        self.api.token = self.api.login("admin", self.server.password)
        self.checked_by_itself()

    def settled(self, fingerprint):
        """The one file that is left is that of this key. The next checkpoint of the log lets go of the other."""
        def alone():
            self.assertEqual(self.api.call("POST", "/evidence", {}).status, 200)  # each makes a checkpoint first
            return sorted(name for name in os.listdir(self.keys) if name.startswith("audit")) == ["audit.head", "audit.key"]
        eventually(alone, lambda: f"the other key goes: {os.listdir(self.keys)}")
        self.assertEqual(os.stat(f"{self.keys}/audit.key").st_mode & 0o777, 0o400)
        with open(f"{self.keys}/audit.head", encoding="utf-8") as file:
            head = json.load(file)
        self.assertEqual(self.print_of(head["checkpoint"]), fingerprint)

    def print_of(self, checkpoint):
        der = f"302a300506032b6570032100{checkpoint['key']}"
        done = subprocess.run(["openssl", "dgst", "-sha256", "-r"], input=bytes.fromhex(der), capture_output=True, check=True)
        return done.stdout.decode().split()[0]

    def test_another_key_signs_and_the_log_is_checked_by_either(self):
        old = self.signer()
        (begun,) = self.audit("log.begun")
        self.assertEqual(old["fingerprint"], begun["details"]["key"])
        self.sanctl("evidence", "create", "before.tar")
        said = self.sanctl("keys", "rotate-log", "--reason", "Once a year", "--yes")
        new = self.signer()
        self.assertIn(new["fingerprint"], said)
        self.assertNotEqual(new["fingerprint"], old["fingerprint"])

        (record,) = self.audit("log.key-rotated")
        self.assertEqual((record["actor"], record["reason"]), ("admin", "Once a year"))
        self.assertEqual(record["details"], {"previous": old["fingerprint"], "next": new["fingerprint"]})
        (began,) = self.audit("log.key-began")
        self.assertEqual((began["sequence"], began["details"]), (record["sequence"] + 1, {"key": new["fingerprint"]}))
        self.assertEqual(began["time"], record["time"])
        (listed, last) = json.loads(self.sanctl("audit", "keys", "--output", "json"))
        self.assertEqual((listed["key"], last["key"]), (old["fingerprint"], new["fingerprint"]))
        self.assertGreaterEqual(new["since"], old["since"])
        self.settled(new["fingerprint"])

        self.sanctl("evidence", "create", "after.tar")
        for _ in range(2):
            self.checked_by_itself()
            self.assertEqual(self.signer(), new)
            lines = self.exported()
            signers = [self.print_of(line["checkpoint"]) for line in lines if "checkpoint" in line]
            self.assertEqual(signers, sorted(signers, key=[old["fingerprint"], new["fingerprint"]].index), "one, then the other")
            for key in (old, new):
                self.assertIn(f"by key {new['fingerprint']}", self.verified(key["fingerprint"]))
            self.verified(old["fingerprint"], more=("--pack", "before.tar"))
            self.verified(new["fingerprint"], more=("--pack", "after.tar"))
            for pack, key, other in (("before.tar", old, new), ("after.tar", new, old)):
                self.sanctl("evidence", "verify", pack, "--key", key["fingerprint"])
                self.sanctl("evidence", "verify", pack, "--key", other["fingerprint"], code=UNPROVEN)
            self.server.stop()
            self.again()
        third = self.rotated()
        self.exported()
        for key in (old["fingerprint"], new["fingerprint"], third):
            self.assertIn(f"by key {third}", self.verified(key))

    def test_a_forged_hand_over_is_refused(self):
        old = self.signer()["fingerprint"]
        new = self.rotated()
        lines = self.exported()
        self.verified(old)
        forger = Forger(self.folder)
        at = next(i for i, line in enumerate(lines) if "record" in line and line["record"]["event"] == "log.key-rotated")
        self.assertEqual(["checkpoint" in line for line in lines[at:at + 4]], [False, True, False, True])

        def refused(changed, by_old, by_new):
            with open(f"{self.folder}/forged.jsonl", "w", encoding="utf-8") as file:
                file.writelines(as_exported(line) for line in changed)
            for key, word in ((old, by_old), (new, by_new)):
                self.assertIn(word, self.verified(key, file="forged.jsonl", code=UNPROVEN))

        def handed_to(sign_over):
            """The log up to the change, which names the forger's key; his signature from there on."""
            changed = json.loads(json.dumps(lines[:at + 4]))
            changed[at]["record"]["details"]["next"] = forger.fingerprint
            changed[at + 2]["record"]["details"]["key"] = forger.fingerprint
            before = next(line for line in reversed(changed[:at]) if "record" in line)
            digest = bytes.fromhex(before["hash"])
            for place in (at, at + 2):
                record = changed[place]["record"]
                digest = link(digest, record)
                changed[place]["hash"] = digest.hex()
                if place == at + 2 or sign_over:
                    changed[place + 1] = forger.checkpoint(record["sequence"], digest, record["time"])
            return changed

        # As it stands, written anew by the same means, it is whole: what is refused below is the forgery.
        with open(f"{self.folder}/same.jsonl", "w", encoding="utf-8") as file:
            file.writelines(as_exported(line) for line in lines)
        self.verified(old, file="same.jsonl")
        refused(handed_to(sign_over=True), "signed by an unknown key", "signed by an unknown key")
        # With the old key's own word for the true record.
        refused(handed_to(sign_over=False), "has another hash", "signed by an unknown key")
        swapped = json.loads(json.dumps(lines))
        swapped[at]["record"]["details"]["next"] = forger.fingerprint
        refused(swapped, "was changed", "was changed")
        refused(lines[:at + 3] + [forger.checkpoint(
            lines[at + 2]["record"]["sequence"], bytes.fromhex(lines[at + 2]["hash"]), lines[at + 2]["record"]["time"])],
            "signed by an unknown key", "signed by an unknown key")

    def test_a_crash_before_the_old_key_was_let_go(self):
        old = self.signer()["fingerprint"]
        for name in ("audit.key", "audit.head"):
            shutil.copy(f"{self.keys}/{name}", f"{self.folder}/{name}.old")
        new = self.rotated()
        self.settled(new)
        self.server.sanctum.process.kill()
        # As after a crash between the change and what follows it.
        os.rename(f"{self.keys}/audit.key", f"{self.keys}/audit-next.key")
        for name in ("audit.key", "audit.head"):
            os.rename(f"{self.folder}/{name}.old", f"{self.keys}/{name}")
        self.again()
        self.assertEqual(self.signer()["fingerprint"], new)
        self.settled(new)
        self.exported()
        for key in (old, new):
            self.verified(key)

    def test_a_crash_before_the_new_key_signed(self):
        old = self.signer()["fingerprint"]
        self.server.sanctum.process.kill()
        with open(os.open(f"{self.keys}/audit-next.key", os.O_WRONLY | os.O_CREAT, 0o400), "w", encoding="ascii") as file:
            file.write("0x" + "5a" * 32 + "\n")
        self.again()
        self.assertEqual(self.signer()["fingerprint"], old)
        self.settled(old)
        self.rotated()
        self.exported()
        self.verified(old)

    def test_killed_at_any_moment_it_starts_again(self):
        first = self.signer()["fingerprint"]
        for wait in range(8):
            process = self.server.sanctum.process
            asked = threading.Thread(target=lambda: subprocess.run(
                [CHOSEN.sanctl, "keys", "rotate-log", "--reason", "Once more", "--yes"], stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=PATIENCE, check=False,
                env={"PATH": os.environ["PATH"], "HOME": self.folder}))
            asked.start()
            # From the moment when the next key's file is there, a little later each time.
            while asked.is_alive() and not os.path.exists(f"{self.keys}/audit-next.key"):
                pass
            for _ in range(wait * 500):
                os.path.exists(self.keys)
            process.kill()
            asked.join()
            self.again()
        self.settled(self.signer()["fingerprint"])
        self.exported()
        self.assertIn(f"by key {self.signer()['fingerprint']}", self.verified(first))

    def test_a_key_that_is_not_the_logs_is_refused_and_the_way_on_is_told(self):
        shutil.copy(f"{self.keys}/audit.key", f"{self.folder}/old.key")
        self.settled(self.rotated())
        self.server.stop()
        os.rename(f"{self.folder}/old.key", f"{self.keys}/audit.key")
        done = subprocess.run([CHOSEN.program, "--config", self.server.sanctum.configure()], capture_output=True, text=True,
                              timeout=PATIENCE, check=False)
        self.assertNotEqual(done.returncode, 0)
        said = done.stdout + done.stderr
        for part in ("audit.key is not the key", "restore the backup of the keys", f"move {self.keys}/audit.key away"):
            self.assertIn(part, said)
        os.remove(f"{self.keys}/audit.key")
        self.server.sanctum.start()
        self.server.until("/status", lambda status: status["audit_log"] == "broken")

    def test_one_change_at_a_time(self):
        self.refusal("bad-value", self.api.call("POST", "/keys/log", {}))
        # The witness cannot be written, so the change is stored and not finished: the old key stays for the next start.
        os.mkdir(f"{self.keys}/audit.head.new")
        first = self.rotated()
        self.assertIn("audit-next.key", os.listdir(self.keys))
        self.assertIn("audit.head", self.refusal("busy", self.api.call("POST", "/keys/log", {"reason": "again"})).json["detail"])
        self.assertEqual(len(self.audit("log.key-rotated")), 1)
        self.assertEqual(self.signer()["fingerprint"], first)
        os.rmdir(f"{self.keys}/audit.head.new")
        self.settled(first)
        self.settled(self.rotated())
        self.exported()
        self.verified(self.audit("log.begun")[0]["details"]["key"])


if __name__ == "__main__":
    run()
