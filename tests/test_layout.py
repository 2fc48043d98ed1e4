"""The modules stand in the rows that CONTRIBUTING.md draws, and import only from lower ones."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "server" / "keifu"
(DRAWN,) = re.findall(r"```\n(1  cli.*?)```", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.DOTALL)
ROWS = {name: int(row) for row, names in re.findall(r"^(\d+)  (.*)$", DRAWN, re.MULTILINE) for name in names.split()}
MODULES = sorted(path.stem for path in PACKAGE.glob("[a-z]*.py"))


def imported(name: str) -> tuple[set[str], set[str]]:
    """The modules of the package and the other packages that a module imports, anywhere in it."""
    own, others = set(), set()
    for node in ast.walk(ast.parse((PACKAGE / f"{name}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "keifu":
            own |= {alias.name for alias in node.names if alias.name in MODULES}
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("keifu."):
            own.add(node.module.split(".")[1])
        elif isinstance(node, ast.ImportFrom) and node.module:
            others.add(node.module.split(".")[0])
        elif isinstance(node, ast.Import):
            others |= {alias.name.split(".")[0] for alias in node.names}
    return own, others


def test_every_module_stands_in_a_row():
    assert sorted(ROWS) == MODULES


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_down(name):
    own, others = imported(name)
    assert {other: ROWS[other] for other in own if ROWS[other] <= ROWS[name]} == {}
    assert ROWS[name] <= 4 or "flask" not in others
