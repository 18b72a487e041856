"""A secret shows nothing of itself."""

import copy
import json
import pickle

import pytest
from django.views.debug import ExceptionReporter

from api_proxy.secret import Secret

TEXT = "canary-7f3a"


@pytest.mark.parametrize("show", [repr, str, format, "{!r:>40}".format, lambda secret: f"{secret} {[secret]}"])
def test_it_shows_a_mask(show: object) -> None:
    assert callable(show)
    assert TEXT not in show(Secret(TEXT))


@pytest.mark.parametrize("leave", [pickle.dumps, copy.copy, copy.deepcopy, json.dumps])
def test_it_refuses_to_be_pickled_copied_or_written_as_json(leave: object) -> None:
    assert callable(leave)
    with pytest.raises(TypeError):
        leave(Secret(TEXT))


def test_it_gives_its_text_when_asked() -> None:
    assert Secret(TEXT).reveal() == TEXT
    assert Secret(TEXT) == Secret(TEXT) != Secret("other")
    assert not Secret("")


def test_it_stays_hidden_in_an_error_report() -> None:
    innocent_name = Secret("".join(["can", "ary-7f3a"]))
    try:
        raise ValueError(innocent_name)
    except ValueError as error:
        report = ExceptionReporter(None, type(error), error, error.__traceback__)
    assert "innocent_name" in report.get_traceback_html()
    assert TEXT not in report.get_traceback_html() + report.get_traceback_text()
