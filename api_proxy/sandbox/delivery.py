"""The bytes of an answer, in the pieces in which they go out; with a fault, fewer or slower ones."""

import gzip
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from http.client import responses
from itertools import repeat

from .answers import Answer
from .faults import Fault

BODILESS = {204, 304}
_BLOCK = 65536


@dataclass(frozen=True)
class Delivery:
    """A head, a body of a known length, and whether they are all the caller is told to expect."""

    head: bytes
    body: Iterable[bytes]
    whole: bool = True

    def pieces(self) -> Iterator[bytes]:
        yield self.head
        yield from self.body


def delivery(answer: Answer, fault: Fault, *, keep: bool, bodiless: bool = False) -> Delivery:
    """How the answer goes out under the fault; `keep` is False where the connection is said to end with it, `bodiless`
    True where the request asks for the head alone."""
    if fault.raw is not None:
        return Delivery(fault.raw, ())
    length, body, fields = _coded(answer, fault)
    head = _head(answer, {**({} if answer.status in BODILESS else {"Content-Length": str(length)}), **fields}, keep)
    if bodiless or answer.status in BODILESS:
        length, body = 0, ()
    if fault.point == "headers":
        return Delivery(head[: len(head) // 2], (), whole=False)
    if fault.point == "body":
        return Delivery(head, _first(body, length // 2), whole=False)
    return Delivery(head, body)


def drops(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same bytes, `size` at a time."""
    for piece in pieces:
        for start in range(0, len(piece), size):
            yield piece[start : start + size]


def _coded(answer: Answer, fault: Fault) -> tuple[int, Iterable[bytes], dict[str, str]]:
    """The length of the body on the wire, the body, and what its coding adds to the head."""
    if fault.gzip:
        body = gzip.compress(answer.body) if fault.filling is None else _bomb(fault.filling)
        return len(body), (body,), {"Content-Encoding": "gzip"}
    if fault.filling is not None:
        return fault.filling, _filling(fault.filling), {}
    return len(answer.body), (answer.body,), {}


def _head(answer: Answer, fields: dict[str, str], keep: bool) -> bytes:
    all_fields = {**fields, **({} if keep else {"Connection": "close"}), **answer.headers}
    lines = [f"HTTP/1.1 {answer.status} {responses.get(answer.status, '')}"]
    lines += [f"{name}: {value}" for name, value in all_fields.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")


def _filling(length: int) -> Iterator[bytes]:
    """A JSON string of so many bytes, never in memory as a whole."""
    yield b'"'
    blocks, rest = divmod(length - 2, _BLOCK)
    yield from repeat(b"x" * _BLOCK, blocks)
    yield b"x" * rest + b'"'


@lru_cache(maxsize=2)
def _bomb(length: int) -> bytes:
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    return b"".join([*map(packer.compress, _filling(length)), packer.flush()])


def _first(pieces: Iterable[bytes], length: int) -> Iterator[bytes]:
    for piece in pieces:
        yield piece[:length]
        length -= len(piece)
        if length <= 0:
            return
