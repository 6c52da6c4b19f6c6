"""The page as a phone without script meets it: plain forms, any script of the world, any misuse."""

import signal
from collections.abc import Callable
from contextlib import closing
from urllib.parse import urlencode

import pytest

from installation.bench.visitors import burst
from installation.guestbook import Act, Guestbook, State, folder
from installation.visitors.languages import languages
from tests.installation.visitors.phones import Served, until

SENTENCES = [
    "We counted the stars until the rain came.",
    "كان جدي يسقي شجرة الجيران قبل شجرتنا.",
    "बारिश में हम सब एक ही छत के नीचे खड़े थे।",
    "駅まで送ってくれた人の名前を、まだ知らない。",
    "Good night 👩\u200d🚀 🏳️\u200d🌈 🇩🇪",
    "<script>alert('x')</script><img src=x onerror=alert(1)>",
    "\"><textarea>' OR 1=1; --",
    "{text} %s {0} $(reboot)",
]


@pytest.mark.parametrize("text", SENTENCES)
def test_a_sentence_of_any_script_waits_for_staff_as_it_was_written(served: Served, text: str) -> None:
    answer = served.leave(text)

    assert answer.status == 200
    assert len(answer.page.code) == 11
    found = [one for one in served.book().stories() if one.story.text == text]
    assert [one.state for one in found] == [State.WAITING]


@pytest.mark.parametrize("text", [*SENTENCES[-3:], "x" * 90 + "<script>alert(1)</script>"])
def test_what_is_typed_is_never_markup_of_ours(served: Served, text: str) -> None:
    answer = served.leave(text * 6)  # too long, so it is shown again

    assert answer.status in (413, 422)
    assert answer.page.tags.count("script") == 1  # our own, with a src
    assert answer.page.tags.count("textarea") == 1
    assert "img" not in answer.page.tags
    assert answer.page.fields["text"] == text * 6
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_what_is_sent_twice_is_one_story_with_one_code(served: Served) -> None:
    form = served.ask(served.home).page
    first = served.leave("Sent twice by a slow phone.", form=form)
    second = served.leave("Sent twice by a slow phone.", form=form)

    assert first.page.code == second.page.code != ""
    assert served.texts().count("Sent twice by a slow phone.") == 1


def test_who_goes_back_and_writes_something_else_leaves_two(served: Served) -> None:
    form = served.ask(served.home).page
    codes = {served.leave(text, form=form).page.code for text in ("Before.", "After going back.")}

    assert len(codes) == 2
    assert {"Before.", "After going back."} <= set(served.texts())


def test_ten_megabytes_are_refused_in_words_and_nothing_is_lost(served: Served) -> None:
    before = served.texts()
    form = served.ask(served.home).page
    huge = served.leave("Far too long. " * 750_000, form=form)

    assert huge.status == 413
    assert huge.page.alert == languages()["en"].huge
    assert huge.page.fields["text"].startswith("Far too long. Far")
    assert served.texts() == before
    assert served.leave(huge.page.fields["text"], form=huge.page).status == 200
    assert len(served.texts()) == len(before) + 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "empty"), (" \u202e ", "empty"), ("x" * 85, "long"), ("海" * 43, "long")],
)
def test_what_cannot_be_kept_is_told_why_and_stays_in_the_form(
    served: Served, text: str, reason: str
) -> None:
    form = served.ask(served.home).page
    answer = served.leave(text, form=form)

    assert answer.status == 422
    assert answer.page.alert == getattr(languages()["en"], reason).format(over=2 if "海" in text else 1)
    assert answer.page.fields["text"] == text
    assert answer.page.fields["key"] == form.fields["key"]


def test_a_drawing_is_kept_with_its_timing(served: Served) -> None:
    answer = served.leave(strokes="[[10,10,0,200,200,400],[300,10,900,10,300,1200]]")

    assert answer.page.code
    found = [one.story for one in served.book().stories() if one.story.strokes]
    assert found[0].strokes == "[[10,10,0,200,200,400],[300,10,900,10,300,1200]]"
    assert served.leave(strokes="[[1,2]]").status == 422
    assert served.leave("a text", strokes="[]").page.code


def test_a_story_is_taken_back_with_its_code(served: Served) -> None:
    code = served.leave("Taken back at once.").page.code
    form = served.ask("/withdraw").page
    assert "code" in form.fields

    wrong = served.ask("/withdraw", b"code=AAAAA-AAAAA")
    assert (wrong.status, wrong.page.alert) == (404, languages()["en"].unknown)
    done = served.ask("/withdraw", urlencode({"code": code.lower()}).encode())
    assert (done.status, done.page.alert) == (200, languages()["en"].withdrawn)

    assert "Taken back at once." not in served.texts()
    assert served.ask("/withdraw", urlencode({"code": code}).encode()).status == 404


def test_a_form_that_was_taken_back_may_be_sent_again(served: Served) -> None:
    form = served.ask(served.home).page
    code = served.leave("Here, gone and here again.", form=form).page.code
    served.ask("/withdraw", urlencode({"code": code}).encode())
    again = served.leave("Here, gone and here again.", form=form)

    assert again.page.code not in ("", code)
    assert "Here, gone and here again." in served.texts()


