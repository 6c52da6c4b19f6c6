"""OSCQuery of a real show: what is written over WebSocket and over UDP, heard by a client that listens."""

import asyncio
import json
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from installation import osc
from tests.end_to_end.program import receiver, started, until, venue_file
from tests.parts import require

pytestmark = [pytest.mark.gl, pytest.mark.slow, pytest.mark.timeout(180)]

GLOW = "/scene/two/glow"


class Listener:
    """A client of a running show: its last value of each address, and the texts that it was sent."""

    def __init__(self) -> None:
        self.values: dict[str, tuple[Any, ...]] = {}
        self.told: list[tuple[str, Any]] = []

    async def hear(self, link: aiohttp.ClientWebSocketResponse) -> None:
        async for message in link:
            if message.type is aiohttp.WSMsgType.BINARY:
                (one,) = osc.decode(message.data)
                self.values[one.address] = one.arguments
            else:
                said = json.loads(message.data)
                self.told.append((said["COMMAND"], said["DATA"]))

    async def until(self, what: Callable[[], Any], why: str) -> None:
        end = time.monotonic() + 60.0
        while not what():
            assert time.monotonic() < end, f"waited in vain: {why}; told {self.told}"
            await asyncio.sleep(0.02)


def test_a_client_hears_what_others_write_over_udp_and_writes_and_cues_with_a_code(
    small_show: Path, tmp_path: Path
) -> None:
    require("oscsend")
    record = tmp_path / "set.jsonl"
    with receiver() as listener:
        venue = venue_file(tmp_path, listener.getsockname()[1])
        arguments = ("run", str(small_show), "--venue", str(venue), "--headless", "--panel-port", "0")
        with started(tmp_path / "state", *arguments, "--record", str(record)) as program:
            program.playing()
            said = program.ask("status").stdout
            (url,) = re.findall(r"panel (http://\S+)/", said)
            code = dict(re.findall(r"(viewer|operator) (\w{4}-\w{4})", said))["operator"]
            udp = next(one["detail"] for one in program.status()["adapters"] if one["kind"] == "osc")
            port = udp.rpartition(":")[2]

            async def play() -> None:
                async with aiohttp.ClientSession() as session:
                    await _serving(session, f"{url}/master")
                    async with session.ws_connect(f"{url}/?token={code}") as link:
                        ear = Listener()
                        hearing = asyncio.create_task(ear.hear(link))
                        for address in ("/master", GLOW):
                            await link.send_str(json.dumps({"COMMAND": "LISTEN", "DATA": address}))
                        await ear.until(lambda: "/master" in ear.values, "the first value")

                        subprocess.run(["oscsend", "127.0.0.1", port, "/master", "f", "0.5"], check=True)
                        await ear.until(lambda: ear.values["/master"] == (0.5,), "UDP's value")

                        await link.send_bytes(osc.encode("/master", 0.25))
                        await link.send_bytes(osc.encode("/cue/2/go", 1.0))
                        await ear.until(lambda: program.status()["cue"] == "2", "the cue")
                        assert program.status()["refused"] == []
                        await link.send_bytes(osc.encode("/cue/99/go", 1.0))
                        await ear.until(lambda: ear.told, "the refusal")
                        assert "99" in ear.told[0][1]["REASON"]
                        hearing.cancel()

            asyncio.run(play())
            assert program.ask("get", "/master", "--base").stdout.strip() == "0.25"
            # A value that is set by hand stays in the stage, and in the recording, with who set it.
            assert until(lambda: "oscquery:operator" in record.read_text(), "the recording")


async def _serving(session: aiohttp.ClientSession, where: str) -> None:
    end = time.monotonic() + 60.0
    while time.monotonic() < end:
        try:
            async with session.get(where) as response:
                if response.status == 200:
                    return
        except aiohttp.ClientError:
            pass
        await asyncio.sleep(0.1)
    raise AssertionError(f"{where} is not served")
