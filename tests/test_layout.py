"""The packages and modules stand in the rows that CONTRIBUTING.md draws, and import only from lower ones."""

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "server" / "keifu"
(DRAWN,) = re.findall(r"```\n(1 +cli.*?)```", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.DOTALL)
ROWS = {
    name.rstrip("/"): int(row)
    for row, names in re.findall(r"^(\d+) +(.*)$", DRAWN, re.MULTILINE)
    for name in names.split()
}
"""The row of each package and of each module that stands by itself."""
MODULES = {
    path.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", "."): path for path in PACKAGE.rglob("[a-z]*.py")
}


def imported(name: str) -> tuple[set[str], set[str]]:
    """The modules of keifu and the other packages that a module imports, anywhere in it."""
    own, others = set(), set()
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "keifu":
            place = node.module.removeprefix("keifu").removeprefix(".")
            found = [f"{place}.{alias.name}".removeprefix(".") for alias in node.names]
            own |= {one if one in MODULES else place for one in found} & MODULES.keys()
        elif isinstance(node, ast.ImportFrom) and node.module:
            others.add(node.module.split(".")[0])
        elif isinstance(node, ast.Import):
            others |= {alias.name.split(".")[0] for alias in node.names}
    return own, others


def unit(name: str) -> str:
    """What stands in a row: the package of a module, or the module itself."""
    return name.partition(".")[0]


def test_every_package_and_module_stands_in_a_row():
    assert set(ROWS) == {unit(name) for name in MODULES}


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_down(name):
    own, others = imported(name)
    row = ROWS[unit(name)]
    assert {other: ROWS[unit(other)] for other in own if unit(other) != unit(name) and ROWS[unit(other)] <= row} == {}
    assert unit(name) in ("site", "app") or "flask" not in others


def test_no_modules_import_each_other_in_a_circle():
    TopologicalSorter({name: imported(name)[0] for name in MODULES}).prepare()
