"""The three walls of the house."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def imported(file: Path) -> Iterator[str]:
    """Every module that ``file`` imports, whole names."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def test_the_centre_runs_without_django_and_without_the_network() -> None:
    program = (
        "import sys\n"
        "for name in ('django', 'rest_framework', 'httpx', 'requests'): sys.modules[name] = None\n"
        "import pkgutil, importlib, editor.flow\n"
        "for part in pkgutil.walk_packages(editor.flow.__path__, 'editor.flow.'): importlib.import_module(part.name)\n"
        "import editor.cli, editor.reporting\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)


@pytest.mark.parametrize("file", modules("editor"), ids=lambda file: str(file.relative_to(ROOT)))
def test_the_editor_never_imports_the_proxy(file: Path) -> None:
    assert not [name for name in imported(file) if name.split(".")[0] == "api_proxy"]


@pytest.mark.parametrize("file", modules("editor"), ids=lambda file: str(file.relative_to(ROOT)))
def test_the_editor_speaks_to_no_network(file: Path) -> None:
    network = {"httpx", "requests", "urllib.request", "http.client", "socket"}
    assert not network & set(imported(file))


def test_only_transport_imports_httpx() -> None:
    users = {f.relative_to(ROOT).as_posix() for f in modules("api_proxy") if "httpx" in set(imported(f))}
    assert users == {"api_proxy/transport.py"}


@pytest.mark.parametrize(
    "file",
    sorted(file for file in (ROOT / "static" / "src" / "model").rglob("*.ts") if not file.name.endswith(".test.ts")),
    ids=lambda file: file.name,
)
def test_the_model_knows_neither_react_nor_the_canvas(file: Path) -> None:
    sources = re.findall(r"""(?:from|import)\s*\(?\s*["']([^"']+)["']""", file.read_text())
    outside = [name for name in sources if not name.startswith("./")]
    assert set(outside) <= {"@dagrejs/dagre"}


def test_the_package_of_the_editor_stays_empty() -> None:
    assert (ROOT / "editor" / "__init__.py").read_text() == ""
