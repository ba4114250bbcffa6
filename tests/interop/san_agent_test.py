#!/usr/bin/env python3
"""san-agent registered with a name server, ours and open-isns' isnsd: it stays registered whatever happens, and its
targets let in whom the zoning lets in. Initiators are libiscsi's."""

import os
import socket

from lib import case, pdu
from lib.isnsadm import Isnsadm, having
from lib.iscsi_initiator import Initiator, Place, ProtocolError
from lib.process import eventually
from lib.san_agent import TARGET, SanAgent
from lib.servers import ADAPTERS, Policy

NO_NOTICE = "it tells nobody that a domain has lost a member; the agent sees it when it asks again, each minute"
HOST = "iqn.2026-01.org.example:host"
OTHER = "iqn.2026-01.org.example:other"


class AgentTest(case.InteropTest):
    # In open-isns a control node, too, sees only those that are in a domain.
    policy = Policy(default_domain=True)

    def setUp(self):
        super().setUp()
        self.control = Isnsadm.control(self)

    def agent(self, *servers, **isns):
        agent = SanAgent(self, case.agent(), servers or [self.server.port], **isns)
        self.capture.ports.add(agent.notice_port)
        return agent

    def registered(self):
        return having(self.control.list("nodes"), pdu.NAME)

    def wait_until_registered(self):
        eventually(lambda: TARGET in self.registered(), "the target is registered")

    def host(self, name=HOST, entity="host", address="127.0.0.21"):
        Isnsadm(self, name).register(f"entity={entity}", "initiator", f"portal={address}:860/tcp")


class Registration(AgentTest):
    def test_the_target_its_portal_and_their_group_are_registered_in_one_entity(self):
        agent = self.agent().start()
        self.wait_until_registered()
        self.assertEqual(having(self.control.list("entities"), pdu.EID), ["store"])
        self.assertEqual(having(self.control.list("portals"), pdu.PORTAL_IP), ["127.0.0.1"])
        groups = self.control.list("portal-groups")
        self.assertEqual(having(groups, pdu.PG_NAME), [TARGET])
        agent.told("event=registered .*entity=store nodes=1")

    def test_every_message_of_it_is_answered_with_status_0(self):
        agent = self.agent().start()
        agent.told("event=registered ")
        agent.stop()
        statuses = [seen.message.status for seen in self.pdus() if seen.message.function in (0x8001, 0x8002, 0x8004, 0x8005)]
        self.assertGreaterEqual(len(statuses), 4)
        self.assertEqual(set(statuses), {0})

    def test_a_clean_end_takes_the_registration_back(self):
        agent = self.agent().start()
        self.wait_until_registered()
        agent.stop()
        self.assertEqual(self.control.list("entities"), [])
        self.assertEqual(self.registered(), [])

    def test_after_a_kill_it_registers_anew_and_only_once(self):
        agent = self.agent().start()
        self.wait_until_registered()
        agent.process.kill()
        agent.start()
        agent.told("event=registered ")
        self.assertEqual(self.registered(), [TARGET])
        self.assertEqual(len(self.control.list("portals")), 1)

    def test_a_restarted_server_has_it_again(self):
        agent = self.agent().start()
        agent.told("event=registered ")  # it hears of it after the server has it
        so_far = len(agent.process.lines)
        self.server.stop()
        agent.told("event=not-registered", so_far)
        self.server.start()
        agent.told("event=registered ", so_far)
        self.assertEqual(self.registered(), [TARGET])

    def test_a_server_that_lost_its_database_gets_it_again(self):
        agent = self.agent().start()
        agent.told("event=registered ")  # it hears of it after the server has it
        so_far = len(agent.process.lines)
        self.server.stop()
        self.forget_all()
        self.server.start()
        agent.told("event=registered ", so_far)
        self.assertEqual(self.registered(), [TARGET])

    def forget_all(self):
        for name in os.listdir(self.folder):
            if name.startswith(("registry.db", "isnsd.db")):
                path = f"{self.folder}/{name}"
                if os.path.isdir(path):
                    for file in os.listdir(path):
                        os.remove(f"{path}/{file}")
                else:
                    os.remove(path)

    def test_inquiries_are_answered(self):
        self.agent(esi_interval='"2s"').start()
        self.wait_until_registered()
        eventually(lambda: any(seen.message.function == 0x800D for seen in self.pdus()), "an ESI is answered")

    def test_a_name_server_that_comes_by_a_reload_brings_notices_to_the_port_that_is_configured(self):
        agent = self.agent()
        agent.use([])
        agent.start()
        agent.use([self.server.port])
        agent.reload()
        agent.told("event=registered")
        socket.create_connection(("127.0.0.1", agent.notice_port), 5).close()

    def test_nobody_but_a_name_server_brings_notices(self):
        agent = self.agent().start()
        agent.told("event=registered")
        stranger = socket.create_connection(("127.0.0.1", agent.notice_port), 5, ("127.0.0.77", 0))
        self.assertEqual(stranger.recv(1), b"", "it is closed at once")
        stranger.close()
        agent.told("event=notice-refused peer=127.0.0.77")

    def test_a_second_agent_with_the_same_target_is_told_and_not_fought(self):
        self.agent().start()
        self.wait_until_registered()
        second = self.agent(entity="impostor").start()
        second.told("event=not-registered .*refused")
        self.assertEqual(having(self.control.list("entities"), pdu.EID), ["store"])


