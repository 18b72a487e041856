"""What the environment decides is written down."""

import ast
import re
from collections.abc import Iterator

from tests.test_architecture import ROOT, modules

READERS = re.compile(r"env\.\w+|os\.environ\.get|flag|kept_secret")


def names_read(source: str) -> Iterator[str]:
    """Every variable of the environment that is read with its name written out."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and READERS.fullmatch(ast.unparse(node.func)):
            name = node.args[0]
            if isinstance(name, ast.Constant):
                yield str(name.value)


def test_every_variable_that_is_read_stands_in_the_manual() -> None:
    read = {name for file in modules("config") for name in names_read(file.read_text())}
    manual = (ROOT / "docs" / "deploy.md").read_text()
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", manual, re.MULTILINE))
    assert {"SECRET_KEY", "DATABASE_URL", "GROUPFLOW_HTTPS", "SUBMIT_LEASE", "GROUPFLOW_LOG"} <= read
    assert sorted(read - told) == []
