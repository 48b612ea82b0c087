"""The counter agrees with twitter-text.

The cases of CONFORMANCE are those of twitter-text's `conformance/validate.yml`, sections
`WeightedTweetsWithDiscountedEmojiCounterTest` (all 22) and `UnicodeDirectionalMarkerCounterTest` (both), written
shorter where they repeat themselves. Copyright Twitter, Inc. and other contributors, licensed under the Apache
License 2.0 (https://www.apache.org/licenses/LICENSE-2.0).
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tweetgen_plugins._text.weighted import INVALID, weighted_length

TEN = "xxxxxxxxxx-"
KANA = "あいうえおかきくけこ"
FAMILY = "👨\u200d👩\u200d👧\u200d👦"
POEM = (
    "故人西辞黄鹤楼，烟花三月下扬州。孤帆远影碧空尽，唯见长江天际流。朱雀桥边野草花，乌衣巷口夕阳斜。旧时王谢堂前燕，"
    "飞入寻常百姓家。朝辞白帝彩云间，千里江陵一日还。两岸猿声啼不住，轻舟已过万重山。泪湿罗巾梦不成，夜深前殿按歌声。"
    "红颜未老恩先断，斜倚薰笼坐到明。独在异乡为异客，每逢佳节倍思亲。遥知兄弟登高处，遍插茱萸少一人。"
)
TOO_LONG = f"https://{'somesuperlongurl' * 249}.com/foo"
ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
PUNCTUATION = "".join(map(chr, range(0x2000, 0x200C))) + " ‐ ‑ ‒ – — ― ‖  ‗ ‘ ’ ‚ ‛ “ ” „ ‟ ′ ″ ‴ ‵ ‶ ‷"

#: what it shows, the text, its weighted length, whether X takes it
CONFORMANCE = [
    ("regular tweet with url", "Hi http://test.co", 26, True),
    ("just url", "http://test.co", 23, True),
    ("long tweet", f"285 chars-{TEN * 25}", 285, False),
    ("url in the middle", f"285 chars- http://www.twitter.com/jack {TEN * 24}", 299, False),
    ("url at the end", f"{TEN * 24} http://www.twitter.com/jack ", 289, False),
    ("10 urls", "https://www.twitter.com/aloha " * 10, 240, True),
    ("160 CJK characters", POEM, 320, False),
    ("160 emoji", "😷" * 160, 320, False),
    ("3 Latin and 160 CJK characters", f"the{POEM}", 323, False),
    ("normalised", f"282 chars-{TEN * 24}xxxxxA\u0301x", 281, False),
    ("a mix", f"H🐱☺{FAMILY}", 7, True),
    ("emoji", "😷👾😡🔥💩", 10, True),
    ("skin tones", "🙋🏽👨\u200d🎤", 4, True),
    ("general punctuation", f"This is a tweet with general punctuation characters: {PUNCTUATION}", 110, True),
    (
        "invalid domain labels and a short url",
        f"Long url with invalid domain labels and a short url: {TOO_LONG} {TOO_LONG} {TOO_LONG} https://validurl.com",
        12079,
        False,
    ),
    ("64 character domain without protocol", f"{'randomurl' * 6}randomurls.com", 68, True),
    ("more than 63 punycode characters in the host", f"{KANA * 12} http://{KANA * 5}あいう.com", 358, False),
    ("less than 63 punycode characters in the host", f"{KANA * 12} http://{KANA * 5}あい.com", 264, True),
    ("140 family emoji", FAMILY * 140, 280, True),
    ("emoji with a leading character in the Latin range", "1\u20e3", 2, True),
    ("Unicode 10.0 emoji", f"Unicode 10.0 emoji: 🤪; 🧕; 🧕🏾; {ENGLAND}", 34, True),
    ("Unicode 9.0 emoji", "Unicode 9.0 emoji: 🤠; 💃; 💃🏾", 29, True),
    ("invalid characters", "ABC\u202a\uffffABC\ufffe", 12, False),
    ("directional characters", "\u2066\u202ahttp://foobar.پاکستان/\u202c\u2069", 31, True),
]


@pytest.mark.parametrize(
    ("text", "length", "valid"), [case[1:] for case in CONFORMANCE], ids=[case[0] for case in CONFORMANCE]
)
def test_a_text_weighs_what_twitter_text_says(text: str, length: int, valid: bool) -> None:
    assert weighted_length(text) == length
    assert (length <= 280 and INVALID.search(text) is None) == valid


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("one\r\ntwo", 7),
        ("©", 2),
        ("🇩🇪", 2),
        ("🇩", 2),
        ("👨\u200d🐸", 5),  # no emoji that is known as one
        ("🐦\u200d🔥", 5),  # one that is younger than the list X counts by
        ("😀 example.com 😀", 29),
        ("\ud800", 2),
    ],
)
def test_what_the_conformance_cases_leave_out(text: str, length: int) -> None:
    assert weighted_length(text) == length


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_line_break_between_two_texts_weighs_one(one: str, two: str) -> None:
    one = one.rstrip("\r")
    assert weighted_length(f"{one}\n{two}") == weighted_length(one) + 1 + weighted_length(two)
