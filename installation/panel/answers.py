"""Answers: refusals, request bodies with a timeout, and large answers made outside the event loop."""

import asyncio
import json
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from time import monotonic
from typing import Final, TypeVar

from aiohttp import web

from installation.panel import oscquery
from installation.panel.mirror import View
from installation.values import Seconds

__all__ = ["BigAnswers", "refuse", "send", "within"]

T = TypeVar("T")

_FRESH: Final[Seconds] = 0.25
_KEPT: Final = 16
_CHUNK: Final = 65_536
_WRITE_WAIT: Final[Seconds] = 15.0


def refuse(status: HTTPStatus, reason: str) -> web.Response:
    """Return a refusal as a line of text."""
    return web.Response(status=status, text=f"{reason}\n")


async def within(seconds: Seconds, what: Awaitable[T]) -> T:
    """Read the body with a timeout. Raises HTTPRequestTimeout, HTTPBadRequest."""
    try:
        async with asyncio.timeout(seconds):
            return await what
    except TimeoutError as error:
        raise web.HTTPRequestTimeout(reason="the request was not complete in time") from error
    except web.RequestPayloadError as error:
        raise web.HTTPBadRequest(reason="the request's body cannot be read") from error


async def send(
    request: web.Request, body: bytes, headers: dict[str, str], status: int = 200
) -> web.StreamResponse:
    """Send a large body in parts; a client that does not read it is disconnected."""
    response = web.StreamResponse(status=status, headers=headers)
    response.content_type = "application/json"
    response.charset = "utf-8"
    response.content_length = len(body)
    await response.prepare(request)
    if request.method == "HEAD":
        return response
    try:
        for begin in range(0, len(body), _CHUNK):
            async with asyncio.timeout(_WRITE_WAIT):
                await response.write(body[begin : begin + _CHUNK])
    except TimeoutError:
        if request.transport is not None:
            request.transport.abort()
    return response


class BigAnswers:
    """Trees as JSON, made by one thread, one after the other, and shared by equal requests.

    The event loop goes on meanwhile, so that ``/health`` never waits for a large answer.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="tree")
        self._made: dict[tuple[str, str], tuple[Seconds, int, asyncio.Future[tuple[bytes, int]]]] = {}

    async def get(self, view: View, path: str, query: str) -> tuple[bytes, int]:
        """Return the answer to ``GET path?query`` and the number of nodes left out; at most 0.25 s old."""
        now, key = monotonic(), ("/" + path.strip("/"), query.partition("&")[0].partition("=")[0])
        found = self._made.get(key)
        if found is None or found[1] != view.description.version or now - found[0] > _FRESH:
            loop = asyncio.get_running_loop()
            future = loop.run_in_executor(self._thread, _json, view, path, query)
            self._made.pop(key, None)
            self._made[key] = found = (now, view.description.version, future)
            while len(self._made) > _KEPT:
                self._made.pop(next(iter(self._made)))
        return await asyncio.shield(found[2])

    def close(self) -> None:
        """Stop the thread without waiting."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def _json(view: View, path: str, query: str) -> tuple[bytes, int]:
    answer = oscquery.answer(view, path, query)
    return json.dumps(answer.body, separators=(",", ":")).encode(), answer.left_out
