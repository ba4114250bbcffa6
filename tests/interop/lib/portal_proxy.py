"""A portal that passes all on to another one, until it is cut or falls silent."""

import selectors
import socket
import threading

from support.ports import free_port


class PortalProxy:
    """Listens on 127.0.0.1:port. One thread moves the bytes."""

    def __init__(self, to_port, to_host="127.0.0.1"):
        self.to = (to_host, to_port)
        self.port = free_port()
        self._lock = threading.Lock()
        self._silent = False
        self._listener = None
        self._pairs = {}  # each socket and its other side
        self._selector = selectors.DefaultSelector()
        self._running = True
        self.mend()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def portal(self):
        return f"127.0.0.1:{self.port}"

    def mend(self):
        """New connections are passed on; those that were held back end."""
        with self._lock:
            self._drop()
            self._silent = False
            if self._listener is None:
                self._listener = socket.socket()
                self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                self._listener.bind(("127.0.0.1", self.port))
                self._listener.listen(16)
                self._selector.register(self._listener, selectors.EVENT_READ)

    def cut(self):
        """Connections end, and none can be made."""
        with self._lock:
            if self._listener is not None:
                self._selector.unregister(self._listener)
                self._listener.close()
                self._listener = None
            self._drop()

    def silence(self):
        """Nothing is passed on any more, and nobody hears of it."""
        with self._lock:
            self._silent = True

    def strand(self):
        """What is connected passes nothing on any more, and its ends do not hear of each other; what is new is passed
        on. The near and the far sides, which are the caller's now.
        """
        with self._lock:
            pairs, self._pairs = self._pairs, {}
            for each in pairs:
                self._selector.unregister(each)
            return [(near, far) for near, far in pairs.items() if near.getsockname()[1] == self.port]

    def close(self):
        self.cut()
        self._running = False
        self._thread.join()
        self._selector.close()

    def _drop(self):
        for each in list(self._pairs):
            self._forget(each)

    def _forget(self, one):
        if one in self._pairs:
            self._selector.unregister(one)
            del self._pairs[one]
            one.close()

    def _run(self):
        while self._running:
            ready = self._selector.select(0.05)
            with self._lock:
                if self._silent:
                    threading.Event().wait(0.01)  # what comes stays in the kernel
                    continue
                for key, _ in ready:
                    self._serve(key.fileobj)

    def _serve(self, one):
        if one is self._listener:
            near, _ = one.accept()
            try:
                far = socket.create_connection(self.to, timeout=5)
            except OSError:
                near.close()
                return
            for each, other in ((near, far), (far, near)):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._pairs[each] = other
                self._selector.register(each, selectors.EVENT_READ)
            return
        other = self._pairs.get(one)
        if other is None:
            return
        try:
            data = one.recv(1 << 18)
            if data:
                other.sendall(data)
                return
        except OSError:
            pass
        self._forget(one)
        self._forget(other)
