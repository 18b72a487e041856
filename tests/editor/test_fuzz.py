"""No request makes the app answer 500: bodies of every kind, at the addresses that take documents."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import DOCUMENTS, Api

SAMPLE = json.loads((DOCUMENTS / "good" / "published-sample.json").read_text())
LEGACY = json.loads((DOCUMENTS / "upstream" / "legacy_ai_on.json").read_text())

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here, *(place for step, inner in items for place in places(inner, (*here, step)))]


def replaced(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    if not place:
        return new
    copy = value.copy()
    copy[place[0]] = replaced(value[place[0]], place[1:], new)
    return copy


@st.composite
def spoiled(draw: st.DrawFn) -> Any:
    """A real document with one to three of its parts replaced by something else."""
    document = draw(st.sampled_from([SAMPLE, LEGACY]))
    for _ in range(draw(st.integers(1, 3))):
        document = replaced(document, draw(st.sampled_from(places(document))), draw(values))
    return document


bodies = st.one_of(
    st.binary(max_size=60),
    st.text(max_size=60),
    values.map(json.dumps),
    spoiled().map(json.dumps),
    st.fixed_dictionaries({"document": spoiled(), "layout": values, "message": values}).map(json.dumps),
    spoiled().map(lambda document: json.dumps({"document": document})),
    st.fixed_dictionaries({"rule": spoiled(), "alarms": st.lists(values, max_size=3)}).map(json.dumps),
)


def as_sent(body: str | bytes) -> bytes:
    return body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/check/", "/api/rules/", "/api/simulate/"])
def test_no_body_makes_a_500(api: Callable[[str], Api], path: str) -> None:
    designer = api("designer")

    @settings(max_examples=300, suppress_health_check=list(HealthCheck))
    @given(bodies)
    def post(body: str | bytes) -> None:
        answer = designer.post(path, as_sent(body))
        assert answer.status_code in {200, 201, 400, 409, 413}, answer.content
        if answer.status_code >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert answer.json()["detail"]
        if answer.status_code == 201:
            opened = answer.json()
            for page in ("", "preview/", "history/"):
                assert designer.get(f"/rules/{opened['id']}/{page}").status_code == 200
            saved = designer.put(
                f"/api/rules/{opened['id']}/", {"document": opened["document"]}, **{"If-Match": opened["etag"]}
            )
            assert saved.status_code == 200
            assert saved.json()["document"] == opened["document"]

    post()
