"""Build the sdist, from it the wheel, install that alone in a fresh place and look at its pages.

What proves itself here: nothing that Learn needs is missing from the wheel, and nothing else is in it.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MAPPED = ("courses", "migrations", "quizzes", "templates")
LEFT_OUT = shutil.ignore_patterns(
    ".*", "__pycache__", "*.pyc", "*.egg-info", "build", "dist", "learn-data", "node_modules"
)
START_SECONDS = 60


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="learn-wheel-") as name:
        folder = Path(name)
        wheel = built(folder)
        if wrong := differences(wheel):
            print("\n".join(wrong))
            return 1
        python = installed(wheel, folder / "venv")
        with served(python, folder) as address:
            count = look_at(address)
        print(f"{wheel.name}: {wheel.stat().st_size // 1000} kB; {count} addresses answered")
    return 0


def built(folder: Path) -> Path:
    """Return the wheel, made from a copy so that nothing of earlier builds gets in."""
    source = folder / "source"
    shutil.copytree(ROOT, source, ignore=LEFT_OUT)
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder / "dist", source)
    return next((folder / "dist").glob("*.whl"))


def differences(wheel: Path) -> list[str]:
    """Return what the wheel lacks or has too much, compared with the folders here."""
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    wanted = {f"learn/{path}" for path in shipped_files(ROOT / "learn")}
    for folder in MAPPED:
        wanted |= {f"learn/shipped/{folder}/{path}" for path in shipped_files(ROOT / folder)}
    return [f"not in the wheel: {name}" for name in sorted(wanted - inside)] + [
        f"in the wheel, but not here: {name}" for name in sorted(inside - wanted)
    ]


def shipped_files(folder: Path) -> Iterator[str]:
    """Give the files that belong to Learn, as paths in `folder`."""
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            yield path.relative_to(folder).as_posix()


def installed(wheel: Path, folder: Path) -> Path:
    """Return the Python of a new environment that has the wheel and the locked libraries, no more."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    pip = (python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install")
    run(*pip, "--require-hashes", "--requirement", ROOT / "requirements" / "run.txt")
    run(*pip, "--no-deps", "--no-index", wheel)
    return python


@contextmanager
def served(python: Path, folder: Path) -> Iterator[str]:
    """Start the installed ``learn serve --demo`` away from this folder; give its address."""
    address = f"http://127.0.0.1:{free_port()}"
    data, log = folder / "data", folder / "serve.log"
    command = [python.with_name("learn"), "serve", "--demo", "--port", address.rpartition(":")[2]]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("LEARN_")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**environ, "LEARN_DATA_DIR": str(data)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(f"{address}/health/ready", process)
        yield address
    except Exception:
        print(log.read_text(encoding="utf-8", errors="replace"), file=sys.stderr)
        raise
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until `address` answers 200."""
    for _ in range(START_SECONDS * 10):
        if process.poll() is not None:
            raise SystemExit(f"learn serve ended with {process.returncode}")
        try:
            if fetch(address):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{address} was not ready after {START_SECONDS} s")


def look_at(address: str) -> int:
    """Fetch the sign-in page and all files it names; return how many addresses answered."""
    page = fetch(f"{address}/sign-in").decode()
    files = {
        link.replace("&amp;", "&")
        for link in re.findall(r'(?:href|src)="(/[^"#]+)', page)
        if "static" in link
    }
    if not any(".css" in link for link in files):
        raise SystemExit("the sign-in page names no style sheet")
    for link in sorted(files):
        fetch(address + link)
    return 1 + len(files)


def fetch(address: str) -> bytes:
    """Return what is at `address`; anything but 200 is an error."""
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 (our own server)
        body: bytes = answer.read()
        return body


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def run(*command: str | Path) -> None:
    """Run a command that has to succeed; show what it said only when it does not."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
