"""The files of the folder that FILES names, as a WSGI application: they come as those of Groupflow do."""

import os
from collections.abc import Iterable
from typing import Any

from whitenoise import WhiteNoise


def _nothing(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("404 Not Found", [])
    return []


application = WhiteNoise(_nothing, root=os.environ["FILES"])
