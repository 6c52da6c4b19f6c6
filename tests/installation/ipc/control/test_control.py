"""The control socket and the stage's end of the channel, in one process without any waiting."""

import contextlib
import json
import selectors
import socket
import stat
import threading

import pytest

from installation.errors import NotRunningError, PhotophoreError
from installation.ipc.control import SOCKET, Control, request, stream
from installation.ipc.folder import Lock, Place
from installation.ipc.lines import LineSocket
from installation.keeper.notify import notify, watchdog_period
from installation.paths import run_folders


class Room:
    """A control socket, a stage's end of the channel, and one client at a time in a thread."""

    def __init__(self, folder):
        self.folder = folder
        self.now = 0.0
        self.selector = selectors.DefaultSelector()
        self.answered = []
        self.ready = True
        self.control = Control(
            folder / SOCKET,
            self.selector,
            self.own,
            lambda verb, ok: self.answered.append((verb, ok)),
            ready=lambda: self.ready,
        )
        ours, theirs = socket.socketpair()
        self.channel = ours
        self.control.attach(ours)
        self.stage = LineSocket(theirs)

    def own(self, verb, arguments):
        if verb == "status":
            return {"show": "x"}
        if verb == "broken":
            raise RecursionError("too deep")
        if verb == "bad":
            raise PhotophoreError("not like this; do that")
        return None

    def turn(self):
        for key, _ in self.selector.select(0.01):
            key.data(self.now)
        self.control.expire(self.now)

    def ask(self, verb, *arguments, serve=None, source=None):
        """Ask from a thread while this one turns the loop; ``serve`` sees each message of the stage."""
        outcome = []

        def client():
            try:
                who = {} if source is None else {"source": source}
                outcome.append(list(stream(verb, *arguments, folder=self.folder, timeout=30, **who)))
            except PhotophoreError as error:
                outcome.append(error)

        thread = threading.Thread(target=client)
        thread.start()
        while thread.is_alive():
            self.turn()
            for message in self.stage.receive() if not self.stage.closed else []:
                if serve:
                    serve(message)
        thread.join()
        return outcome[0]

    def close(self):
        self.control.close()
        self.selector.close()
        self.channel.close()
        self.stage.close()


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.close()


def test_no_show_is_an_error_of_its_own(tmp_path):
    with pytest.raises(NotRunningError, match="photophore run"):
        request("status", folder=tmp_path)


def test_a_stale_socket_means_no_show_and_is_replaced(tmp_path):
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(tmp_path / SOCKET))
    left.close()
    with pytest.raises(NotRunningError):
        request("status", folder=tmp_path)
    room = Room(tmp_path)
    assert room.ask("status") == [{"show": "x"}]
    room.close()
    assert not (tmp_path / SOCKET).exists()


def test_only_the_owner_can_reach_it(room):
    assert stat.S_IMODE((room.folder / SOCKET).stat().st_mode) == 0o600


def test_a_folder_with_a_long_name_works(tmp_path):
    folder = tmp_path / ("n" * 120)
    folder.mkdir()
    room = Room(folder)
    assert room.ask("status") == [{"show": "x"}]
    room.close()


def test_what_is_not_our_own_goes_to_the_stage_and_back(room):
    def serve(message):
        assert message["verb"] == "get"
        assert message["arguments"] == ["/master"]
        room.stage.send({"id": message["id"], "ok": True, "result": [0.5]})

    assert room.ask("get", "/master", serve=serve) == [[0.5]]
    assert room.answered == [("get", True)]


