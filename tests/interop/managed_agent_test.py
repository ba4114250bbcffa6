#!/usr/bin/env python3
"""san-agent with a management server: it enrols by a token, its target admits and shows what the server says and
nothing else, and the server hears what is true. Initiators are libiscsi's.
"""

import json
import os
import socket
import subprocess
import threading

from lib import case, pdu
from lib.agent_case import HOST, AgentApiTest, registration
from lib.edits import create, set_field, zoning
from lib.process import eventually
from lib.san_agent import TARGET, SanAgent
from lib.secret_scan import assert_nowhere
from lib.test_agent import Agent, stranger
from support.ports import free_port

ENTITY = "store"


class ManagedCase(AgentApiTest):
    def setUp(self):
        super().setUp()
        # At the same port after a restart, as agents know it.
        self.restart(**{"api.port": free_port()})
        self.agent = SanAgent(self, case.agent(), [self.server.port], entity=ENTITY, enforce_zones="false")
        self.capture.ports.add(self.agent.notice_port)
        self.agent.start()
        self.agent.told("event=registered ")
        self.register_host()

    def restart(self, **more):
        """The server, with more in its configuration."""
        self.server.stop()
        self.server.more |= more
        self.server.start()
        self.find_port()
        self.log_in()

    def register_host(self):
        self.raw(HOST).ok(pdu.DEV_ATTR_REG, b"", registration("host1", "127.0.0.11", HOST, pdu.INITIATOR))

    def sanctl(self, *words, typed=None, at=None):
        """At the storage agent, or at another one's socket."""
        return subprocess.run([case.sanctl(), "agent", *words, "--socket", at or self.agent.setup.path("agent.sock")],
                              input=typed, capture_output=True, text=True, timeout=120, check=False)

    def invited(self):
        return self.invite("storage1", ENTITY, (TARGET,))["token"]

    def join(self, token=None, server=None):
        return self.sanctl("join", "--server", server or f"127.0.0.1:{self.port}",
                           typed=(token or self.invited()) + "\n")

    def joined(self):
        done = self.join()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.agent.told("event=state-applied")
        self.unit = eventually(self.units, "the unit is known")[0]

    def units(self):
        return [one["designator"] for one in self.ask("/logical-units")["items"]]

    def committed(self, edits):
        """Of a change set that is carried out and waits for its confirmation; its path."""
        change = self.ask("/changes", "POST", {"title": "a change", "edits": edits})
        path = f"/changes/{change['id']}"
        change = self.ask(path + "/submit", "POST", {"version": change["version"], "reason": "for the test"})
        self.ask(path + "/commit", "POST", {"version": change["version"], "reason": "for the test"})
        eventually(lambda: self.ask(path)["state"] == "confirming", lambda: f"it is carried out: {self.ask(path)}")
        return path

    def zone_and_map(self, right="read-write"):
        mapping = "map:+1"
        edits = zoning(f"node:{HOST}", f"node:{TARGET}")
        edits.append({"op": "create", "object": mapping})
        values = {"who": f"node:{HOST}", "target": f"node:{TARGET}", "unit": f"logical-unit:{self.unit}",
                  "lun": self.agent.setup.first_lun, "right": right}
        for field, value in values.items():
            edits.append(set_field(mapping, field, value))
        return self.committed(edits)

    def inquiry(self, *more, url=None):
        """libiscsi's iscsi-inq as the host."""
        try:
            return subprocess.run(["iscsi-inq", "-i", HOST, *more, url or self.agent.setup.url()], capture_output=True,
                                  text=True, timeout=10, check=False)
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess([], 1, "", "no end")

    def sees(self):
        return self.inquiry().returncode == 0

    def sessions(self):
        """As the agent itself has them, at once."""
        return self.agent.ask("sessions")["result"]["sessions"]

    def cell(self):
        return self.ask(f"/reach?host={HOST}&unit={self.unit}")


