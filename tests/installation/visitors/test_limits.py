"""How much one address may send, also where all of it comes at the same moment."""

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from urllib.parse import urlencode

from tests.installation.visitors.phones import Served


def test_forms_of_one_address_that_come_at_once_are_limited_as_well(serve: Callable[..., Served]) -> None:
    served = serve(burst=3)
    forms = [served.ask(served.home).page for _ in range(30)]
    bodies = [urlencode(form.fields | {"text": f"number {i}"}).encode() for i, form in enumerate(forms)]
    with ThreadPoolExecutor(30) as phones:
        found = list(phones.map(lambda body: served.ask(served.home, body).status, bodies))
    assert found.count(429) >= 25
    assert len(served.texts()) == found.count(303) <= 5


def test_codes_of_one_address_whose_forms_come_at_once_are_limited_as_well(
    serve: Callable[..., Served],
) -> None:
    served, body = serve(), b"code=AAAAA-AAAAA"
    head = f"POST /withdraw HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nConnection: close\r\n"
    head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    with ExitStack() as stack:
        phones = [
            stack.enter_context(socket.create_connection(("127.0.0.1", served.port))) for _ in range(30)
        ]
        for one in phones:
            one.sendall(head.encode())
        assert served.ask("/health").status == 200  # by now all of them have asked
        for one in phones:
            with suppress(ConnectionError):  # who is refused may be told before the form is sent
                one.sendall(body)
        found = [one.recv(12).split()[1] for one in phones]
    assert found.count(b"429") >= 15
    assert found.count(b"404") >= 5


def test_a_form_that_is_sent_again_counts_once(serve: Callable[..., Served]) -> None:
    served = serve(burst=3)
    form = served.ask(served.home).page
    assert [served.leave("The same.", form=form).status for _ in range(6)] == [200] * 6
    assert [served.leave(f"number {i}").status for i in range(3)] == [200, 200, 429]
    assert served.leave("The same.", form=form).status == 200