class Period(AgentTest):
    policy = Policy(default_domain=True, period=20, esi=False)

    def test_it_is_kept_by_asking(self):
        agent = self.agent(period='"20s"', esi_interval='"0s"').start()
        agent.told("event=registered .*period=20")
        # Without a sign of life the registration would end after 20 s.
        eventually(lambda: sum(seen.message.function == 0x0002 for seen in self.pdus()) >= 3, "it asks after its node", 30)
        self.assertEqual(self.registered(), [TARGET])


class Failover(AgentTest):
    def test_when_its_server_goes_the_next_one_has_it_within_seconds(self):
        os.makedirs(f"{self.folder}/second")
        second = ADAPTERS[self.server.name](f"{self.folder}/second", self.policy, self.server.program
                                            if hasattr(self.server, "program") else "")
        self.capture.ports.add(second.port)
        second.start()
        self.addCleanup(second.stop)
        agent = self.agent(self.server.port, second.port).start()
        agent.told("event=registered ")  # it hears of it after the server has it
        so_far = len(agent.process.lines)
        self.server.process.kill()
        agent.told(f"event=registered .*:{second.port}", so_far)
        self.server.start()


class Zoning(AgentTest):
    policy = Policy()

    def setUp(self):
        super().setUp()
        self.host()
        self.running = self.agent()
        self.running.start()
        self.running.told("event=registered")

    def zone(self, *members):
        return self.raw().zone("zone1", *members)

    def leave(self, domain, member):
        self.raw().ok(pdu.DD_DEREG, pdu.tlv(pdu.DD_ID, domain), pdu.tlv(pdu.DD_NODE_NAME, member))

    @case.fails_on("open-isns", NO_NOTICE)
    def test_who_shares_no_domain_is_refused_and_who_does_is_let_in(self):
        self.assertFalse(self.running.lets_in(HOST))
        domain = self.zone(HOST, TARGET)
        self.running.comes_to_let_in(HOST)
        self.assertFalse(self.running.lets_in(OTHER))
        self.leave(domain, HOST)
        self.running.comes_to_refuse(HOST)

    @case.fails_on("open-isns", NO_NOTICE)
    def test_a_living_session_ends_when_its_zone_goes(self):
        domain = self.zone(HOST, TARGET)
        self.running.comes_to_let_in(HOST)
        session = Initiator(Place.of(self.running.setup.url()), HOST, patience=20)
        self.assertEqual(session.command(b"\0" * 6).status in (0, 2), True)
        self.leave(domain, HOST)
        # That of iscsi-inq has logged out by itself.
        self.running.told('event=session-ended .*why=(?!"logged out")')
        with self.assertRaises((OSError, ProtocolError)):
            for _ in range(3):
                session.command(b"\0" * 6)
        session.close()

    def test_who_comes_into_the_zone_is_let_in(self):
        self.assertFalse(self.running.lets_in(HOST))
        self.zone(HOST, TARGET)
        self.running.comes_to_let_in(HOST)
        self.assertFalse(self.running.lets_in(OTHER))

    def test_without_the_server_the_last_zones_hold_also_over_a_restart(self):
        self.zone(HOST, TARGET)
        self.running.comes_to_let_in(HOST)
        self.server.process.kill()
        self.running.told("event=not-registered")
        self.assertTrue(self.running.lets_in(HOST))
        eventually(lambda: self.running.keeps() == {TARGET: [HOST]}, "that is saved")
        self.running.process.kill()
        self.running.start()
        self.assertTrue(self.running.lets_in(HOST))
        self.assertFalse(self.running.lets_in(OTHER))
        self.server.start()


if __name__ == "__main__":
    case.main("isnsadm", "iscsi-inq", uses_agent=True)
