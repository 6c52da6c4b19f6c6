"""A port of this machine that leads into a network namespace, so that a browser finds the page inside.

It runs inside, and accepts on a socket that was opened outside and inherited: sockets stay in the network in
which they were made.
"""

import asyncio
import contextlib
import socket
import sys
from typing import Final

from installation.values import HOST

__all__ = ["listening", "main"]

_PIECE: Final = 1 << 16


def listening(port: int) -> socket.socket:
    """Open the socket outside; it listens, and nobody accepts yet. Raises OSError."""
    return socket.create_server((HOST, port))


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what comes from one end until it has no more."""
    with contextlib.suppress(OSError):
        while piece := await reader.read(_PIECE):
            writer.write(piece)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()


async def _serve(listening: socket.socket, port: int) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, here = await asyncio.open_connection(HOST, port)
        except OSError:  # there is no page yet, or no more
            writer.close()
            return
        await asyncio.gather(_pass(reader, here), _pass(there, writer))
        for one in (here, writer):
            one.close()

    server = await asyncio.start_server(connected, sock=listening)
    async with server:
        await server.serve_forever()


def main() -> None:
    """Pass connections on until the process is ended: arguments are the socket's number and the port."""
    number, port = (int(one) for one in sys.argv[1:3])
    asyncio.run(_serve(socket.socket(fileno=number), port))


if __name__ == "__main__":
    main()