def test_who_asks_is_passed_on_also_with_what_the_keeper_orders_on_the_way(room):
    sources = []

    def own(verb, arguments):
        if verb == "blackout":
            room.control.tell("blackout", "on")
            return {"blackout": True}
        return None

    def serve(message):
        sources.append((message["verb"], message["source"]))
        room.stage.send({"id": message["id"], "ok": True, "result": {}})

    room.control._own = own
    for source in ("operator", None):
        room.ask("go", serve=serve, source=source)
        room.ask("blackout", serve=serve, source=source)
        room.turn()
        for message in room.stage.receive():
            serve(message)

    assert sources == [
        ("go", "operator"),
        ("blackout", "operator"),
        ("go", "socket"),
        ("blackout", "socket"),
    ]


def test_a_source_that_nobody_knows_is_refused(room):
    refused = room.ask("go", source="keyboard")

    assert isinstance(refused, PhotophoreError)
    assert "source is one of socket, operator" in str(refused)


def test_a_large_answer_of_the_stage_arrives_whole(room):
    big = [{"address": f"/scene/parameter/{number}", "value": number} for number in range(20000)]
    asked = []

    def serve(message):
        asked.append(message["id"])
        room.stage.send({"id": message["id"], "ok": True, "result": big})

    real = room.turn
    room.turn = lambda: (real(), room.stage.flush())
    assert room.ask("list", serve=serve) == [big]


def test_a_refusal_of_the_stage_is_an_error(room):
    def serve(message):
        room.stage.send({"id": message["id"], "ok": False, "error": "no parameter /x; did you mean /y?"})

    error = room.ask("get", "/x", serve=serve)
    assert isinstance(error, PhotophoreError)
    assert str(error) == "no parameter /x; did you mean /y?"


def test_a_refusal_of_the_keeper_is_an_error(room):
    assert str(room.ask("bad")) == "not like this; do that"


def test_a_stage_that_does_not_answer_is_answered_for(room):
    def serve(_message):
        room.now += 2.1

    error = room.ask("get", "/x", serve=serve)
    assert "did not answer 'get' within 2 s" in str(error)


def test_what_is_given_up_is_recalled_from_the_stage(room):
    """Else it would be carried out when the stage goes on, though its client was told that it was not."""
    sent = []

    def serve(message):
        sent.append(message)
        room.now += 2.1 if message["verb"] == "go" else 0.0

    assert "did not answer 'go'" in str(room.ask("go", serve=serve))

    room.turn()
    sent += room.stage.receive()
    assert [(one["verb"], one["arguments"]) for one in sent] == [("go", []), ("cancel", [sent[0]["id"]])]


def test_what_the_stage_has_begun_is_waited_for(room):
    """A frame that compiles shaders may take seconds; to say that the cue was not played would be wrong."""
    late = iter((1.9, 5.0, 5.0))

    def serve(message):
        room.stage.send({"began": [message["id"], 99]})
        for seconds in late:
            room.turn()
            room.now += seconds
        room.turn()
        room.stage.send({"id": message["id"], "ok": True, "result": "done"})

    assert room.ask("go", serve=serve) == ["done"]
    assert room.stage.receive() == []


def test_what_is_asked_while_the_stage_starts_waits_for_it(room):
    room.ready = False
    turns = []
    real = room.turn

    def turn():
        turns.append(1)
        room.ready = len(turns) > 20
        real()

    room.turn = turn
    serve = lambda message: room.stage.send({"id": message["id"], "ok": True, "result": "done"})  # noqa: E731
    assert room.ask("set", "/master", 0.5, serve=serve) == ["done"]
    assert len(turns) > 20


def test_what_was_refused_while_the_stage_started_is_never_carried_out(room):
    room.ready = False
    heard = []
    real = room.turn

    def turn():
        room.now += 0.5
        real()

    room.turn = turn
    assert "still starting" in str(room.ask("go", serve=heard.append))
    room.ready = True
    for _ in range(5):
        real()
    assert not heard
    assert not room.stage.receive()


def test_a_stage_that_dies_is_answered_for(room):
    error = room.ask("get", "/x", serve=lambda _message: room.stage.close())
    assert "the stage went away" in str(error)
    assert "not running at the moment" in str(room.ask("get", "/x"))


