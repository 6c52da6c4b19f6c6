"""What becomes of a sentence, and how many places it takes: any script, nothing that is not seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.guestbook import MOST_PLACES, SentenceError, clean, graphemes, language_of, room, shortened


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("e\u0301a", 2),
        ("👩\u200d🚀", 1),
        ("👨\u200d👩\u200d👧\u200d👦🏽", 1),
        ("🏳️\u200d🌈", 1),
        ("🇩🇪🇫🇷", 2),
        ("क्षत्रिय", 3),
        ("நி", 1),
        ("각", 1),
        ("\u1100\u1161\u11a8", 1),
        ("السَّلام", 6),
        ("海は", 2),
        ("a\u200db", 2),
        ("1\ufe0f\u20e3", 1),
        ("a, b", 4),
        ("a\r\nb", 3),
        ("a\n\rb", 4),
    ],
)
def test_a_sign_is_what_a_reader_takes_for_one(text: str, signs: int) -> None:
    assert len(graphemes(text)) == signs
    assert "".join(graphemes(text)) == text


def test_wide_signs_take_two_places() -> None:
    assert room("abc") == 3
    assert room("海は") == 4
    assert room("👨\u200d👩\u200d👧\u200d👦") == 2
    assert room("नमस्ते") == 3


@given(st.text(max_size=200), st.integers(0, 90))
def test_what_is_shortened_fits_and_is_the_beginning(text: str, most: int) -> None:
    kept = shortened(text, most)

    assert room(kept) <= most
    assert text.startswith(kept)


def test_controls_and_overrides_of_direction_are_removed() -> None:
    assert clean("a\u202eb\u0000c\u200b\u2066d\ufeff") == "abcd"
    assert clean("  one\r\n\ttwo\u2028three ") == "one two three"
    assert clean("\u0645\u06cc\u200c\u062e\u0648") == "\u0645\u06cc\u200c\u062e\u0648"  # Persian needs it


def test_text_does_not_climb_over_its_neighbours() -> None:
    assert len(clean("a" + "\u0335" * 500)) <= 8


def test_markup_stays_text() -> None:
    assert clean("<b>hi</b> & 'you'") == "<b>hi</b> & 'you'"


def test_marks_in_a_row_beyond_those_of_any_script_are_left_out() -> None:
    assert clean("a" + "\u0316" * 1000 + "\u0301b") == "a" + "\u0316" * 7 + "b"


def test_tags_stay_in_flags_of_regions_only() -> None:
    wales = "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"
    assert clean(f"Home {wales}") == f"Home {wales}"
    assert clean("he\U000e0061ll \U0001f3f4\U000e0061\U000e007f") == "hell \U0001f3f4"


def test_what_is_removed_between_a_letter_and_its_accent_leaves_one_sign() -> None:
    assert clean("e\u200b\u0301") == clean("e\U000e0061\u0301") == "\u00e9"


def test_spaces_do_not_make_a_sentence_too_long() -> None:
    assert clean(" " * 5000 + "here") == "here"
    with pytest.raises(SentenceError) as error:
        clean("a\u200b" * 1001)
    assert error.value.reason == "long"


@pytest.mark.parametrize("text", ["", "   ", "\u200d\u200d", "\u202e", "\ud800", "\ue000"])
def test_nothing_is_no_sentence(text: str) -> None:
    with pytest.raises(SentenceError) as error:
        clean(text)
    assert error.value.reason == "empty"


def test_a_sentence_has_at_most_three_lines() -> None:
    assert clean("x" * MOST_PLACES)
    assert clean("海" * (MOST_PLACES // 2))
    for text in ("x" * (MOST_PLACES + 1), "海" * (MOST_PLACES // 2 + 1)):
        with pytest.raises(SentenceError) as error:
            clean(text)
        assert error.value.reason == "long"


@given(st.text(max_size=120))
def test_what_is_clean_stays_so(text: str) -> None:
    try:
        once = clean(text)
    except SentenceError:
        return
    assert clean(once) == once
    once.encode()


@pytest.mark.parametrize(
    ("text", "asked", "tag"),
    [
        ("Good night", "de-AT", "de"),
        ("駅まで", "de", "ja"),
        ("橘子", "en", "zh"),
        ("橘子", "ja-JP", "ja"),
        ("مرحبا", "fa", "fa"),
        ("مرحبا", "en", "ar"),
        ("नमस्ते", "mr", "mr"),
    ],
)
def test_the_script_tells_the_language_where_the_browser_does_not(text: str, asked: str, tag: str) -> None:
    assert language_of(text, asked) == tag


@pytest.mark.parametrize("variant", ["\ufe0e", "\ufe0f", "\ufe00", "\U000e0100"])
def test_a_variant_of_nothing_is_left_out(variant: str) -> None:
    assert clean(f"I love {variant} the sea") == "I love the sea"
    assert clean(f"{variant}a {variant}{variant}\u200db") == "a \u200db"
    assert clean(f"a \u2764{variant} b") == f"a \u2764{variant} b"
