"""The panel of a real show: pairing, from the terminal to the cookie, and what it tells without a stage."""

import json
import os
import re
import signal
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from installation.ipc.ports import own_address
from tests.end_to_end.program import receiver, started, until, venue_file

pytestmark = [pytest.mark.gl, pytest.mark.slow, pytest.mark.timeout(180)]


class Kept(urllib.request.HTTPRedirectHandler):
    """Redirections are looked at, not followed."""

    def redirect_request(self, *_: Any) -> None:
        return None


def ask(url: str, body: bytes | None = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(
        url, body, {key.replace("_", "-"): value for key, value in headers.items()}
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Kept)
    try:
        with opener.open(request, timeout=20) as response:
            return response.status, dict(response.headers), response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()
    except urllib.error.URLError:
        return 0, {}, b""


def test_a_browser_is_paired_with_the_code_that_status_shows_and_sees_lamps_without_a_stage(
    small_show: Path, tmp_path: Path
) -> None:
    host = own_address("0.0.0.0")
    elsewhere = {"Via": "1.1 elsewhere"} if host.startswith("127.") else {}
    state = tmp_path / "state"
    with (small_show / "cues.toml").open("a") as file:
        file.write('[[cue]]\nid = "dark"\nfade = 0.0\nset = { "/blackout" = true }\n')
    with receiver() as listener:
        venue = venue_file(tmp_path, listener.getsockname()[1])
        given = ("run", str(small_show), "--venue", str(venue), "--headless", "--panel-host", host)
        with started(state, *given) as program:
            program.playing()
            said = program.ask("status").stdout
            codes = dict(re.findall(r"(viewer|operator|moderator|admin) (\w{4}-\w{4})", said))
            found = re.search(r"panel (http://\S+)/", said)
            assert found, said
            url = found[1]
            assert set(codes) == {"viewer", "operator", "moderator", "admin"}
            until(lambda: ask(f"{url}/health", **elsewhere)[0] == 200, "the panel answers")
            assert ask(f"{url}/metrics", **elsewhere)[0] == 401

            status, headers, _ = ask(
                f"{url}/panel/pair", f"code={codes['operator']}".encode(), Origin=url, **elsewhere
            )

            assert status == 303
            mine = {"Cookie": headers["Set-Cookie"].partition(";")[0]} | elsewhere
            assert b"Lamps" in ask(f"{url}/", Accept="text/html", **mine)[2]
            assert ask(f"{url}/panel/command/go", b"{}", Origin=url, **mine)[0] in {200, 409}  # 409: too soon
            assert ask(f"{url}/panel/command/stop", b"{}", Origin=url, **mine)[0] == 403

            def press(**fields: str) -> tuple[int, str]:
                body = urllib.parse.urlencode(fields).encode()
                status, _, page = ask(f"{url}/panel/control", body, Origin=url, **mine)
                return status, page.decode()

            cues = json.loads(program.ask("list", "cues", "--json").stdout)
            last = cues[-2]["id"]
            assert press(cue=last)[0] == 303
            assert f"Now: <strong>{last}" in ask(f"{url}/panel/control", **mine)[2].decode()
            status, page = press(cue="no such cue")
            assert (status, "cue was refused: no cue" in page) == (200, True)
            assert "does not know what that button" in press(do="stop")[1]

            def controls() -> str:
                return ask(f"{url}/panel/control", **mine)[2].decode()

            until(lambda: press(cue="dark")[0] == 303, "the guard of GO lets the next cue through")
            until(lambda: "Black, as cue dark asks" in controls(), "the page says which cue makes it dark")
            assert "black, as cue dark asks: the next cue ends it" in program.ask("status").stdout
            assert press(do="blackout")[0] == 303
            until(
                lambda: "A blackout holds." in controls(), "it is a hand's blackout now, over the cue's own"
            )
            assert press(do="light")[0] == 303

            stage = program.pid("stage")
            os.kill(stage, signal.SIGSTOP)
            try:
                assert press(do="blackout")[0] == 303, "the keeper carries it out while the stage hangs"
                page = ask(f"{url}/panel/control", **mine)[2].decode()
                assert "The cue list is not known: the stage does not answer." in page
                told = until(
                    lambda: (
                        (told := json.loads(ask(f"{url}/health", **mine)[2]))["stale"]
                        and told["status"]["blackout"]
                        and told
                    ),
                    "the panel says that the stage is away, and that a blackout holds",
                )
            finally:
                os.kill(stage, signal.SIGCONT)
            assert told["status"]["keeper"]["universes"][0]["number"] == 1
            assert {one["kind"] for one in told["status"]["adapters"]} >= {"artnet", "osc"}
            assert {one["name"] for one in told["status"]["processes"]} == {"keeper", "stage", "panel"}

        kept = b"".join(path.read_bytes() for path in state.rglob("*") if path.is_file())
        for code in codes.values():
            assert code.encode() not in kept
            assert code.replace("-", "").encode() not in kept