def test_a_stream_goes_on_until_the_stage_ends_it(room):
    def serve(message):
        for number in range(3):
            room.stage.send({"id": message["id"], "ok": True, "result": number, "more": number < 2})

    assert room.ask("watch", serve=serve) == [0, 1, 2]


def test_a_stream_whose_client_hangs_up_is_cancelled(room):
    seen = []
    client = socket.socket(socket.AF_UNIX)
    client.connect(str(room.folder / SOCKET))
    client.sendall(b'{"verb":"watch"}\n')
    while len(seen) < 2:
        room.turn()
        for message in room.stage.receive():
            seen.append(message)
            if message["verb"] == "watch":
                room.stage.send({"id": message["id"], "ok": True, "result": 1, "more": True})
        with contextlib.suppress(BlockingIOError):
            client.setblocking(False)
            if client.recv(4096):
                client.close()
                break
    while len(seen) < 2:
        room.turn()
        seen += room.stage.receive()
    assert seen[1]["verb"] == "cancel"
    assert seen[1]["arguments"] == [seen[0]["id"]]


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense\n",
        b"[]\n",
        b"{}\n",
        b'{"verb":1}\n',
        b'{"verb":"x","arguments":{}}\n',
        b"[" * 100000 + b"\n",
        b'{"verb":"get","arguments":' + b"[" * 968 + b"]" * 968 + b"}\n",
        b'{"verb":"get","arguments":' + b'{"a":' * 968 + b"1" + b"}" * 968 + b"}\n",
        b'{"verb":"get","arguments":["' + b"x" * 70000 + b'"]}\n',
        b'{"verb":"get","arguments":["a\\u0000b"]}\n',
        b'{"verb":"get","arguments":["\\ud800"]}\n',
        b'{"verb":"set","arguments":["/x",' + b"9" * 400 + b"]}\n",
        b'{"verb":"set","arguments":["/x",' + b"9" * 5000 + b"]}\n",
        b'{"verb":"set","arguments":[null]}\n',
        b'{"verb":"set","arguments":[' + b"1," * 100 + b"1]}\n",
        b'{"verb":"' + b"v" * 100 + b'"}\n',
        b'{"verb":"broken"}\n',
    ],
)
def test_nonsense_is_answered_and_harms_nobody(room, line):
    client = socket.socket(socket.AF_UNIX)
    client.connect(str(room.folder / SOCKET))
    client.sendall(line)
    client.setblocking(False)
    answer = b""
    while not answer.endswith(b"\n"):
        room.turn()
        with contextlib.suppress(BlockingIOError):
            answer += client.recv(4096)
    assert b'"ok":false' in answer
    assert len(json.loads(answer)["error"]) > 10
    client.close()
    assert room.ask("status") == [{"show": "x"}]
    assert room.stage.receive() == []


@pytest.mark.parametrize("busy", [False, True])
def test_idle_clients_lock_nobody_out(room, busy):
    clients = []
    for _ in range(200):
        client = socket.socket(socket.AF_UNIX)
        client.connect(str(room.folder / SOCKET))
        if busy:
            client.sendall(b'{"verb":"watch"}\n')
        clients.append(client)
        room.turn()
        room.turn()
    assert room.ask("status") == [{"show": "x"}]
    assert room.control.report().clients <= 64
    assert room.control.report().crowded_out >= 136
    assert b"idle longest" in clients[0].recv(4096)
    for client in clients:
        client.close()


def test_who_waits_for_an_answer_is_not_dropped_for_one_who_idles(room):
    asker = socket.socket(socket.AF_UNIX)
    asker.connect(str(room.folder / SOCKET))
    asker.sendall(b'{"verb":"get","arguments":["/x"]}\n')
    room.turn()
    idle = []
    for _ in range(100):
        idle.append(socket.socket(socket.AF_UNIX))
        idle[-1].connect(str(room.folder / SOCKET))
        room.turn()
    (message,) = room.stage.receive()
    room.stage.send({"id": message["id"], "ok": True, "result": 1})
    room.turn()
    assert b'"result":1' in asker.recv(4096)
    for client in (asker, *idle):
        client.close()


