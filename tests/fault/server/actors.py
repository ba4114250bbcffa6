"""Clients that change a registry and know what of it was acknowledged.

An actor has one connection with some requests outstanding on it and is the only one that changes its objects. The server
commits what one connection asks in its order. So after a crash the objects of an actor must be as the acknowledged
requests left them, with the first k of the outstanding ones done, for some k: `settle` finds the least or complains.
Every value of an entity carries the number of the request that wrote it, so that a mixture shows.
"""

import dataclasses
import itertools
import socket
import typing

from lib import pdu
from lib.pdu import portal, tlv
from lib.servers import CONTROL

SLOTS = 10  # entities of one actor


@dataclasses.dataclass
class Request:
    """One request: its bytes, the state of the actor after it, and who looks at the answer."""

    xid: int
    raw: bytes
    after: object
    look: typing.Callable = None


class Actor:
    """The connection and the bookkeeping; what to ask and what it does is for those derived from it."""

    def __init__(self, number, rng, depth):
        self.number, self.rng, self.depth = number, rng, depth
        self.state = {}  # as acknowledged
        self.outstanding = []
        self.acknowledged = 0  # changes, since connect()
        self._xids = itertools.count(1)
        self._socket = None
        self._input = b""

    def connect(self, port):
        self._socket = socket.create_connection(("127.0.0.1", port), 20)
        self._socket.setblocking(False)
        self._input = b""
        self.outstanding.clear()
        self.acknowledged = 0

    def fileno(self):
        return self._socket.fileno()

    def close(self):
        self._socket.close()

    def newest(self):
        """The state after everything that was asked for."""
        return self.outstanding[-1].after if self.outstanding else self.state

    def ask(self):
        """Sends new requests until `depth` are outstanding. False: the connection is gone."""
        raw = b""
        while len(self.outstanding) < self.depth:
            request = self.next_request(next(self._xids) % 0x8000)
            self.outstanding.append(request)
            raw += request.raw
        try:
            # Some kilobytes at most: an empty socket takes them whole.
            return not raw or self._socket.send(raw) == len(raw)
        except (BrokenPipeError, ConnectionResetError):
            return False

    def take(self):
        """Takes the answers that have come. False: the connection is gone."""
        try:
            data = self._socket.recv(1 << 18)
        except BlockingIOError:
            return True
        except ConnectionResetError:
            return False
        self._input += data
        while len(self._input) >= pdu.HEADER_SIZE:
            size = pdu.HEADER_SIZE + pdu.payload_length(self._input)
            if len(self._input) < size:
                break
            answer, self._input = pdu.decode(self._input[:size]), self._input[size:]
            self._acknowledge(answer)
        return bool(data)

    def _acknowledge(self, answer):
        request = self.outstanding.pop(0)
        if answer.xid != request.xid or answer.status != 0:
            raise AssertionError(f"actor {self.number}: status {answer.status} for {request.raw.hex()}: {answer.raw.hex()}")
        if request.look:
            request.look(answer)
        # Only now: what `look` learned (an id) belongs to the state.
        self.acknowledged += request.after != self.state
        self.state = request.after

    def settle(self, found):
        """What a census found of this actor's objects; how many outstanding requests were done."""
        candidates = [self.state, *(request.after for request in self.outstanding)]
        for done, candidate in enumerate(candidates):
            if self.agrees(candidate, found):
                self.adopt(candidate, found)
                return done
        raise AssertionError(f"actor {self.number} finds what it never asked for, or not what was acknowledged:\n"
                             f"found        {found}\nacknowledged {self.state}\n" +
                             "\n".join(f"outstanding  {request.after}" for request in self.outstanding))

    def agrees(self, candidate, found):
        return candidate == found

    def adopt(self, candidate, _found):
        self.state = candidate

    def pdu(self, function, xid, key, operating=None, source=CONTROL, flags=0):
        payload = tlv(pdu.NAME, source) + key
        if operating is not None:
            payload += tlv(pdu.DELIMITER) + operating
        return pdu.pdu(function, payload, xid, pdu.CLIENT | pdu.WHOLE | flags)


def eid_of(actor, slot):
    return f"kill{actor}-{slot}"


def name_of(actor, slot):
    return f"iqn.2024-01.org.example:kill{actor}.{slot}"


