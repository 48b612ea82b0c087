"""Keeps secrets out of logs: every known one, and whatever looks like one."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

MASK = "***"
#: a shorter secret would mask half the language
SHORTEST = 6
_NAMES = r"[\w.-]*(?:password|passwd|secret|token|api[-_]?key|authorization|signature|credential)s?"
_LIKELY = (
    # user:password@ in an address
    (re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"), MASK),
    # what follows these schemes of HTTP's Authorization
    (re.compile(r"\b(bearer|basic|oauth)\s+[\w.~+/=-]{6,}", re.IGNORECASE), rf"\1 {MASK}"),
    # name=value and "name": "value"
    (re.compile(rf"(\b{_NAMES}[\"']?\s*[=:]\s*[\"']?)(?!\*)[^\s\"'&,;)}}\]]+", re.IGNORECASE), rf"\1{MASK}"),
    # three parts of base64 with dots, as JSON web tokens and signed links have
    (re.compile(r"\b[\w-]{16,}\.[\w-]{4,}\.[\w-]{16,}\b"), MASK),
    # known beginnings, and long runs of letters and digits both
    (re.compile(r"\b(?:gh[pousr]_|xox[abprs]-|sk-|AKIA)[\w-]{10,}"), MASK),
    (re.compile(r"(?<![\w/-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{32,}(?![\w/-])"), MASK),
)
_NAMED = re.compile(rf"^{_NAMES}$", re.IGNORECASE)


class Redactor:
    """Masks secrets in anything that is logged."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known: re.Pattern[str] | None = None
        self.know(secrets)

    def know(self, secrets: Iterable[str]) -> None:
        """Mask these from now on, in place of those known before."""
        wanted = sorted({secret for secret in secrets if len(secret) >= SHORTEST}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, wanted))) if wanted else None

    def text(self, text: str) -> str:
        """`text` without secrets."""
        if self._known is not None:
            text = self._known.sub(MASK, text)
        for pattern, instead in _LIKELY:
            text = pattern.sub(instead, text)
        return text

    def value(self, value: Any) -> Any:
        """Any logged value without secrets; what is neither number nor container is turned into text first."""
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return {key: MASK if _NAMED.match(str(key)) else self.value(item) for key, item in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.value(item) for item in value]
        return self.text(str(value))