def test_a_flood_of_requests_neither_fills_the_memory_nor_holds_up_others(room):
    flood = socket.socket(socket.AF_UNIX)
    flood.connect(str(room.folder / SOCKET))
    flood.setblocking(False)
    sent = 0
    for _ in range(200):
        with contextlib.suppress(BlockingIOError):
            sent += flood.send(b'{"verb":"get","arguments":["/x"]}\n' * 100)
        room.turn()
    assert sent > 0
    assert len(room.stage.receive()) <= 64  # nobody may have more open at a time
    assert room.ask("status") == [{"show": "x"}]
    flood.close()


def test_a_socket_that_somebody_removed_is_made_again(room):
    (room.folder / SOCKET).unlink()
    with pytest.raises(NotRunningError):
        request("status", folder=room.folder)
    assert room.control.renew()
    assert not room.control.renew()
    assert room.ask("status") == [{"show": "x"}]


def test_a_client_that_sends_without_end_is_dropped(room):
    client = socket.socket(socket.AF_UNIX)
    client.connect(str(room.folder / SOCKET))
    client.setblocking(False)
    dropped = False
    while not dropped:
        try:
            client.send(b"x" * 65536)
        except BlockingIOError:
            room.turn()
        except (BrokenPipeError, ConnectionResetError):
            dropped = True
    client.close()
    assert room.ask("status") == [{"show": "x"}]


def test_one_show_per_folder_and_the_message_names_the_holder(tmp_path):
    import os

    first = Lock(tmp_path)
    with pytest.raises(PhotophoreError, match=f"process {os.getpid()}"):
        Lock(tmp_path)
    first.release()
    Lock(tmp_path).release()


def test_the_service_manager_is_told(tmp_path):
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(str(tmp_path / "notify"))
    assert notify("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "notify")})
    assert manager.recv(100) == b"READY=1"
    manager.close()
    assert not notify("READY=1", {})
    assert not notify("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "nobody")})


def test_the_watchdog_is_petted_twice_as_often_as_it_asks():
    assert watchdog_period({"WATCHDOG_USEC": "10000000"}) == 5.0
    assert watchdog_period({}) is None
    assert watchdog_period({"WATCHDOG_USEC": "x"}) is None
    assert watchdog_period({"WATCHDOG_USEC": "10000000", "WATCHDOG_PID": "1"}) is None


def test_a_show_whose_folder_cannot_be_written_is_found_elsewhere_also_beside_a_stale_socket(
    tmp_path, monkeypatch
):
    state, run = tmp_path / "state", tmp_path / "run"
    run.mkdir()
    (state / "lock").mkdir(parents=True)  # nothing can be locked there: like a disk that is read-only
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(state / SOCKET))
    left.close()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(run))
    place = Place(state)
    assert place.folder is not None
    assert place.folder.parent == run
    assert stat.S_IMODE(place.folder.stat().st_mode) == 0o700
    assert "cannot be written" in place.troubles[0]
    with pytest.raises(PhotophoreError, match="already running"):
        Place(state)
    room = Room(place.folder)
    room.folder = state
    assert room.ask("status") == [{"show": "x"}]
    room.close()
    place.release()
    assert list(run.iterdir()) == []


def test_a_place_that_belongs_to_somebody_else_is_not_used(tmp_path, monkeypatch):
    state, run = tmp_path / "state", tmp_path / "run"
    (state / "lock").mkdir(parents=True)
    run.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(run))
    taken = next(one for one in run_folders(state) if one.parent == run)
    taken.mkdir(mode=0o777)
    taken.chmod(0o777)
    place = Place(state)
    assert place.folder != taken
    place.release()