class EntityActor(Actor):
    """Registers, updates, replaces and deregisters entities. State: {slot: the request that wrote it last}."""

    def __init__(self, number, rng, depth):
        super().__init__(number, rng, depth)
        self._versions = itertools.count(1)
        self.indexes = []  # that answers told, as a census has them

    def addresses(self, slot):
        return [f"10.{self.number}.{slot}.{n}" for n in range(1 + slot % 2)]

    def entity(self, slot, version):
        """What a census must find of a slot."""
        addresses = self.addresses(slot)
        return {"eid": eid_of(self.number, slot), "period": 10_000 + version,
                "portals": {(ip, 3260): f"v{version}" for ip in addresses},
                "nodes": {name_of(self.number, slot): f"v{version}"},
                "groups": {(name_of(self.number, slot), ip, 3260): version % 60_000 for ip in addresses}}

    def expected(self, state):
        return {slot: self.entity(slot, version) for slot, version in state.items()}

    def agrees(self, candidate, found):
        return self.expected(candidate) == found

    def next_request(self, xid):
        state = self.newest()
        slot = self.rng.randrange(SLOTS)
        if slot not in state:
            return self._register(xid, slot, state, b"")
        choice = self.rng.random()
        if choice < 0.2:
            return self._query(xid, slot, state)
        if choice < 0.5:
            return self._deregister(xid, slot, state)
        replace = pdu.REPLACE if choice < 0.65 else 0
        return self._register(xid, slot, state, tlv(pdu.EID, eid_of(self.number, slot)), replace)

    def _register(self, xid, slot, state, key, flags=0):
        version = next(self._versions)
        name, text, addresses = name_of(self.number, slot), f"v{version}", self.addresses(slot)
        operating = (tlv(pdu.EID, eid_of(self.number, slot)) + tlv(pdu.PROTOCOL, 2) + tlv(pdu.PERIOD, 10_000 + version) +
                     b"".join(portal(ip, 3260) + tlv(pdu.PORTAL_NAME, text) for ip in addresses) +
                     tlv(pdu.NAME, name) + tlv(pdu.NODE_TYPE, pdu.TARGET) + tlv(pdu.ALIAS, text) +
                     tlv(pdu.PG_TAG, version % 60_000) + b"".join(portal(ip, 3260, pdu.PG_IP) for ip in addresses))
        raw = self.pdu(pdu.DEV_ATTR_REG, xid, key, operating, name, flags)
        return Request(xid, raw, {**state, slot: version})

    def _deregister(self, xid, slot, state):
        name = name_of(self.number, slot)
        # The whole entity, or all that is in it, with which it goes too.
        what = tlv(pdu.EID, eid_of(self.number, slot)) if self.rng.random() < 0.5 else (
            tlv(pdu.NAME, name) + b"".join(portal(ip, 3260) for ip in self.addresses(slot)))
        return Request(xid, self.pdu(pdu.DEV_DEREG, xid, b"", what, name), {s: v for s, v in state.items() if s != slot})

    def _query(self, xid, slot, state):
        name = name_of(self.number, slot)

        def look(answer):
            if answer.texts(pdu.ALIAS) != [f"v{state[slot]}"]:
                raise AssertionError(f"actor {self.number} does not see its own change: {answer}")
            self.indexes.append(("node", answer.numbers(pdu.NODE_INDEX)[0], (name,)))
            self.indexes.append(("entity", answer.numbers(pdu.ENTITY_INDEX)[0], (eid_of(self.number, slot),)))
        asked = tlv(pdu.ALIAS) + tlv(pdu.NODE_INDEX) + tlv(pdu.ENTITY_INDEX)
        return Request(xid, self.pdu(pdu.DEV_ATTR_QRY, xid, tlv(pdu.NAME, name), asked, name), state, look)


@dataclasses.dataclass(frozen=True)
class Domain:
    id: int | None  # None: the answer that tells it has not come
    members: frozenset


@dataclasses.dataclass(frozen=True)
class DomainSet:
    id: int | None
    enabled: bool
    domains: frozenset  # ids


