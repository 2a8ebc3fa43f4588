"""Pages ask, do and show: checked on their syntax, since ``pages/`` is no package."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "pages").glob("*.py"))
FORBIDDEN = (
    "sqlalchemy",
    "PIL",
    "openai",
    "numpy",
    "core.services",
    "core.storage",
    "core.providers",
    "core.bootstrap",
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_has_at_most_120_lines(page: Path) -> None:
    assert len(page.read_text().splitlines()) <= 120


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_has_no_try_and_reaches_past_no_door(page: Path) -> None:
    tree = ast.parse(page.read_text())
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Try)]
    assert not [name for name in _imports(tree) if name.startswith(FORBIDDEN)]


def _imports(tree: ast.AST) -> list[str]:
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
    return names
