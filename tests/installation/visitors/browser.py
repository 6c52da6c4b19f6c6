"""A real browser (Chromium without a window), driven over the Chrome DevTools Protocol."""

import asyncio
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

__all__ = ["Tab", "browser"]

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


class Tab:
    """One tab.

    Args:
        socket: Connection to it.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._next = 0
        self.said: list[str] = []
        """Errors that the page has reported: exceptions, and what its security policy has stopped."""
        self._loaded = 0

    async def do(self, method: str, **given: Any) -> dict[str, Any]:
        """Send a command and wait for its answer."""
        self._next += 1
        await self._socket.send_json({"id": self._next, "method": method, "params": given})
        while True:
            answer = await self._hear()
            if answer.get("id") == self._next:
                assert "error" not in answer, (method, answer)
                result: dict[str, Any] = answer["result"]
                return result

    async def _hear(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads((await self._socket.receive(60)).data)
        if told.get("method") == "Runtime.exceptionThrown":
            self.said.append(str(told["params"]["exceptionDetails"].get("text")))
        if told.get("method") == "Log.entryAdded" and told["params"]["entry"]["level"] == "error":
            self.said.append(told["params"]["entry"]["text"])
        if told.get("method") == "Page.loadEventFired":
            self._loaded += 1
        elif told.get("method") == "Page.frameNavigated":
            self._loaded += told["params"].get("type") == "BackForwardCacheRestore"
        return told

    async def loads(self, act: Any) -> None:
        """Do something that leads to another page, and wait until that is there."""
        before = self._loaded
        await act
        while self._loaded == before:
            await self._hear()

    async def go(self, url: str) -> None:
        """Open a page."""
        await self.loads(self.do("Page.navigate", url=url))

    async def pair(self, url: str, cookie: str) -> None:
        """Have the cookie of a pairing, ``NAME=TOKEN``, as after the form that asks for the code."""
        name, _, value = cookie.partition("=")
        await self.do("Network.setCookie", name=name, value=value, url=url, sameSite="Strict")

    async def js(self, expression: str) -> Any:
        """The value of an expression in the page."""
        answer = await self.do(
            "Runtime.evaluate", expression=expression, returnByValue=True, userGesture=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def type(self, text: str) -> None:
        """Type into what has the focus, as an input method or the clipboard does."""
        await self.do("Input.insertText", text=text)

    async def key(self, name: str, code: int, text: str = "") -> None:
        """Press a key."""
        for kind in ("keyDown", "keyUp"):
            await self.do(
                "Input.dispatchKeyEvent", type=kind, key=name, windowsVirtualKeyCode=code,
                text=text if kind == "keyDown" else "",
            )  # fmt: skip

    async def mouse(self, kind: str, x: float, y: float) -> None:
        """Move or press the pointer: ``mousePressed``, ``mouseMoved``, ``mouseReleased``."""
        await self.do("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)


@asynccontextmanager
async def browser() -> AsyncIterator[Tab]:
    """Start a browser the size of a small phone, and open a tab."""
    program = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("chromium is missing here: `make test` prints how to install it")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [
                str(program), "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0",
                f"--user-data-dir={profile}", "--window-size=360,640", "--no-first-run", "about:blank",
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, process_group=0,
        )  # fmt: skip
        try:
            note = Path(profile) / "DevToolsActivePort"
            while not (note.is_file() and note.read_text().strip()):
                assert process.poll() is None, "the browser has ended"
                await asyncio.sleep(0.05)
            port = note.read_text().split()[0]
            async with aiohttp.ClientSession() as session:
                async with session.get(f"http://127.0.0.1:{port}/json") as answer:
                    tabs = await answer.json()
                url = next(one for one in tabs if one["type"] == "page")["webSocketDebuggerUrl"]
                async with session.ws_connect(url, max_msg_size=0) as socket:
                    tab = Tab(socket)
                    for domain in ("Page", "Runtime", "Log"):
                        await tab.do(f"{domain}.enable")
                    yield tab
        finally:
            os.killpg(process.pid, 9)
            process.wait(10)