class DomainActor(Actor):
    """A control node that makes, changes and removes domains and sets. State: {name: Domain or DomainSet}."""

    def __init__(self, number, rng, nodes):
        super().__init__(number, rng, 1)  # one outstanding: it must know an id before it can use it
        self._nodes = nodes
        self._serial = itertools.count(1)

    def agrees(self, candidate, found):
        return candidate.keys() == found.keys() and all(
            dataclasses.replace(thing, id=found[name].id) == found[name] and thing.id in (None, found[name].id)
            for name, thing in candidate.items())

    def adopt(self, _candidate, found):
        self.state = found

    def next_request(self, xid):
        domains = {name: thing for name, thing in self.state.items() if isinstance(thing, Domain)}
        sets = {name: thing for name, thing in self.state.items() if isinstance(thing, DomainSet)}
        makers = [self._make_domain] * (len(domains) < 6) + [self._make_set] * (0 < len(domains) and len(sets) < 4)
        changers = [self._add_members, self._remove_members, self._remove_domain] if domains else []
        if sets:
            changers += [self._switch_set, self._remove_from_set, self._remove_set]
        return self.rng.choice(makers * 2 + changers)(xid, domains, sets)

    def _some_nodes(self):
        return self.rng.sample(self._nodes, 3)

    def _with(self, name, thing):
        return {**self.state, name: thing}

    def _named(self, name, tag, thing, raw, xid):
        request = Request(xid, raw, self._with(name, thing))

        def look(answer):
            request.after[name] = dataclasses.replace(thing, id=answer.numbers(tag)[0])
        request.look = look
        return request

    def _make_domain(self, xid, _domains, _sets):
        name, members = f"domain{self.number}-{next(self._serial)}", self._some_nodes()
        operating = tlv(pdu.DD_NAME, name) + b"".join(tlv(pdu.DD_NODE_NAME, member) for member in members)
        return self._named(name, pdu.DD_ID, Domain(None, frozenset(members)), self.pdu(pdu.DD_REG, xid, b"", operating), xid)

    def _make_set(self, xid, domains, _sets):
        name, wanted = f"set{self.number}-{next(self._serial)}", self._some_ids(domains)
        operating = tlv(pdu.DDS_NAME, name) + tlv(pdu.DDS_STATUS, 1) + b"".join(tlv(pdu.DD_ID, i) for i in wanted)
        return self._named(name, pdu.DDS_ID, DomainSet(None, True, frozenset(wanted)),
                           self.pdu(pdu.DDS_REG, xid, b"", operating), xid)

    def _some_ids(self, domains):
        return sorted(self.rng.sample([d.id for d in domains.values()], self.rng.randint(1, min(3, len(domains)))))

    def _add_members(self, xid, domains, _sets):
        name, domain = self.rng.choice(list(domains.items()))
        more = self._some_nodes()
        raw = self.pdu(pdu.DD_REG, xid, tlv(pdu.DD_ID, domain.id), b"".join(tlv(pdu.DD_NODE_NAME, m) for m in more))
        return Request(xid, raw, self._with(name, Domain(domain.id, domain.members | frozenset(more))))

    def _remove_members(self, xid, domains, _sets):
        name, domain = self.rng.choice(list(domains.items()))
        if len(domain.members) < 2:
            return self._add_members(xid, domains, _sets)
        gone = self.rng.sample(sorted(domain.members), 2)
        raw = self.pdu(pdu.DD_DEREG, xid, tlv(pdu.DD_ID, domain.id), b"".join(tlv(pdu.DD_NODE_NAME, m) for m in gone))
        return Request(xid, raw, self._with(name, Domain(domain.id, domain.members - frozenset(gone))))

    def _remove_domain(self, xid, domains, _sets):
        name, domain = self.rng.choice(list(domains.items()))
        after = {n: dataclasses.replace(thing, domains=thing.domains - {domain.id}) if isinstance(thing, DomainSet) else thing
                 for n, thing in self.state.items() if n != name}
        return Request(xid, self.pdu(pdu.DD_DEREG, xid, tlv(pdu.DD_ID, domain.id), b""), after)

    def _switch_set(self, xid, domains, sets):
        name, chosen = self.rng.choice(list(sets.items()))
        more = self._some_ids(domains) if domains else []
        operating = tlv(pdu.DDS_STATUS, int(not chosen.enabled)) + b"".join(tlv(pdu.DD_ID, i) for i in more)
        raw = self.pdu(pdu.DDS_REG, xid, tlv(pdu.DDS_ID, chosen.id), operating)
        return Request(xid, raw, self._with(name, DomainSet(chosen.id, not chosen.enabled, chosen.domains | frozenset(more))))

    def _remove_from_set(self, xid, domains, sets):
        name, chosen = self.rng.choice(list(sets.items()))
        if not chosen.domains:
            return self._switch_set(xid, domains, sets)
        gone = self.rng.choice(sorted(chosen.domains))
        raw = self.pdu(pdu.DDS_DEREG, xid, tlv(pdu.DDS_ID, chosen.id), tlv(pdu.DD_ID, gone))
        return Request(xid, raw, self._with(name, dataclasses.replace(chosen, domains=chosen.domains - {gone})))

    def _remove_set(self, xid, _domains, sets):
        name, chosen = self.rng.choice(list(sets.items()))
        raw = self.pdu(pdu.DDS_DEREG, xid, tlv(pdu.DDS_ID, chosen.id), b"")
        return Request(xid, raw, {n: thing for n, thing in self.state.items() if n != name})
