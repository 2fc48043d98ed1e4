"""The built wheel, installed in an empty environment, works from another folder."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def installed(tmp_path_factory) -> Path:
    """The `keifu` command of an environment that holds the wheel and what it requires."""
    folder = tmp_path_factory.mktemp("wheel")
    run = lambda *words: subprocess.run(words, cwd=folder, check=True, capture_output=True)  # noqa: E731
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", with_pip=True)
    run(folder / "env/bin/python", "-m", "pip", "install", "--quiet", "--constraint", ROOT / "constraints.txt", wheel)
    return folder / "env/bin/keifu"


def test_a_page_is_rendered_from_another_folder(installed, tmp_path):
    page = subprocess.run(
        [installed, "get", "/ja/id/body/172090", "--lang", "ja"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert "<h1" in page.stdout
    assert "かほく市" in page.stdout
    assert (tmp_path / ".keifu" / "current").is_file()


def test_the_wheel_holds_its_licences(installed):
    names = {path.name for path in installed.parents[1].glob("lib/python*/site-packages/keifu-*.dist-info/licenses/*")}
    assert names == {"LICENSE", "LICENSE-data.md"}
