"""A small iSNS codec (RFC 4171 5.1, 5.2), written apart from the product's so that the two check each other."""

import dataclasses
import ipaddress
import struct

CLIENT, SERVER, AUTH, REPLACE, LAST, FIRST = 0x8000, 0x4000, 0x2000, 0x1000, 0x0800, 0x0400
WHOLE = FIRST | LAST
RESPONSE = 0x8000

DEV_ATTR_REG, DEV_ATTR_QRY, DEV_GET_NEXT, DEV_DEREG = 1, 2, 3, 4
SCN_REG, SCN_DEREG, SCN_EVENT, SCN = 5, 6, 7, 8
DD_REG, DD_DEREG, DDS_REG, DDS_DEREG, ESI = 9, 0xA, 0xB, 0xC, 0xD

DELIMITER, EID, PROTOCOL, MGMT_IP, TIMESTAMP, PERIOD, ENTITY_INDEX = 0, 1, 2, 3, 4, 6, 7
PORTAL_IP, PORTAL_PORT, PORTAL_NAME, ESI_INTERVAL, ESI_PORT, PORTAL_INDEX, SCN_PORT = 16, 17, 18, 19, 20, 22, 23
NAME, NODE_TYPE, ALIAS, SCN_BITMAP, NODE_INDEX = 32, 33, 34, 35, 36
PG_NAME, PG_IP, PG_PORT, PG_TAG, PG_INDEX = 48, 49, 50, 51, 52
DDS_ID, DDS_NAME, DDS_STATUS, DD_ID, DD_NAME = 2049, 2050, 2051, 2065, 2066
DD_NODE_INDEX, DD_NODE_NAME, DD_PORTAL_IP, DD_PORTAL_PORT = 2067, 2068, 2071, 2072

TARGET, INITIATOR, CONTROL = 1, 2, 4
UDP = 0x10000


def text(value, padding=0):
    """NUL-terminated and padded to 4; `padding` adds that many NULs more."""
    raw = value.encode() + b"\0"
    return raw + b"\0" * (-len(raw) % 4 + padding)


def u32(value):
    return struct.pack(">I", value)


def address(value):
    ip = ipaddress.ip_address(value)
    return ip.packed if ip.version == 6 else b"\0" * 10 + b"\xff\xff" + ip.packed


def tlv(tag, value=b""):
    """One attribute; a value that is a str or an int is encoded as text or as 4 bytes."""
    raw = text(value) if isinstance(value, str) else u32(value) if isinstance(value, int) else value
    return struct.pack(">II", tag, len(raw)) + raw


def portal(ip, port, ip_tag=PORTAL_IP):
    return tlv(ip_tag, address(ip)) + tlv(ip_tag + 1, port)


def pdu(function, payload, xid=1, flags=CLIENT | WHOLE, sequence=0, version=1):
    return struct.pack(">HHHHHH", version, function, len(payload), flags, xid, sequence) + payload


@dataclasses.dataclass
class Message:
    """One PDU as received: header fields, the status of a response (None in a request) and the attributes in order."""

    function: int
    flags: int
    xid: int
    sequence: int
    status: int | None
    attributes: list
    raw: bytes

    def values(self, tag):
        """The raw values of all attributes with this tag."""
        return [value for t, value in self.attributes if t == tag]

    def texts(self, tag):
        return [value.rstrip(b"\0").decode() for value in self.values(tag)]

    def numbers(self, tag):
        return [int.from_bytes(value, "big") for value in self.values(tag) if value]

    def after_delimiter(self):
        tags = [t for t, _ in self.attributes]
        return self.attributes[tags.index(DELIMITER) + 1:] if DELIMITER in tags else []


HEADER_SIZE = 12


def payload_length(header):
    return struct.unpack(">H", header[4:6])[0]


def decode(raw):
    version, function, length, flags, xid, sequence = struct.unpack(">HHHHHH", raw[:HEADER_SIZE])
    if version != 1 or len(raw) != HEADER_SIZE + length:
        raise AssertionError(f"not one iSNS PDU: {raw.hex()}")
    payload, status = raw[HEADER_SIZE:], None
    if function & RESPONSE:
        status, payload = int.from_bytes(payload[:4], "big"), payload[4:]
    return Message(function, flags, xid, sequence, status, attributes_of(payload), raw)


def attributes_of(payload):
    found = []
    while payload:
        if len(payload) < 8:
            raise AssertionError(f"attribute header cut short: {payload.hex()}")
        tag, length = struct.unpack(">II", payload[:8])
        if length % 4 or len(payload) < 8 + length:
            raise AssertionError(f"attribute {tag}: bad length {length}: {payload.hex()}")
        found.append((tag, payload[8:8 + length]))
        payload = payload[8 + length:]
    return found
