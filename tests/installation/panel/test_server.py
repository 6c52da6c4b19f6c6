"""A real panel process, a real bus, real HTTP."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from installation.ipc.telemetry import WATCHING
from installation.parameter.parameter import Kind, Parameter
from installation.parameter.tree import Tree
from installation.status import AdapterStatus, FrameStatus, GuardStatus, StageStatus
from tests.installation.panel.running import Panel, until

JPEG = b"\xff\xd8\xff\xe0 a picture \xff\xd9"


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Panel]:
    running = Panel(tmp_path_factory.mktemp("state"))
    yield running
    running.close()


@pytest.fixture
def tree() -> Tree:
    return Tree(
        [
            Parameter(
                "/scene/sea/stir", Kind.FLOAT, (0.25,), (0.0,), (2.0,), unit="m/s", description="How hard"
            ),
            Parameter("/scene/sea/tint", Kind.COLOR, (1.0, 0.5, 0.0, 1.0), (0.0,) * 4, (1.0,) * 4),
            Parameter("/master", Kind.FLOAT, (1.0,), (0.0,), (1.0,)),
        ]
    )


def test_before_the_stage_speaks_the_panel_serves_and_says_that_it_is_stale(tmp_path):
    running = Panel(tmp_path)
    try:
        health = running.json("/health")
        assert health["stale"] is True
        assert health["age_s"] is None
        assert running.json("/")["CONTENTS"] == {}
    finally:
        running.close()


def test_the_tree_arrives_with_its_values_and_follows_them(panel, tree):
    until(lambda: panel.publish(tree) or "/master" in str(panel.json("/")))
    node = panel.json("/scene/sea/stir")
    assert node["FULL_PATH"] == "/scene/sea/stir"
    assert node["TYPE"] == "f"
    assert node["VALUE"] == [0.25]
    assert node["RANGE"] == [{"MIN": 0.0, "MAX": 2.0}]
    tree.set("/scene/sea/stir", [1.5])
    tree.settle()
    until(lambda: panel.publish(tree) or panel.json("/scene/sea/stir?VALUE") == {"VALUE": [1.5]})
    assert panel.json("/?HOST_INFO")["OSC_PORT"] == 9137
    assert panel.json("/health")["stale"] is False


def test_a_parameter_that_is_added_later_appears(panel, tree):
    until(lambda: panel.publish(tree) or "/master" in str(panel.json("/")))
    tree.add([Parameter("/late", Kind.BOOL, (1.0,), (0.0,), (1.0,))])
    until(lambda: panel.publish(tree) or panel.get("/late")[0] == 200)
    assert panel.json("/late")["TYPE"] == "T"


def test_a_silent_stage_makes_it_stale_but_it_keeps_serving_what_it_knows(panel, tree):
    until(lambda: panel.publish(tree) or panel.json("/health")["stale"] is False)
    until(lambda: panel.json("/health")["stale"])
    assert panel.get("/master")[0] == 200
    status, _, page = panel.get("/", Accept="text/html")
    assert status == 200
    assert "The stage is away" in page.decode()


def test_the_page_escapes_what_the_stage_says_and_its_script_is_a_file_of_ours(panel, tree):
    adapter = AdapterStatus(name="<b>", kind="osc", state="up")
    evil = StageStatus(scene="<script>alert(1)</script>", adapters=(adapter,))
    until(
        lambda: (
            panel.publish(tree, evil) or "&lt;script&gt;" in panel.get("/", Accept="text/html")[2].decode()
        )
    )
    _, headers, page = panel.get("/", Accept="text/html")
    assert page.count(b"<script") == 1
    assert b'<script src="/static/panel.js" defer></script>' in page
    assert b"style=" not in page
    assert b'<html lang="en">' in page
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "access-control-allow-origin" not in headers
    assert panel.get("/static/panel.css")[1]["content-type"] == "text/css"


def test_the_page_says_what_is_wrong_and_what_the_guard_does_in_words(panel, tree):
    said = StageStatus(
        errors=("show.toml:3:1: a scene has no shader",),
        frame=FrameStatus(fps=59.96),
        guard=GuardStatus(active=True, reduction=0.25),
    )
    until(
        lambda: panel.publish(tree, said) or b"a scene has no shader" in panel.get("/", Accept="text/html")[2]
    )
    page = panel.get("/", Accept="text/html")[2].decode()
    assert "takes 25.0 % of the light" in page
    assert ">60.0</td>" in page


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8137", "127.0.0.1.evil.example", ""])
def test_foreign_host_names_are_refused(panel, host):
    status, _, body = panel.get("/health", Host=host)
    assert status in {400, 421}
    assert b"stage" not in body
    if status == 421:
        (told,) = panel.json("/health")["status"]["refused"]
        assert (told["reason"], told["example"]) == ("this host name is not allowed", host)


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:8137"])
def test_loopback_names_are_served(panel, host):
    assert panel.get("/health", Host=host)[0] == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_only_get_is_allowed(panel, method):
    assert panel.get("/master", method)[0] == 405


def test_a_picture_is_asked_for_only_while_somebody_watches(panel):
    assert WATCHING not in panel.stage.living()
    connection = http.client.HTTPConnection("127.0.0.1", panel.port, timeout=10)
    connection.request("GET", "/picture")
    until(lambda: panel.publisher.wants_picture(time.monotonic()))
    panel.publisher.picture(time.monotonic(), JPEG)
    response = connection.getresponse()
    assert response.getheader("Content-Type") == "multipart/x-mixed-replace; boundary=photophore-frame"
    assert response.readline() == b"--photophore-frame\r\n"
    assert response.readline() == b"Content-Type: image/jpeg\r\n"
    assert response.readline() == b"Content-Length: %d\r\n" % len(JPEG)
    assert response.readline() == b"\r\n"
    assert response.read1(len(JPEG)) == JPEG
    response.close()
    connection.close()
    until(lambda: panel.publisher.picture(time.monotonic(), JPEG) or WATCHING not in panel.stage.living())


def test_a_port_in_use_is_named(tmp_path):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "installation.panel", "--port", str(port)],
            env=os.environ | {"PHOTOPHORE_STATE": str(tmp_path)},
            capture_output=True,
            timeout=30,
        )
    assert done.returncode == 1
    assert f"port {port} of 127.0.0.1 is already in use" in done.stderr.decode()


def test_it_ends_with_its_keeper(tmp_path):
    running = Panel(tmp_path)
    os.close(running.alive)
    assert running.process.wait(10) == 0
    running.close()


def test_sigterm_ends_it_while_somebody_watches(tmp_path):
    running = Panel(tmp_path)
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
    connection.request("GET", "/picture")
    until(lambda: WATCHING in running.stage.living())
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(10) == 0
    connection.close()
    running.close()
