"""A server ends with its keeper, whatever its requests do."""

import signal
import socket
import subprocess
import sys

import pytest

SERVER = """
import asyncio, time
from aiohttp import web
from installation.web import serving
from installation.web.door import Door

async def stubborn(_request):
    print('asked', flush=True)
    while True:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            pass

async def in_a_thread(_request):
    print('asked', flush=True)
    await asyncio.to_thread(time.sleep, 3600)

async def main():
    page = web.Application()
    page.router.add_get("/stubborn", stubborn)
    page.router.add_get("/thread", in_a_thread)
    opened = lambda port: print(port, flush=True)
    await serving.serve(page, Door(), "127.0.0.1", 0, name="page", option="", opened=opened)

serving._GOODBYE, serving._LAST = 0.2, 0.4
asyncio.run(main())
"""


@pytest.mark.parametrize("way", ["stubborn", "thread"])
def test_it_ends_though_a_request_never_does(way: str) -> None:
    command = [sys.executable, "-c", SERVER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            port = int(process.stdout.readline())
            assert "127.0.0.1" in process.stderr.readline()  # it serves
            with socket.create_connection(("127.0.0.1", port)) as client:
                client.sendall(f"GET /{way} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
                assert process.stdout.readline() == "asked\n"
                process.send_signal(signal.SIGTERM)
                assert process.wait(30) == 1
        finally:
            process.kill()
