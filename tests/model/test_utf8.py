"""The automaton lets through exactly what Python decodes."""

import random

from tweetgen.model.utf8 import WHOLE, utf8

EVERY_BYTE = (b"", *(bytes([value]) for value in range(256)))


def passes(spelling: bytes) -> bool:
    """Whether the bytes, one token each, may be written and then ended."""
    table, state = utf8(EVERY_BYTE), WHOLE
    for byte in spelling:
        if table.mask[state, byte + 1] < 0:
            return False
        state = table.after[state][byte + 1]
    return bool(table.mask[state, 0] == 0)


def decodes(spelling: bytes) -> bool:
    try:
        spelling.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_every_character_of_every_length_passes() -> None:
    for character in (
        "\0",
        "a",
        "\x7f",
        "\x80",
        "é",
        "\u07ff",
        "\u0800",
        "\ud7ff",
        "\ue000",
        "\uffff",
        "😀",
        "\U0010ffff",
    ):
        assert passes(character.encode())


def test_no_more_and_no_less_than_python_decodes() -> None:
    dice = random.Random(4)
    lead = [0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED]
    lead += [0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF]
    for _ in range(3000):
        spelling = bytes(dice.choice(lead) for _ in range(dice.randint(1, 4)))
        assert passes(spelling) == decodes(spelling), spelling


def test_a_beginning_that_no_token_can_finish_is_not_begun() -> None:
    tokens = (b"", b"a", b"\xe2", b"\x80", b"\xf0", b"\xc3", b"", b"\xff")  # after F0 comes 90 or more
    mask = utf8(tokens).mask[WHOLE, : len(tokens)]
    assert [bool(forbidden) for forbidden in mask] == [False, False, False, True, True, False, True, True]


def test_characters_are_counted_where_they_begin() -> None:
    tokens = (b"", b"ab", "é".encode(), b"\xc3", b"\xa9", b"\xa9x", "日本".encode())
    assert utf8(tokens).characters == [0, 2, 1, 1, 0, 1, 2]
