"""The WSGI entry that gunicorn serves."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from config.collector import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_django = get_wsgi_application()

from api_proxy import keeper  # noqa: E402  # has models, which need Django to be set up
from config import hosts  # noqa: E402

settle()
hosts.serve()
keeper.start()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django, told nothing of the charset that a request claims: it looks the name up while it makes the request, where
    nothing can catch what an odd one raises. Bodies are read as UTF-8 in any case; forms keep their boundary."""
    kind, _, parameters = environ.get("CONTENT_TYPE", "").partition(";")
    if "charset" in parameters.lower():
        kept = [part for part in parameters.split(";") if "charset" not in part.lower()]
        environ["CONTENT_TYPE"] = ";".join([kind, *kept])
    return _django(environ, start_response)