def test_the_code_of_a_story_that_is_gone_is_not_shown(served: Served) -> None:
    assert served.ask(f"{served.home}/left?r=NOTHING").status == 404


@pytest.mark.parametrize("tag", sorted(languages()))
def test_every_page_speaks_the_language_that_the_browser_asks_for(served: Served, tag: str) -> None:
    texts = languages()[tag]
    asked = f"xx, {tag}-XX;q=0.9, en;q=0.1"
    home = served.ask(served.home, Accept_Language=asked)
    assert home.page.html == {"lang": tag, "dir": texts.direction}
    assert texts.consent.format(days=90) in home.page.words
    assert f'<nav aria-label="{texts.languages}">' in home.text
    answer = served.leave(f"A sentence, sent in {tag}.", Accept_Language=asked)
    assert texts.sent in answer.page.words

    chosen = served.ask(f"{served.home}?lang={tag}")
    assert chosen.page.html["lang"] == tag
    assert chosen.page.action == f"{served.home}?lang={tag}"
    privacy = served.ask("/privacy", Accept_Language=asked)
    assert "The Gallery <desk@example.org>" in privacy.page.words
    assert "90" in privacy.page.words


def test_without_the_code_at_the_wall_there_is_no_form(served: Served) -> None:
    for path in ("/aaaaaa", "/aaaaaa/left?r=x", "/no/such/page", "/admin", "/../visitors.js"):
        answer = served.ask(path)
        assert answer.status == 404
        assert "form" not in answer.page.tags
    assert served.ask("/aaaaaa", b"text=hello").status == 404
    assert "hello" not in served.texts()


def test_where_no_letters_are_needed_a_story_is_left_and_taken_back_all_the_same(
    serve: Callable[..., Served],
) -> None:
    served = serve(code="none")
    assert served.home == "/"
    left = served.leave("No letters stand at the wall.")
    asked = served.leave("And in a language that was asked for.", form=served.ask("/?lang=de").page)

    assert (left.status, asked.status) == (200, 200)
    assert len(left.page.code) == len(asked.page.code) == 11
    assert served.ask("/left?r=NOBODY").status == 404
    taken = served.ask("/withdraw", urlencode({"code": left.page.code}).encode())
    assert taken.status == 200
    assert served.texts() == ["And in a language that was asked for."]


def test_it_gives_no_commands_and_sets_no_cookies(served: Served) -> None:
    for path in ("/panel/command/go", "/panel/stories", "/master", "/stories"):
        assert served.ask(path, b"").status in (404, 405)
    for path in (served.home, "/privacy", "/withdraw", "/visitors.css", "/visitors.js", "/health"):
        answer = served.ask(path)
        assert answer.status == 200
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("header", ["Via", "Forwarded", "X-Forwarded-For", "X-Real-IP"])
def test_who_comes_through_a_proxy_is_not_at_this_machine(served: Served, header: str) -> None:
    assert served.ask("/").page.fields["key"]
    answer = served.ask("/", **{header: "203.0.113.7"})
    assert (answer.status, answer.page.fields) == (404, {})


def test_foreign_hosts_and_foreign_pages_are_refused(served: Served) -> None:
    assert served.ask(served.home, Host="evil.example").status == 421
    assert served.ask(served.home, b"text=hello", Origin="http://evil.example").status == 403
    assert (
        served.ask(served.home, b"text=from+a+page+of+ours", Origin=f"http://127.0.0.1:{served.port}").status
        == 303
    )
    assert served.ask(served.home, b"text=hello", Origin="http://[x").status == 403
    assert "hello" not in served.texts()


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"text=hello", "text/plain", 415),
        (
            b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nhi\r\n--x--',
            "multipart/form-data; boundary=x",
            415,
        ),
        (b"&".join(b"a%d=1" % i for i in range(5000)), "application/x-www-form-urlencoded", 422),
        (b"\xff\xfe\x00%zz=%f", "application/x-www-form-urlencoded", 422),
        (b"text=%ff%fe%00", "application/x-www-form-urlencoded", 303),
    ],
)
def test_bytes_that_no_form_sends_are_answered(served: Served, body: bytes, kind: str, status: int) -> None:
    assert served.ask(served.home, body, Content_Type=kind).status == status
    assert served.ask("/health").status == 200


def test_one_address_may_send_so_many_at_once_and_others_more(serve: Callable[..., Served]) -> None:
    served = serve(burst=3)
    for i in range(3):
        assert served.leave(f"number {i}").status == 200
    form = served.ask(served.home).page
    refused = served.leave("number 3", form=form)
    assert refused.status == 429
    assert refused.page.fields["text"] == "number 3"
    assert 1 <= int(refused.headers["retry-after"]) <= 31
    assert served.leave("from another phone", source="127.0.0.2").status == 200
    assert len(served.texts()) == 4


def test_a_limited_address_has_no_drawing_read(serve: Callable[..., Served]) -> None:
    served = serve(burst=1)
    assert served.leave("The one that may come.").status == 200
    assert served.leave(strokes="[[1,2]]").status == 429
    assert served.leave(strokes="[[1,2]]", source="127.0.0.2").status == 422


