"""Letters of other scripts and signs that a reader takes for a Latin letter.

Chosen from Unicode's confusables (UTS #39) and from what people write: the full list also turns `rn` into `m`, which
would make other words of honest ones. What compatibility decomposition does already (full width, mathematical
and circled letters, superscripts) is not repeated here.
"""

#: Latin letter → those that look like it; small letters only, for words are folded to these first
_BY_LETTER = {
    "a": "аαɑӕᴀ",
    "b": "вьβʙɓ",
    "c": "сᴄↄ",
    "d": "ԁɗđᴅ",
    "e": "еєεɛэᴇ",
    "f": "ғƒꜰ",
    "g": "ɡɢցǥ",
    "h": "һнʜћђħ",
    "i": "іιıɩɪӏ",
    "j": "јϳᴊ",
    "k": "кκᴋқҡ",
    "l": "ʟłɭ",
    "m": "мᴍɱ",
    "n": "пηɴռŋ",
    "o": "оοσօøᴏө",
    "p": "рρᴘþ",
    "q": "ԛգ",
    "r": "гʀɾя",
    "s": "ѕꜱʂ",
    "t": "тτᴛŧ",
    "u": "υսᴜцʉ",
    "v": "ѵνᴠ",
    "w": "ԝωшщᴡ",
    "x": "хχ",
    "y": "уγүʏ",
    "z": "ᴢƶʐ",
}
LOOKALIKES = {ord(other): letter for letter, others in _BY_LETTER.items() for other in others}
#: letters in any text, which compatibility decomposition leaves alone: negative circled and squared capitals
ENCLOSED = {first + place: chr(ord("a") + place) for first in (0x1F150, 0x1F170) for place in range(26)}
#: digits and signs that stand for a letter within a word
LEET = str.maketrans("0345789@$+€£¢¥×", "oeastbgastelcyx")
#: these may be an i or an l
EITHER = "1!|"
