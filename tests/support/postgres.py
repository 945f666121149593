"""A private PostgreSQL: started by the first test that asks, stopped when the run ends.

It listens on a socket in the run's folder only, keeps nothing safe from a power cut (fsync off: tests
are repeated, not restored), and runs as an unprivileged user where the tests run as root.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import time
from pathlib import Path

START_SECONDS = 60
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "dynamic_shared_memory_type": "mmap",  # in its folder: nothing is left in the system
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "Asia/Makassar",  # not UTC, so that a forgotten conversion shows
}


def programs() -> Path | None:
    """Return the folder of initdb and postgres, the newest one, or None."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    on_path = shutil.which("initdb")
    places = [*debian, *([Path(on_path).parent] if on_path else [])]
    return next((place for place in places if _complete(place)), None)


def start(folder: Path) -> None:
    """Start a server in `folder` unless it runs there."""
    sockets = folder / "socket"
    if not (folder / "started").exists():
        _initialise(folder, sockets)
        _launch(folder, sockets)
        (folder / "started").touch()


def address(folder: Path, database: str) -> str:
    """Return the SQLAlchemy address of a database of the server in `folder`."""
    return f"postgresql+psycopg://learn@/{database}?host={folder / 'socket'}"


def stop(folder: Path) -> None:
    """Stop the server in `folder`, if one was started."""
    where = programs()
    if where is None or not (folder / "data" / "postmaster.pid").exists():
        return
    command = [where / "pg_ctl", "stop", "--silent", "--mode=fast", "-D", folder / "data"]
    subprocess.run(command, cwd="/", check=False, **_as_unprivileged())


def _initialise(folder: Path, sockets: Path) -> None:
    where = programs()
    assert where is not None
    user = _as_unprivileged()
    for place in (folder / "data", sockets):
        place.mkdir(mode=0o700)
        if user:
            os.chown(place, user["user"], user["group"])
    command: list[str | Path] = [where / "initdb", "--no-sync", "--username=learn", "--auth=trust"]
    command += ["--encoding=UTF8", "--locale=C.UTF-8", "-D", folder / "data"]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, **user)
    if done.returncode:
        raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")


def _launch(folder: Path, sockets: Path) -> None:
    where = programs()
    assert where is not None
    command: list[str | Path] = [where / "postgres", "-D", folder / "data", "-k", sockets]
    for name, value in SETTINGS.items():
        command += ["-c", f"{name}={value}"]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **_as_unprivileged(),
        )
    ready = [where / "pg_isready", "--quiet", "--host", sockets, "--username=learn"]
    for _ in range(START_SECONDS * 20):
        if process.poll() is not None:
            break
        if subprocess.run(ready, check=False).returncode == 0:
            process.returncode = 0  # it outlives this process: others use it, `stop` ends it
            return
        time.sleep(0.05)
    raise RuntimeError(f"postgres did not start:\n{(folder / 'server.log').read_text()}")


def _as_unprivileged() -> dict[str, int | list[int]]:
    """Return how to run a program as somebody else than root; PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise RuntimeError("neither postgres nor nobody is a user here")


def _complete(place: Path) -> bool:
    return all((place / name).is_file() for name in ("initdb", "postgres", "pg_ctl", "pg_isready"))


def _version(place: Path) -> int:
    match = re.match(r"\d+", place.parent.name)
    return int(match.group()) if match else 0
