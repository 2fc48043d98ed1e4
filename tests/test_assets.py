"""What the pages take from npm is pinned by content, and comes with its licences."""

import importlib.util
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
VENDOR = ROOT / "server" / "keifu" / "static" / "vendor"

spec = importlib.util.spec_from_file_location("assets", ROOT / "scripts" / "assets.py")
assets = importlib.util.module_from_spec(spec)
spec.loader.exec_module(assets)


def test_every_package_is_pinned_by_its_content_and_by_no_address():
    locked = json.loads((assets.ASSETS / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    wanted = json.loads((assets.ASSETS / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert locked.pop("")["dependencies"] == wanted
    assert {name for name, package in locked.items() if not package["integrity"].startswith("sha512-")} == set()
    assert {name for name, package in locked.items() if "resolved" in package} == set()
    assert all(locked[f"node_modules/{name}"]["version"] == version for name, version in wanted.items())


def test_the_package_of_a_module_is_known():
    assert assets.package(Path("node_modules/@codemirror/view/dist/index.js")) == Path("@codemirror/view")
    assert assets.package(Path("node_modules/crelt/index.js")) == Path("crelt")
    assert assets.package(Path("editor.js")) == Path()


@pytest.mark.skipif(not VENDOR.is_dir(), reason="nothing was brought by npm (make setup)")
def test_what_was_brought_has_its_licence():
    for path in VENDOR.glob("*.[cj]s*"):
        assert "MIT" in path.with_suffix(".LICENSE").read_text(encoding="utf-8")


def test_a_machine_without_npm_goes_on_and_is_told(monkeypatch, capsys):
    monkeypatch.setattr(assets, "npm", lambda: None)
    monkeypatch.setattr(assets, "TARGET", None)
    assets.main()
    assert "No npm" in capsys.readouterr().out
