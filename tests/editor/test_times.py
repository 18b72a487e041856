"""How long ago something was, as the pages say it."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from editor.templatetags.times import ago


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (-5, "just now", "刚刚"),
        (59, "just now", "刚刚"),
        (61, "1\xa0minute ago", "1\xa0分钟前"),
        (3 * 3600 + 1800, "3\xa0hours ago", "3\xa0小时前"),
        (8 * 86400, "1\xa0week ago", "1\xa0周前"),
    ],
)
def test_it_says_how_long_ago_by_the_largest_unit(seconds: int, english: str, chinese: str) -> None:
    moment = timezone.now() - timedelta(seconds=seconds)
    assert ago(moment) == english
    with translation.override("zh-hans"):
        assert ago(moment) == chinese