def test_tries_that_are_refused_count_too(serve: Callable[..., Served]) -> None:
    served = serve(burst=3)
    form = served.ask(served.home).page
    assert [served.leave("", form=form).status for _ in range(4)] == [422, 422, 422, 429]
    assert served.leave("Now a sentence.", form=form).status == 429
    assert served.leave("From another phone.", source="127.0.0.2").status == 200


def test_a_long_row_of_marks_is_answered_in_words(served: Served) -> None:
    answer = served.leave("a" + "\u0316" * 5000)
    assert answer.status == 413
    assert answer.page.alert == languages()["en"].huge
    assert answer.page.fields["text"].startswith("a\u0316")


def test_nothing_on_the_disk_says_who_it_was_or_when(serve: Callable[..., Served]) -> None:
    served = serve()
    given = {
        "User_Agent": "TellTalePhone/9.9",
        "Accept_Language": "de-CH-1996, de;q=0.5",
        "source": "127.9.8.7",
    }
    answer = served.leave("A sentence of nobody's.", **given)
    served.leave("", **given)
    served.ask("/withdraw", b"code=AAAAA-AAAAA", **given)
    (found,) = served.book().stories()
    assert (found.story.hour % 3600, found.story.language) == (0, "de")
    held = b"".join(one.read_bytes() for one in served.state.rglob("*") if one.is_file())
    assert b"A sentence of nobody's." in held
    for secret in (b"TellTale", b"127.9.8.7", b"CH-1996", answer.page.code.encode()):
        assert secret not in held


def test_what_another_process_deletes_while_one_reads_leaves_the_log_too(
    serve: Callable[..., Served],
) -> None:
    served = serve()
    code = served.leave("A stone from every shore.").page.code
    log = served.state / "stories" / "stories.db-wal"
    with closing(Guestbook(folder(served.state), repairs=False)) as reader:
        reader._connection.execute("BEGIN")
        reader._connection.execute("SELECT * FROM story").fetchall()
        with closing(Guestbook(folder(served.state), repairs=False)) as staff:
            assert staff.withdraw(code)
            assert staff.unsettled
        assert b"A stone" in log.read_bytes()
        reader._connection.execute("COMMIT")
        until(lambda: b"A stone" not in log.read_bytes())


def test_a_book_that_fails_is_told_in_words_and_the_text_stays(serve: Callable[..., Served]) -> None:
    served = serve()
    assert served.leave("Before.").status == 200
    with served.book()._connection as other:
        other.execute("DROP TABLE story")
    failed = served.leave("Do not lose me.")
    assert failed.status == 503
    assert failed.page.alert == languages()["en"].failed
    assert failed.page.fields["text"] == "Do not lose me."


def test_a_book_that_is_damaged_under_a_running_page_is_replaced(serve: Callable[..., Served]) -> None:
    served = serve(backups=7)
    assert served.leave("Kept in the backup.").status == 200
    book = served.book()
    until(lambda: list((served.state / "stories" / "backups").glob("*.db")))[0].unlink()
    assert book.back_up(7) is not None
    served.process.send_signal(signal.SIGSTOP)
    book.decide(book.stories()[0].story.id, Act.HIDDEN)  # so that the page reads it anew
    book.close()
    for name in ("stories.db", "stories.db-wal"):
        path = served.state / "stories" / name
        path.write_bytes(b"\xa5" * path.stat().st_size)
    served.process.send_signal(signal.SIGCONT)
    until(lambda: served.leave("After the damage.").status == 200)
    assert {"Kept in the backup.", "After the damage."} <= set(served.texts())
    assert "DAMAGED" in (served.state / "visitors.log").read_text()


def test_an_approved_story_is_told_to_the_stage_and_a_hidden_one_is_taken_back(
    serve: Callable[..., Served],
) -> None:
    import msgspec

    from installation.ipc.bus import ZenohBus
    from installation.ipc.feeds.stories import WALL, Wall

    served = serve(hub="ziva")
    bus = ZenohBus(served.state, listen=True)
    try:
        wall = bus.subscribe(WALL, kept=True)
        newest: list[list[str]] = [["nothing yet"]]

        def told() -> list[str]:
            for _, payload in wall.drain():
                newest[0] = [one.text for one in msgspec.msgpack.decode(payload, type=Wall).stories]
            return newest[0]

        until(lambda: told() == [])
        served.leave("One.")
        served.leave("Two.")
        book = served.book()
        one, two = sorted(book.stories(), key=lambda found: found.story.text)
        book.decide(one.story.id, Act.APPROVED)
        until(lambda: told() == ["One."])
        book.decide(two.story.id, Act.APPROVED)
        until(lambda: told() == ["Two.", "One."])
        book.decide(two.story.id, Act.HIDDEN)
        until(lambda: told() == ["One."])
        book.undo()
        until(lambda: told() == ["Two.", "One."])
    finally:
        bus.close()


def test_a_room_full_of_phones_loses_nothing() -> None:
    times, lost = burst(120, 0.1)

    assert len(times) == 120
    assert lost == 0
