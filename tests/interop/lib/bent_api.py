"""A management server that behaves badly: it passes on what a real one answers, bent by the test."""

import http.server
import json
import threading

from lib.test_agent import Https, stranger
from support.ports import free_port

CUT = object()     # in place of a line: the stream ends
SILENT = object()  # in place of an answer: nothing, until the test ends


class BentApi:
    """In front of the server at `port`. `bend` gets path, status and body of each answer and gives what is sent instead:
    (status, bytes), (status, JSON), or SILENT; a body that is a Cut comes by half. `line` gets each line of the stream of
    events and gives it, another one, or CUT. `asked` has the paths.
    """

    def __init__(self, test, port):
        self.real, self.port = port, free_port()
        self.bend = lambda path, status, body: (status, body)
        self.line = lambda line: line
        self.asked = []
        self._over = threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                outer.serve(self)

            do_GET = do_POST = do_PATCH = do_DELETE = answer

            def log_message(self, *words):
                pass

        self._folder = test.server.folder
        context = self.context()
        context.sni_callback = self._on_hello
        self.later = None  # the context of connections after the first one
        self._hellos = 0
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler, bind_and_activate=False)
        self._server.daemon_threads = True
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._server.handle_error = lambda *_: None
        self._server.server_bind()
        self._server.server_activate()
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        test.addCleanup(self.end)

    def context(self):
        """Of an authority of its own, which is also the server's certificate."""
        return stranger(self._folder, "Bent CA")

    def _on_hello(self, connection, _name, _context):
        self._hellos += 1
        if self._hellos > 1 and self.later is not None:
            connection.context = self.later

    def end(self):
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def gate(self, path):
        """Answers to this path wait for it."""
        gate = threading.Event()
        before = self.bend

        def bent(asked, status, body):
            if asked.split("?")[0] == path:
                gate.wait(60)
            return before(asked, status, body)
        self.bend = bent
        return gate

    def count(self, path):
        return sum(1 for one in self.asked if one.split("?")[0] == path)

    def serve(self, request):
        path = request.path.removeprefix("/api/v1")
        self.asked.append(path)
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        real = Https(self.real)
        try:
            token = (request.headers.get("Authorization") or "").removeprefix("Bearer ")
            real.send(request.command, path, json.loads(body) if body else None, token or None)
            if path.startswith("/events"):
                return self.pass_events(request, real)
            bent = self.bend(path, *real.whole())
        finally:
            real.close()
        if bent is SILENT:
            request.close_connection = True
            return self._over.wait()
        return self.send(request, *bent)

    def send(self, request, status, body):
        whole = body if isinstance(body, bytes) else json.dumps(body).encode()
        cut = isinstance(body, Cut)
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(whole)))
        request.end_headers()
        request.wfile.write(whole[:len(whole) // 2] if cut else whole)
        request.wfile.flush()
        request.close_connection = True

    def pass_events(self, request, real):
        stream = real.stream()
        request.send_response(200)
        request.send_header("Content-Type", "text/event-stream")
        request.end_headers()
        request.close_connection = True
        while not self._over.is_set():
            line = stream.readline()
            if not line:
                return
            bent = self.line(line)
            if bent is CUT:
                return
            request.wfile.write(bent)
            request.wfile.flush()


class Cut(bytes):
    """A body of which the half comes."""
