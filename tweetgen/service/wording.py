"""Numbers in the words of logs and notices."""

from collections.abc import Mapping


def some(number: int, noun: str) -> str:
    """So many of them: "1 account", "2 accounts"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def listed(counts: Mapping[str, int], noun: str = "") -> str:
    """What is not zero, such as "1 slot made, 2 slots withdrawn"; `counts` by what became of them."""
    return ", ".join(f"{some(count, noun) if noun else count} {what}" for what, count in counts.items() if count)
