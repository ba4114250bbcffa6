"""Everything that a server has, read by queries of a control node, and whether it hangs together."""

import collections

from actors import Domain, DomainSet
from lib import pdu
from lib.pdu import tlv

GROUPS = {  # what is asked of each type, its key first
    "entity": (pdu.EID, pdu.PERIOD, pdu.ENTITY_INDEX),
    "portal": (pdu.PORTAL_IP, pdu.PORTAL_PORT, pdu.PORTAL_NAME, pdu.PORTAL_INDEX),
    "node": (pdu.NAME, pdu.ALIAS, pdu.NODE_INDEX),
    "group": (pdu.PG_NAME, pdu.PG_IP, pdu.PG_PORT, pdu.PG_TAG, pdu.PG_INDEX),
}
NUMBERS = {pdu.PERIOD, pdu.ENTITY_INDEX, pdu.PORTAL_PORT, pdu.PORTAL_INDEX, pdu.NODE_INDEX, pdu.PG_PORT, pdu.PG_TAG,
           pdu.PG_INDEX, pdu.DD_ID, pdu.DDS_ID, pdu.DDS_STATUS, pdu.DD_NODE_INDEX}
ADDRESSES = {pdu.PORTAL_IP, pdu.PG_IP}


def readable(tag, value):
    if tag in NUMBERS:
        return int.from_bytes(value, "big")
    if tag in ADDRESSES:
        return ".".join(str(byte) for byte in value[12:])
    return value.rstrip(b"\0").decode()


def objects(answer, tags):
    """The objects of an answer, as (type's first tag, values in the order asked for); every attribute must be there."""
    values = collections.deque((tag, readable(tag, value)) for tag, value in answer.after_delimiter())
    layouts = {layout[0]: layout for layout in tags}
    while values:
        layout = layouts[values[0][0]]
        taken = [values.popleft() for _ in range(min(len(layout), len(values)))]
        if tuple(tag for tag, _ in taken) != layout:
            raise AssertionError(f"an object lacks attributes: {taken} instead of {layout}")
        yield layout[0], tuple(value for _, value in taken)


class Census:
    """One reading. `entities` by EID, as EntityActor describes them; `zones` by name: Domain and DomainSet."""

    def __init__(self, client):
        self._client = client
        self.indexes = []  # (kind, index, whose)
        self.entities = self._entities()
        self._complete()
        self.zones = self._zones()

    def _ask(self, key, *layouts):
        asked = b"".join(tlv(tag) for layout in layouts for tag in layout)
        return objects(self._client.ok(pdu.DEV_ATTR_QRY, key, asked), layouts)

    def _entities(self):
        found, entity = {}, None
        for first, values in self._ask(tlv(pdu.EID), *GROUPS.values()):
            kind = next(kind for kind, layout in GROUPS.items() if layout[0] == first)
            if kind == "entity":
                eid, period, _ = values
                entity = found[eid] = {"eid": eid, "period": period, "portals": {}, "nodes": {}, "groups": {}}
            elif kind == "portal":
                entity["portals"][values[:2]] = values[2]
            elif kind == "node":
                entity["nodes"][values[0]] = values[1]
            else:
                entity["groups"][values[:3]] = values[3]
            self.indexes.append((kind, values[-1], self._whose(kind, values)))
        return found

    @staticmethod
    def _whose(kind, values):
        return values[:{"entity": 1, "portal": 2, "node": 1, "group": 3}[kind]]

    def _complete(self):
        """Whatever there is of a type is in one of the entities."""
        for kind, key in (("portal", tlv(pdu.PORTAL_IP) + tlv(pdu.PORTAL_PORT)), ("node", tlv(pdu.NAME)),
                          ("group", tlv(pdu.PG_INDEX))):
            layout = GROUPS[kind]
            seen = sorted(self._whose(kind, values) for _, values in self._ask(key, layout))
            within = sorted(whose for k, _, whose in self.indexes if k == kind)
            if seen != within:
                raise AssertionError(f"there are {kind}s outside of entities: {sorted(set(seen) ^ set(within))}")

    def _zones(self):
        names, zones = {}, {}
        for _, (number, name) in self._ask(tlv(pdu.DD_ID), (pdu.DD_ID, pdu.DD_NAME)):
            members = set()
            for tag, value in self._client.ok(pdu.DEV_ATTR_QRY, tlv(pdu.DD_ID, number),
                                              tlv(pdu.DD_NODE_INDEX) + tlv(pdu.DD_NODE_NAME)).after_delimiter():
                if tag == pdu.DD_NODE_INDEX:
                    index = readable(tag, value)
                else:
                    members.add(readable(tag, value))
                    self.indexes.append(("node", index, (readable(tag, value),)))
            names[number] = name
            zones[name] = Domain(number, frozenset(members))
            self.indexes.append(("domain", number, name))
        for _, (number, name, status) in self._ask(tlv(pdu.DDS_ID), (pdu.DDS_ID, pdu.DDS_NAME, pdu.DDS_STATUS)):
            domains = self._client.ok(pdu.DEV_ATTR_QRY, tlv(pdu.DDS_ID, number), tlv(pdu.DD_ID)).after_delimiter()
            zones[name] = DomainSet(number, status == 1, frozenset(readable(tag, value) for tag, value in domains))
            self.indexes.append(("domain set", number, name))
            if not zones[name].domains <= names.keys():
                raise AssertionError(f"{name} has domains that are not there: {zones[name].domains - names.keys()}")
        return zones


class IndexBook:
    """Whose every index has ever been: it must never become another's."""

    def __init__(self):
        self._owners = {}

    def enter(self, indexes):
        for kind, index, whose in indexes:
            owner = self._owners.setdefault((kind, index), whose)
            if index == 0 or owner != whose:
                raise AssertionError(f"index {index} of a {kind} was {owner}'s and is now {whose}'s")
