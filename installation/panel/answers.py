"""Answers: refusals, request bodies with a timeout, and large answers made outside the event loop."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from time import monotonic
from typing import Final, TypeVar
from urllib.parse import parse_qs

from aiohttp import web

from installation.panel import oscquery
from installation.panel.mirror import View
from installation.values import Seconds

__all__ = ["BigAnswers", "body", "form", "refuse", "send", "written"]

T = TypeVar("T")

_FRESH: Final[Seconds] = 0.25
_KEPT: Final = 16
_CHUNK: Final = 65_536
_WRITE_WAIT: Final[Seconds] = 15.0
_STREAM_WAIT: Final[Seconds] = 10.0
_BODY_WAIT: Final[Seconds] = 5.0
_LONGEST_FORM: Final = 8192


def refuse(status: HTTPStatus, reason: str) -> web.Response:
    """Return a refusal as a line of text."""
    return web.Response(status=status, text=f"{reason}\n")


async def body(request: web.Request) -> bytes:
    """Return the body of a request. Raises HTTPRequestTimeout, HTTPBadRequest."""
    try:
        async with asyncio.timeout(_BODY_WAIT):
            return await request.read()
    except TimeoutError as error:
        raise web.HTTPRequestTimeout(reason="the request was not complete in time") from error
    except web.RequestPayloadError as error:
        raise web.HTTPBadRequest(reason="the request's body cannot be read") from error


async def form(request: web.Request) -> dict[str, str]:
    """Return the first value of each field of a form, as browsers send it without script.

    Raises HTTPRequestTimeout, HTTPBadRequest, HTTPRequestEntityTooLarge: a part of it could mean another cue.
    """
    if request.content_type != "application/x-www-form-urlencoded":
        return {}
    sent = await body(request)
    if len(sent) > _LONGEST_FORM:
        raise web.HTTPRequestEntityTooLarge(_LONGEST_FORM, len(sent))
    return {name: values[0] for name, values in parse_qs(sent.decode("utf-8", "replace")).items()}


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


async def written(request: web.Request, response: web.StreamResponse, data: bytes) -> bool:
    """Write one part of a stream; False if the client is gone, or does not read."""
    try:
        async with asyncio.timeout(_STREAM_WAIT):
            await response.write(data)
    except ConnectionError:
        return False
    except TimeoutError:
        if request.transport is not None:
            request.transport.abort()
        return False
    return True


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
