"""``learn serve`` and ``learn worker``: answering people, and regular work."""

from __future__ import annotations

import ipaddress
import logging
import signal
import threading
from types import FrameType

import click
from waitress.server import BaseWSGIServer, MultiSocketServer, create_server

from learn.cli.context import CommandContext, current
from learn.demo.filling import fill, is_empty, kept_sign_ins
from learn.errors import Message
from learn.loading import without_collecting
from learn.startup import prepare
from learn.upkeep import keep_up, sweep

THREADS = 8


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option(
    "--demo", is_flag=True, help="Fill an empty database with a made-up city; loopback only."
)
def serve(host: str, port: int, demo: bool) -> None:
    """Serve Learn; the database is made or upgraded first."""
    context = current(schema=False)
    if demo and not _is_loopback(host):
        context.say(
            Message(
                "--demo has known sign-ins, so it serves this machine only: leave --host away."
            ),
            err=True,
        )
        raise SystemExit(2)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    _prepare(context, demo)
    _run(context, host, port)


def _prepare(context: CommandContext, demo: bool) -> None:
    with context.app.app_context(), without_collecting():
        prepare(context.state)
        if not demo:
            return
        if is_empty(context.database):
            context.say(Message("Filling the empty database with a made-up city ..."))
            fill(context.state, context.now())
    text = kept_sign_ins(context.settings)
    if text:
        click.echo(text)


def _listening(context: CommandContext, host: str, port: int) -> MultiSocketServer | BaseWSGIServer:
    try:
        return create_server(context.app, host=host, port=port, threads=THREADS, ident="learn")
    except OSError as error:
        context.say(
            Message(
                "Learn cannot listen on %(place)s: %(reason)s. Choose another with --port.",
                place=f"{host}:{port}",
                reason=error.strerror or str(error),
            ),
            err=True,
        )
        raise SystemExit(1) from error


def _run(context: CommandContext, host: str, port: int) -> None:
    server = _listening(context, host, port)
    stop = threading.Event()
    thread = threading.Thread(target=keep_up, args=(context.state, stop), daemon=True)
    thread.start()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, leave)
    shown = f"[{host}]" if ":" in host else host
    place = f"{shown}:{getattr(server, 'effective_port', port)}"
    context.say(Message("Learn is at http://%(place)s/ (Ctrl+C ends it).", place=place))
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        stop.set()
        server.close()


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now and end.")
def worker(once: bool) -> None:
    """Do the regular work in a process of its own, beside several web processes."""
    context = current()
    with context.app.app_context():
        handed_in = sweep(context.state, context.now())
        context.say(
            Message("Attempts handed in because their time was over: %(count)s.", count=handed_in)
        )
        stop = threading.Event()
        if once:
            context.state.runner().run_all(stop)
            return
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        try:
            keep_up(context.state, stop)
        except KeyboardInterrupt:
            stop.set()
