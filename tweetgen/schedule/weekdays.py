"""Days of the week by name, never by number."""

NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = frozenset(range(7))
_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS = {name: number for names in (NAMES, _LONG) for number, name in enumerate(names)}


def parse(text: str) -> frozenset[int]:
    """The days that "mon", "mon,thu", "mon-fri" or "fri-mon" name; 0 is Monday.

    Raises ValueError with a one-line reason.
    """
    days: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        start = number(first)
        end = number(last) if dash else start
        days.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return frozenset(days)


def number(name: str) -> int:
    """0 for Monday to 6 for Sunday; raises ValueError for anything but a name."""
    if any(character.isdigit() for character in name):
        raise ValueError(
            f"weekday {name!r} is a number, and 0 means Sunday to some and Monday to others: write " + ", ".join(NAMES)
        )
    if name.lower() not in _NUMBERS:
        raise ValueError(f"there is no weekday {name!r}: write " + ", ".join(NAMES))
    return _NUMBERS[name.lower()]
