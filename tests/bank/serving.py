"""Run a bank on a port of 127.0.0.1, in a thread of this process or until told to stop."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.bank.bank import Bank
from tests.bank.control import receive
from tests.bank.wire import Connection

_BACKLOG = 4096
_FAREWELL = 0.01


@contextmanager
def written_down(bank: Bank) -> Iterator[None]:
    """Keep the log in its file, when it has one, as long as the bank answers."""
    if not bank.log_file:
        yield
        return
    with Path(bank.log_file).open("a", buffering=1) as file:
        bank.write_to(file)
        try:
            yield
        finally:
            bank.write_to(None)


async def serve(bank: Bank, port: int, started: Callable[[], None], stop: asyncio.Event) -> None:
    """Answer until `stop` is set, then drop every connection."""
    loop, connections = asyncio.get_running_loop(), set[Connection]()
    listening = socket.create_server(("127.0.0.1", port), backlog=_BACKLOG)
    with written_down(bank):
        take = partial(receive, bank)
        server = await loop.create_server(lambda: Connection(take, connections), sock=listening, backlog=_BACKLOG)
        bank.base_url = f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        started()
        await stop.wait()
        server.close()
        for connection in list(connections):
            connection.reset()
        await asyncio.sleep(_FAREWELL)


@contextmanager
def running(bank: Bank, port: int = 0) -> Iterator[Bank]:
    """The bank in a thread; its log stays readable afterwards."""
    started: Future[Callable[[], None]] = Future()

    async def main() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        await serve(bank, port, lambda: started.set_result(lambda: _tell(loop, stop)), stop)

    def work() -> None:
        try:
            asyncio.run(main())
        except BaseException as error:  # noqa: BLE001 - whoever waits for the start gets to see it
            if not started.done():
                started.set_exception(error)

    thread = threading.Thread(target=work, name="bank", daemon=True)
    thread.start()
    end = started.result(timeout=10)
    try:
        yield bank
    finally:
        end()
        thread.join(timeout=10)


def _tell(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    loop.call_soon_threadsafe(stop.set)
