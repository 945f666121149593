"""Learn as people start it: `learn serve` in a process of its own, on a port of this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


class Served:
    """A `learn serve` over the data in `folder`; it can be stopped, killed and started again.

    Parameters
    ----------
    folder
        The data folder; what the server says is in `serve.log` there.
    settings
        LEARN_* settings besides; those of the surroundings do not count.
    demo
        Start with the demonstration.

    Attributes
    ----------
    environ
        The surroundings that it runs in; with them other commands work on the same data.
    """

    def __init__(self, folder: Path, *, settings: dict[str, str] | None = None, demo: bool = False):
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.demo = demo
        self.environ = {k: v for k, v in os.environ.items() if not k.startswith("LEARN_")}
        self.environ |= {
            "LEARN_DATA_DIR": str(folder),
            "PYTHONPATH": str(ROOT),
            **(settings or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Served:
        """Start it and wait until it is ready."""
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "learn", "serve", "--port", str(self.port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, *(["--demo"] if self.demo else [])],
                cwd=self.folder,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._wait()
        return self

    def stop(self) -> None:
        """End it as an operator does."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut does (`kill -9`)."""
        self._end(signal.SIGKILL)

    def said(self) -> str:
        """Return all that it has printed."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def sign_ins(self) -> str:
        """Return the sign-ins of the demonstration, as they are kept in the data folder."""
        return (self.folder / "demo-sign-ins.txt").read_text(encoding="utf-8")

    @property
    def _log(self) -> Path:
        return self.folder / "serve.log"

    def _wait(self) -> None:
        assert self._process is not None
        for _ in range(START_SECONDS * 20):
            if self._process.poll() is not None:
                break
            if _answers(f"{self.url}/health/ready"):
                return
            time.sleep(0.05)
        self.kill()
        raise AssertionError(f"learn serve was not ready in time. It said:\n{self.said()}")

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=30)
            self._process = None


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
