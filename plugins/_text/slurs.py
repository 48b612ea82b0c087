"""The careful list: wordfilter's, made for bots, less what is also an ordinary word or a name.

wordfilter looks for its words anywhere in a text, even within others; here they are whole words. A word stays on the
list although it has a harmless sense where that is rare: a text dropped for nothing costs a text, a slur published
costs the account.
"""

from collections.abc import Iterator

#: ordinary words, names and words of other languages ("Abo" is a subscription, "tard" is late, "Kraut" is cabbage)
ORDINARY = frozenset(
    {
        *("abo", "crazie", "crazy", "crip", "dick", "dumb", "dyke", "gash", "gimp", "homo", "hooker", "idiot"),
        *("insane", "insanitie", "insanity", "kraut", "lame", "lunatic", "mick", "nip", "prostitute", "spade"),
        *("spook", "tard", "titt"),
    }
)
#: nothing harmless begins like these; niggardly and snigger, retardant, skanking and Slutsk are spared
BEGINNINGS = frozenset(
    {
        *("beeyotch", "biatch", "bitch", "cunt", "douchebag", "faggot", "golliwog", "halfbreed", "nigger"),
        *("pickaninn", "raghead", "shemale", "soyboy", "street-shitter", "wetback", "whore"),
    }
)
#: forms that a plural does not reach
FURTHER = ("bitchass", "fatasses", "retarded", "slutty", "skanky", "twatty", "whoring")
#: harmless themselves, or in a row
HARMLESS = (
    "lesbos",
    *("chink in the armor", "chink in the armour", "chinks in the armor", "chinks in the armour"),
    *("blue tits", "coal tits", "great tits", "maine coon", "maine coons", "pussy riot", "pussy willow"),
    *("pussy willows", "spic and span"),
)


def careful() -> Iterator[str]:
    """The entries of the careful list."""
    for word in strict():
        if word not in ORDINARY:
            yield f"{word}*" if word in BEGINNINGS else word
    yield from FURTHER


def strict() -> list[str]:
    """All of wordfilter's."""
    from wordfilter import Wordfilter  # reads its list from a file

    return sorted(set(Wordfilter().blacklist))
