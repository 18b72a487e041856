"""A stand-in for the cloud that answers at once and checks nothing, in a process of its own: ``python -m
benchmarks.upstream``, which prints its port."""

import json
import re
import socket
import threading

_TOKEN = json.dumps(
    {"token": {"issued_at": "2026-01-01T00:00:00.000000Z", "expires_at": "2026-01-02T00:00:00.000000Z"}}
).encode()
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class Cloud:
    """Keeps one rule: the one that was put last."""

    def __init__(self) -> None:
        self.rules = b"[]"

    def serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        rest = b""
        while True:
            while b"\r\n\r\n" not in rest:
                data = connection.recv(65536)
                if not data:
                    return
                rest += data
            head, _, rest = rest.partition(b"\r\n\r\n")
            found = _LENGTH.search(head)
            length = int(found[1]) if found else 0
            while len(rest) < length:
                rest += connection.recv(65536)
            body, rest = rest[:length], rest[length:]
            connection.sendall(self.answer(head, body))

    def answer(self, head: bytes, body: bytes) -> bytes:
        if head.startswith(b"POST /v3/auth/tokens"):
            return _answer(b"201 Created", _TOKEN, b"X-Subject-Token: bench-token\r\n")
        if head.startswith(b"GET "):
            return _answer(b"200 OK", self.rules)
        self.rules = b"[" + body + b"]"
        return _answer(b"204 No Content", b"")


def _answer(status: bytes, body: bytes, more: bytes = b"") -> bytes:
    kind = b"Content-Type: application/json\r\n" if body else b""
    return b"HTTP/1.1 %s\r\n%s%sContent-Length: %d\r\n\r\n%s" % (status, kind, more, len(body), body)


def main() -> None:
    cloud = Cloud()
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        print(listener.getsockname()[1], flush=True)
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=cloud.serve, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    main()
