"""The lines of an exported audit log, computed here from what docs/security/audit-log.md says; signatures by openssl."""

import hashlib
import os
import struct
import subprocess
from datetime import datetime, timezone

KINDS = ["server", "person", "agent", "control-node", "node", "token"]
TEXTS = ["actor", "origin", "event", "object", "code", "ticket", "reason"]
SPKI = bytes.fromhex("302a300506032b6570032100")  # of an Ed25519 key, before its 32 bytes


def seconds(text):
    return int(datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc).timestamp())


def canonical(record):
    """The bytes of a record that its hash is of."""
    def text(value):
        return struct.pack(">I", len(value.encode())) + value.encode()
    out = struct.pack(">BQQqBB", 1, record["sequence"], record["revision"], seconds(record["time"]),
                      KINDS.index(record["actorKind"]), ["done", "refused"].index(record["outcome"]))
    out += b"".join(text(record[name]) for name in TEXTS)
    out += struct.pack(">H", len(record["details"]))
    return out + b"".join(text(key) + text(value) for key, value in record["details"].items())


def link(previous, record):
    """The hash of a record behind the hash of the one before."""
    return hashlib.sha256(previous + canonical(record)).digest()


def signed_bytes(checkpoint):
    """What the signature of a checkpoint is over."""
    return (b"sanctum-audit-checkpoint-1\n" + struct.pack(">Q", checkpoint["sequence"]) + bytes.fromhex(checkpoint["hash"]) +
            struct.pack(">q", seconds(checkpoint["time"])) + hashlib.sha256(SPKI + bytes.fromhex(checkpoint["key"])).digest())


def openssl(*words, folder):
    return subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True).stdout


class Forger:
    """Somebody with a key of his own."""

    def __init__(self, folder):
        self.folder = folder
        openssl("genpkey", "-algorithm", "ed25519", "-out", "forger.pem", folder=folder)
        self.key = openssl("pkey", "-in", "forger.pem", "-pubout", "-outform", "DER", folder=folder)[len(SPKI):]
        self.fingerprint = hashlib.sha256(SPKI + self.key).hexdigest()

    def checkpoint(self, sequence, digest, time):
        made = {"sequence": sequence, "hash": digest.hex(), "time": time, "key": self.key.hex()}
        with open(os.path.join(self.folder, "message"), "wb") as file:
            file.write(signed_bytes(made))
        made["signature"] = openssl("pkeyutl", "-sign", "-inkey", "forger.pem", "-rawin", "-in", "message", folder=self.folder).hex()
        return {"checkpoint": made}
