"""The sandbox as an object: start it, ask what it saw, tell it what to do wrong."""

import ssl
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from .controls import Controls
from .gateway import Gateway
from .listener import Listener, Traffic
from .signatures import Key
from .store import SandboxError, Store

REQUESTS_WAIT_S = 10


class Sandbox:
    """A local stand-in for the cloud: IAM, AOM and COC on one port, until stopped.

    `port` 0 takes a free one; `state` is the file that keeps the rules, None keeps them in memory only; `clock` tells
    the seconds since 1970; `tls` makes it speak https; `keys` are access keys beside the one that is always there.
    SandboxError when the state file is broken or the address cannot be had.
    """

    def __init__(
        self,
        port: int = 0,
        state: Path | None = None,
        *,
        host: str = "127.0.0.1",
        clock: Callable[[], float] = time.time,
        tls: ssl.SSLContext | None = None,
        keys: Sequence[Key] = (),
    ) -> None:
        store = Store(state)
        gateway = Gateway(store, clock, keys)
        self._controls = Controls(store, gateway, clock)
        try:
            self._listener = Listener((host, port), gateway, self._controls, clock, tls)
        except (OSError, OverflowError) as error:
            raise SandboxError(
                f"cannot listen on {host}:{port}: {getattr(error, 'strerror', None) or error}"
            ) from error
        shown = f"[{host}]" if ":" in host else host
        self.url = f"{'https' if tls else 'http'}://{shown}:{self._listener.server_port}"
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.05,), name="sandbox")

    def __enter__(self) -> "Sandbox":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown()
        self._thread.join()
        self._listener.close()

    @property
    def traffic(self) -> Traffic:
        """How many connections came, and how many bytes of requests, wherever they went."""
        return self._listener.traffic

    def requests(self) -> list[dict[str, Any]]:
        """What the cloud was asked, newest last, secrets masked; as GET /_sandbox/requests shows it."""
        return self._controls.journal.entries()

    def wait_for(self, count: int, method: str | None = None, path: str = "", timeout: float = REQUESTS_WAIT_S) -> None:
        """Returns once `count` requests have arrived of this method, with a path that begins so. Else TimeoutError."""
        self._controls.journal.wait_for(count, method, path, timeout)

    def settle(self, timeout: float = REQUESTS_WAIT_S) -> None:
        """Returns once no request is going on, so that the journal says how each ended. Else TimeoutError."""
        self._controls.journal.settle(timeout)

    def add_faults(self, *faults: dict[str, Any]) -> None:
        """As POST /_sandbox/faults; ValueError for a fault that cannot be."""
        self._controls.add_faults({"faults": list(faults)})

    def release(self) -> None:
        """As POST /_sandbox/release: lets every request go on that a fault holds."""
        self._controls.faults.release()

    def configure(self, **members: Any) -> None:
        """As POST /_sandbox/settings; ValueError for members that cannot be."""
        self._controls.configure(members)

    def reset(self, **members: Any) -> None:
        """As POST /_sandbox/reset; ValueError for members that cannot be."""
        self._controls.reset(members)
