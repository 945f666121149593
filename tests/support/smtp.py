"""A mail server of a few commands, in a thread of the test: what is sent to it, it keeps."""

from __future__ import annotations

import email
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default


@dataclass
class MailServer:
    """What arrived, and whom the server refuses."""

    address: str = ""
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)


class _Conversation(socketserver.StreamRequestHandler):
    """One connection, by RFC 5321 as far as a client of Python's standard library asks."""

    def handle(self) -> None:
        """Answer commands until the client leaves."""
        self.say("220 mail.test")
        while line := self.rfile.readline():
            word, _, rest = line.decode().strip().partition(" ")
            if word.upper() == "QUIT":
                self.say("221 bye")
                return
            self.answer(word.upper(), rest)

    def answer(self, word: str, rest: str) -> None:
        """Answer one command."""
        kept: MailServer = self.server.kept  # type: ignore[attr-defined]
        if word == "RCPT":
            address = rest[rest.index("<") + 1 : rest.index(">")]
            answer = kept.refuse.get(address, "250 ok")
            if answer.startswith("2"):
                kept.recipients.append(address)
            self.say(answer)
        elif word == "DATA":
            self.say("354 go on")
            kept.messages.append(self.message())
            self.say("250 ok")
        else:
            self.say("250 ok")

    def message(self) -> EmailMessage:
        """Read a message up to the lone dot."""
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return email.message_from_bytes(b"".join(lines), policy=default)  # type: ignore[return-value]

    def say(self, text: str) -> None:
        """Send one line."""
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Give a mail server that listens on a free port of this machine."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Conversation) as server:
        server.daemon_threads = True
        kept = MailServer(f"smtp://127.0.0.1:{server.server_address[1]}")
        server.kept = kept  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()
