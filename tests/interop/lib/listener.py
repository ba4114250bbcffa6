"""Where a raw client takes SCN and ESI messages over TCP, and what the server did to deliver them."""

import queue
import socket
import threading

from lib import pdu
from lib.process import PATIENCE


class Listener:
    """Takes any number of connections, answers each message as told, and remembers how many were open at once."""

    def __init__(self, test, answer_flags=pdu.SERVER, answers=True, host="127.0.0.1", illumos=False):
        self._answer_flags = answer_flags | pdu.WHOLE
        self._answers = answers
        self._illumos = illumos  # answers as illumos' initiator: an xid of its own, a delimiter behind, and it closes
        self._socket = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        self.port = self._socket.getsockname()[1]
        test.capture.ports.add(self.port)
        test.addCleanup(self.close)
        self.messages = queue.Queue()
        self._lock = threading.Lock()
        self._open = 0
        self.most_open = 0
        self._connections = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._socket.close()
        for connection in self._connections:
            connection.close()

    def next(self, patience=PATIENCE):
        try:
            return self.messages.get(timeout=patience)
        except queue.Empty:
            raise AssertionError(f"no message came to port {self.port}") from None

    def _accept(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._connections.append(connection)
            with self._lock:
                self._open += 1
                self.most_open = max(self.most_open, self._open)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            with connection.makefile("rwb") as stream:
                while header := stream.read(pdu.HEADER_SIZE):
                    message = pdu.decode(header + stream.read(pdu.payload_length(header)))
                    if self._answers:
                        stream.write(self._answer_to(message))
                        stream.flush()
                    self.messages.put(message)
                    if self._illumos:
                        break
        except (OSError, ValueError):
            pass  # closed by either side
        finally:
            with self._lock:
                self._open -= 1

    def _answer_to(self, message):
        # An SCNRsp carries the destination's name, an ESIRsp the attributes of the inquiry.
        told = message.attributes[:1] if message.function == pdu.SCN else message.attributes
        payload = pdu.u32(0) + b"".join(pdu.tlv(tag, value) for tag, value in told)
        xid = message.xid
        if self._illumos:
            payload, xid = payload + pdu.tlv(pdu.DELIMITER), 1
        return pdu.pdu(message.function | pdu.RESPONSE, payload, xid, self._answer_flags)
