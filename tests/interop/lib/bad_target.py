"""A target that does not do what it should: it answers each login in the same wrong way."""

import socket
import struct
import threading

HEADER = 48


def login_response(request, status=0, text=b""):
    """To the login request, of this status (class and detail)."""
    header = bytearray(HEADER)
    header[0] = 0x23
    header[5:8] = len(text).to_bytes(3, "big")
    header[8:20] = request[8:20]  # ISID, TSIH, task tag
    command = struct.unpack(">I", request[24:28])[0]
    header[24:36] = struct.pack(">III", 1, command, command)
    header[36:38] = status.to_bytes(2, "big")
    return bytes(header) + text + bytes(-len(text) % 4)


class BadTarget:
    """Listens on 127.0.0.1:port. `answer(request header)` gives the bytes that come back, and then nothing more."""

    def __init__(self, test, answer):
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self.logins = 0
        self._answer = answer
        self._open = []
        test.addCleanup(self.close)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                peer, _ = self._listener.accept()
                self._open.append(peer)
                peer.settimeout(5)
                request = b""
                while len(request) < HEADER:
                    more = peer.recv(HEADER - len(request))
                    if not more:
                        break
                    request += more
                if len(request) == HEADER:
                    self.logins += 1
                    peer.sendall(self._answer(request))
            except TimeoutError:
                continue
            except OSError:
                if self._listener.fileno() < 0:
                    return

    def close(self):
        self._listener.close()
        for peer in self._open:
            peer.close()
