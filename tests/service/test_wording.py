"""Numbers in words."""

from tweetgen.service.wording import listed, some


def test_one_is_no_plural() -> None:
    assert [some(number, "account") for number in (0, 1, 2)] == ["0 accounts", "1 account", "2 accounts"]


def test_what_did_not_happen_is_left_out() -> None:
    assert listed({"made": 1, "withdrawn": 0, "missed": 2}, "slot") == "1 slot made, 2 slots missed"
    assert listed({"decided": 3, "refused": 0}) == "3 decided"