class Managed(ManagedCase):
    def test_a_change_set_lets_the_host_in_and_its_rollback_drops_it(self):
        self.assertTrue(self.sees(), "the local rule is for everybody")
        self.joined()
        eventually(lambda: not self.sees(), "the local rule does not count any more")
        path = self.zone_and_map()
        self.assertTrue(self.sees())
        # What is told at the server may still be the session of this look.
        eventually(lambda: not self.sessions(), "that look is over")
        session = subprocess.Popen(["iscsi-perf", "-i", HOST, self.agent.setup.url()], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        self.addCleanup(session.kill)
        eventually(self.sessions, "its session is there")
        eventually(lambda: self.ask("/sessions")["items"], "its session is told")
        self.ask(path + "/rollback", "POST", {"reason": "it was a test"})
        eventually(lambda: not self.sessions(), "its session has ended")
        self.assertFalse(self.sees())
        eventually(lambda: not self.ask("/sessions")["items"], "its end is told")
        session.kill()
        session.wait()

    def test_the_server_says_yes_with_proof(self):
        self.joined()
        self.zone_and_map()
        session = subprocess.Popen(["iscsi-perf", "-i", HOST, self.agent.setup.url()], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        self.addCleanup(session.kill)
        eventually(lambda: self.cell()["observed"], lambda: str(self.cell()))
        why = self.ask(f"/why?host={HOST}&unit={self.unit}")
        self.assertEqual((why["works"], why["right"], why["pending"]), ("yes", "read-write", False), why)
        self.assertEqual(why["paths"][0]["proof"], "claimed-name")
        session.kill()
        session.wait()

    def test_local_commands_about_it_are_refused(self):
        self.joined()
        done = self.sanctl("map", TARGET, "unit0")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(f"managed by 127.0.0.1:{self.port}", done.stderr)
        status = self.sanctl("status").stdout
        self.assertRegex(status, rf"managed by +127.0.0.1:{self.port} since 2")
        self.assertRegex(status, rf"management link +127.0.0.1:{self.port} since 2")
        self.assertEqual(self.sanctl("leave", "--yes").returncode, 0)
        self.assertTrue(self.sees(), "the local rule decides again")
        self.assertEqual(os.listdir(self.agent.setup.path("state/management")), [])

    def broken(self, *words, reason="the server is down"):
        done = self.sanctl(*words, "--break-glass", reason)
        self.assertEqual(done.returncode, 0, done.stderr)

    def glass_findings(self):
        return [one for one in self.ask("/findings")["findings"] if "by hand" in one["text"]]

    def test_in_an_emergency_the_glass_is_broken_and_the_server_hears_of_it(self):
        self.joined()
        eventually(lambda: not self.sees(), "the server lets nobody in")
        self.server.stop()
        self.agent.told("event=management-away")
        self.broken("map", TARGET, "unit0", "--lun", str(self.agent.setup.first_lun), "--initiator", HOST,
                    "--authentication", "none")
        self.agent.told("event=glass-broken")
        self.assertTrue(self.sees(), "at once")
        self.assertFalse(self.agent.lets_in("iqn.2024-01.org.example:stranger"))
        self.assertIn("the server is down", self.sanctl("status").stdout)
        self.assertIn("break-glass", self.sanctl("config").stdout)
        self.agent.process.kill()
        self.agent.start()
        self.assertTrue(self.sees(), "over a restart")
        self.server.start()
        self.find_port()
        self.log_in()
        (record,) = eventually(lambda: self.records("agent.break-glass"), "it is in the audit log")
        self.assertEqual((record["object"], record["reason"], record["details"]["initiator"], record["details"]["uid"]),
                         (f"node:{TARGET}", "the server is down", HOST, str(os.getuid())), record)
        eventually(self.glass_findings, lambda: str(self.ask("/findings")))
        self.assertTrue(self.sees(), "the server has said nothing else")
        # Somebody takes it over: the server says it now.
        self.zone_and_map()
        self.agent.told("event=glass-mended")
        self.assertTrue(self.sees())
        eventually(lambda: not self.glass_findings(), "it is no finding any more")
        self.assertNotIn("the server is down", self.sanctl("status").stdout)
        self.assertEqual(len(self.records("agent.break-glass")), 1, "told once")

    def test_a_broken_glass_is_mended_by_hand(self):
        self.joined()
        self.zone_and_map()
        self.broken("deny", TARGET, HOST, "--yes", reason="it writes rubbish")
        self.assertFalse(self.sees())
        self.assertEqual(self.sanctl("break-glass", "end", TARGET, HOST, "--yes").returncode, 0)
        self.assertTrue(self.sees())
        self.assertNotEqual(self.sanctl("break-glass", "end", TARGET, "--yes").returncode, 0, "there is none")
        eventually(lambda: [one["details"]["command"] for one in self.records("agent.break-glass")] == ["deny", "end"],
                   lambda: str(self.records("agent.break-glass")))

    def test_what_it_keeps_is_its_own_and_sealed(self):
        folder = self.agent.setup.path("state/management")
        os.mkdir(folder, 0o700)
        with open(f"{folder}/break-glass.json", "w", encoding="ascii") as file:
            file.write("of an enrolment whose end was cut off")
        self.joined()
        modes = {name: oct(os.stat(f"{folder}/{name}").st_mode & 0o777) for name in os.listdir(folder)}
        self.assertEqual(modes, {"enrolment.json": "0o600", "seal.key": "0o400", "desired.sealed": "0o600"})
        with open(f"{folder}/desired.sealed", "rb") as file:
            self.assertNotIn(b"targets", file.read())

    def test_without_a_server_the_last_state_goes_on_over_a_restart(self):
        self.joined()
        path = self.zone_and_map()
        self.ask(path + "/confirm", "POST")
        self.server.stop()
        self.agent.told("event=management-away")
        self.assertTrue(self.sees())
        self.agent.process.kill()
        self.agent.start()
        self.assertTrue(self.sees())
        self.assertFalse(self.agent.lets_in("iqn.2024-01.org.example:stranger"))
        so_far = len(self.agent.process.lines)
        self.server.start()
        self.find_port()
        self.log_in()
        self.agent.told("event=management-linked", so_far, patience=60)  # it waits 20 s between two tries by now
        path = self.committed([{"op": "remove", "object": "domain:zone1", "field": "nodes", "value": f"node:{HOST}"}])
        self.assertFalse(self.sees())

    def refuse_after(self, value):
        self.agent.setup.more += f'[management]\nrefuse_after = "{value}"\n\n'

    def test_after_a_time_without_a_server_nobody_is_let_in_anew_and_living_sessions_stay(self):
        self.joined()
        path = self.zone_and_map()
        self.ask(path + "/confirm", "POST")
        session = subprocess.Popen(["iscsi-perf", "-i", HOST, self.agent.setup.url()], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        self.addCleanup(session.kill)
        eventually(lambda: self.cell()["observed"], "it is there")
        self.refuse_after("3s")
        self.agent.reload()
        self.agent.told("event=reloaded")
        self.assertTrue(self.sees(), "the server is there")
        self.server.stop()
        self.agent.told("event=logins-closed")
        other = HOST + ".second"
        self.assertFalse(self.sees())
        self.assertIsNone(session.poll(), "its session lives")
        self.assertIn("refused since", self.sanctl("status").stdout)
        self.broken("map", TARGET, "unit0", "--lun", str(self.agent.setup.first_lun), "--initiator", other,
                    "--authentication", "none")
        self.assertTrue(self.agent.lets_in(other), "whom an administrator here lets in")
        session.kill()
        session.wait()
        self.agent.process.kill()
        self.agent.start()
        self.agent.told("event=logins-closed")
        self.assertFalse(self.sees(), "also over a restart")
        self.server.start()
        self.find_port()
        self.agent.told("event=logins-opened")
        self.assertTrue(self.sees())

    def test_a_state_that_does_not_open_lets_nobody_in(self):
        self.joined()
        self.zone_and_map()
        self.assertTrue(self.sees())
        self.server.stop()
        self.agent.process.kill()
        with open(self.agent.setup.path("state/management/desired.sealed"), "r+b") as file:
            file.seek(40)
            byte = file.read(1)
            file.seek(40)
            file.write(bytes([byte[0] ^ 1]))
        self.agent.start()
        self.agent.told("event=state-lost")
        self.assertFalse(self.sees())
        self.server.start()
        self.find_port()
        eventually(self.sees, "the server has said it again")

    def test_revoked_it_says_so_and_keeps_what_it_has(self):
        self.joined()
        self.zone_and_map()
        self.ask("/agents/storage1/revoke", "POST", {"reason": "a test"})
        self.agent.told("event=management-refused")
        self.assertTrue(self.sees())
        so_far = len(self.agent.process.lines)
        self.assertEqual(self.join().returncode, 0, "a new token brings it back")
        self.agent.told("event=management-linked", so_far)

    def test_a_rogue_server_gets_no_token(self):
        token = self.invited()
        rogue = self.rogue()
        done = self.join(token, f"127.0.0.1:{rogue}")
        self.assertNotEqual(done.returncode, 0)
        self.agent.told("event=not-enrolled")
        self.assertNotIn(b"POST", self.heard)
        self.assertEqual(self.join(token).returncode, 0, "the token is good still")

    def rogue(self):
        """The port of another server with a certificate of its own; what it hears."""
        context = stranger(self.folder, "Sanctum CA")
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        self.heard = b""

        def serve():
            while True:
                try:
                    peer, _ = listener.accept()
                except OSError:
                    return
                try:
                    with context.wrap_socket(peer, server_side=True) as tls:
                        self.heard += tls.recv(65536)
                except OSError:
                    peer.close()
        threading.Thread(target=serve, daemon=True).start()
        return listener.getsockname()[1]


class NameServers(ManagedCase):
    def known(self):
        """The name servers that the agent uses, with how it knows each."""
        return json.loads(self.sanctl("status", "--output", "json").stdout)["name_servers"]

    def test_those_of_the_desired_state_are_used_and_no_others(self):
        own = [f"127.0.0.1:{self.server.port} (configured)"]
        self.assertEqual(self.known(), own)
        self.joined()
        self.agent.told("event=name-servers-not-named")
        self.assertEqual(self.known(), own)
        named = f"127.0.0.1:{free_port()}"
        self.restart(**{"agents.name_servers": [named]})
        self.agent.told(f"event=name-servers-named .*{named}")
        self.agent.told(f"event=not-registered server={named}")
        self.assertEqual(self.known(), [f"{named} (management server)"])
        self.server.stop()
        self.agent.process.kill()
        self.agent.start()
        self.assertEqual(self.known(), [f"{named} (management server)"], "it is kept")
        self.server.start()
        so_far = len(self.agent.process.lines)
        self.assertEqual(self.sanctl("leave", "--yes").returncode, 0)
        self.agent.told("event=registered ", so_far)
        self.assertEqual(self.known(), own)


class Discoveries(ManagedCase):
    STRANGER = "iqn.2024-01.org.example:array"

    def findings(self):
        return [one["text"] for one in self.ask("/findings")["findings"] if one["rule"] == "R23"]

    def test_foreign_targets_are_found_and_what_differs_is_told(self):
        foreign = SanAgent(self, case.agent(), [], entity="foreign", enforce_zones="false")
        foreign.setup.more += (f'[[target]]\nname = "{self.STRANGER}"\n\n[[access]]\ntarget = "{self.STRANGER}"\n'
                               'authentication = "none"\n\n')
        foreign.start()
        asked = f"127.0.0.1:{foreign.setup.port}"
        self.agent.setup.more += '[management]\ndiscover_every = "1s"\n\n'
        self.agent.reload()
        self.joined()
        self.assertEqual(self.ask("/discoveries")["items"], [])
        self.restart(**{"agents.discover_portals": [f"storage1={asked}", f"nobody={asked}"]})

        def found():
            items = self.ask("/discoveries")["items"]
            return {(one["asked"], one["target"], one["portal"], one["tag"], one["agent"]) for one in items}
        told = {(asked, name, f"{asked}/tcp", 1, "agent:storage1") for name in (TARGET, self.STRANGER)}
        eventually(lambda: found() == told, lambda: f"{found()}\n{self.agent.process.output()}")
        # One of them is registered, with another portal than that.
        eventually(lambda: any("not registered, by" in one and self.STRANGER in one for one in self.findings()) and
                   any(TARGET in one and f"{asked}/tcp" in one for one in self.findings()), lambda: str(self.findings()))
        self.assertIn(self.STRANGER, self.sanctl("discoveries").stdout)
        foreign.process.kill()
        eventually(lambda: [one["target"] for one in self.ask("/discoveries")["items"]] == [""],
                   lambda: str(self.ask("/discoveries")))
        self.agent.told("event=portal-silent")
        eventually(lambda: not self.findings(), lambda: str(self.findings()))


def ip(*words):
    return subprocess.run(["ip", *words], check=False, capture_output=True, text=True)


class Portals(ManagedCase):
    MEMBERS = ("interface", "prefix", "vlan", "mtu", "up")

    def serve_at(self, address):
        """One more portal of the agent, from its next start on."""
        self.agent.setup.more += f'[[portal]]\naddress = "{address}"\n\n'
        self.agent.stop()
        self.agent.start()

    def seen(self, address):
        portals = {one["address"]: one for one in self.ask("/portals")["items"]}
        one = portals.get(address + "/tcp")
        return one and one["interface"] and tuple(one[member] for member in self.MEMBERS)

    def comes_to_be_seen(self, address, wanted):
        eventually(lambda: self.seen(address) == wanted, lambda: f"{address}: {self.seen(address)}")

    def test_the_network_of_a_portal_is_told_and_follows_it(self):
        self.assertEqual(ip("link", "add", "lan0", "mtu", "1400", "type", "veth", "peer", "name", "lan1").returncode, 0)
        self.addCleanup(ip, "link", "delete", "lan0")
        for words in (("link", "set", "lan0", "up"), ("link", "set", "lan1", "up"),
                      ("address", "add", "198.51.100.1/24", "dev", "lan0")):
            self.assertEqual(ip(*words).returncode, 0, words)
        address = f"198.51.100.1:{free_port()}"
        self.serve_at(address)
        self.joined()
        self.comes_to_be_seen(address, ("lan0", 24, 0, 1400, True))
        self.comes_to_be_seen(f"127.0.0.1:{self.agent.setup.port}", ("lo", 8, 0, 65536, True))
        ip("link", "set", "lan0", "mtu", "1300")
        self.comes_to_be_seen(address, ("lan0", 24, 0, 1300, True))
        ip("link", "set", "lan1", "down")
        self.comes_to_be_seen(address, ("lan0", 24, 0, 1300, False))

    def test_a_vlan_is_told(self):
        ip("link", "add", "lan0", "type", "veth", "peer", "name", "lan1")
        self.addCleanup(ip, "link", "delete", "lan0")
        made = ip("link", "add", "link", "lan0", "name", "storage", "type", "vlan", "id", "7")
        if made.returncode:
            self.skipTest("this kernel has no VLANs: " + made.stderr.strip())
        for words in (("link", "set", "lan0", "up"), ("link", "set", "lan1", "up"), ("link", "set", "storage", "up"),
                      ("address", "add", "198.51.100.1/24", "dev", "storage")):
            self.assertEqual(ip(*words).returncode, 0, words)
        address = f"198.51.100.1:{free_port()}"
        self.serve_at(address)
        self.joined()
        self.comes_to_be_seen(address, ("storage", 24, 7, 1500, True))


class Chap(ManagedCase):
    def test_a_credential_of_the_server_is_what_it_takes(self):
        self.joined()
        self.zone_and_map()
        self.assertTrue(self.sees())
        host = Agent(self.port, self.folder_of_agents, "web1")
        self.addCleanup(host.close)
        status, answer = host.enrol(self.invite("web1", "host1", (HOST,))["token"])
        self.assertEqual(status, 200, answer)
        number = self.ask("/chap", "POST", {"initiator": HOST, "target": TARGET})["credential"]["id"]
        held = eventually(lambda: host.desired()["credentials"], "the host is given it")[0]
        secret = held["answer"][0]["secret"]
        eventually(lambda: "yes" in [end["holds"] for end in self.ask(f"/chap/{number}")["ends"]], "the target has it")
        good = self.agent.setup.url().replace("iscsi://", f"iscsi://{held['user_name']}%{secret}@")
        wrong = good.replace(secret, secret[::-1])
        eventually(lambda: self.inquiry(url=good).returncode == 0, "the secret opens")
        self.assertNotEqual(self.inquiry(url=wrong).returncode, 0)
        session = subprocess.Popen(["iscsi-perf", "-i", HOST, good], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        self.addCleanup(session.kill)
        eventually(lambda: self.ask(f"/chap/{number}")["proven_at"] > 0, "the login is known")
        eventually(lambda: self.records("target.refused"), "the refused login is recorded")
        session.kill()
        session.wait()
        assert_nowhere(self, "the log", self.agent.process.output(), (secret,), "AGENT-1001")
        self.rotate(number, host, good.replace(secret, "SECRET"))

    def rotate(self, number, host, url):
        """To a new secret, which a real login proves; the old one is taken until then."""
        self.ask(f"/chap/{number}/rotate", "POST", {"action": "rotate", "reason": "once a year"})

        def given(versions):
            held = host.desired()["credentials"][0]
            return held if [one["version"] for one in held["answer"]] == versions else None
        full = {"full": True, "targets": [], "units": [], "sessions": []}
        for versions in ([1], [2, 1]):
            held = eventually(lambda versions=versions: given(versions), f"the host answers with {versions}")
            host.report(credentials=[{"credential": number, "step": held["step"]}], **full)
            full = {}
        new, old = (one["secret"] for one in held["answer"])
        self.assertEqual(self.inquiry(url=url.replace("SECRET", old)).returncode, 0, "both are taken")
        session = subprocess.Popen(["iscsi-perf", "-i", HOST, url.replace("SECRET", new)], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        self.addCleanup(session.kill)
        eventually(lambda: self.ask(f"/chap/{number}")["version"] == 2, lambda: str(self.ask(f"/chap/{number}")))
        session.kill()
        session.wait()
        eventually(lambda: self.inquiry(url=url.replace("SECRET", old)).returncode != 0, "the old one goes")
        self.assertEqual(self.inquiry(url=url.replace("SECRET", new)).returncode, 0)


if __name__ == "__main__":
    case.main("openssl", "iscsi-inq", "iscsi-perf", uses_sanctl=True, uses_agent=True)
