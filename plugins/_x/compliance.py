"""What X wants of automated accounts, as far as settings, filters and the profile show it."""

import re
from collections.abc import Callable, Iterator
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from tweetgen.domain import Finding
from tweetgen.errors import TweetgenError
from tweetgen.interfaces import Checkup

from .names import checked_name
from .port import XUser

_SAYS_SO = re.compile(r"\b(bot|automated|automatic|generated|parody|ai)\b", re.IGNORECASE)


class Compliance(BaseModel):
    """What only a person knows about an account; X's rules for automation ask for it."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    automated_label: bool = False
    """Whether X shows the account as automated: its settings there, "Your account", "Automation"."""
    bio: bool = False
    """Whether the bio says that it is a bot, and whose."""
    operator: Annotated[str, AfterValidator(checked_name)] | None = None
    """The account of the person who answers for it, linked with the label."""

    def checks(self, checkup: Checkup, profile: Callable[[], XUser] | None) -> Iterator[Finding]:
        """One finding a rule; `profile`: asks X, None where nothing may be asked."""
        user = _asked(profile)
        labelled = self.automated_label or bool(user and user.automated)
        yield _finding(
            "automated label",
            labelled,
            "X shows the account as automated",
            'set it at X, in the account\'s settings under "Automation", then write `automated_label: true`',
        )
        yield self._bio(user)
        yield _finding(
            "human operator",
            self.operator is not None,
            f"@{self.operator} answers for it",
            "link it with the account of a person, then write `operator: NAME`",
        )
        yield Finding("replies", True, "it answers nobody, so X's approval of generated replies is not needed")
        yield _finding(
            "similar posts",
            "history" in checkup.filters,
            "the filter `history` keeps accounts from saying the same",
            "X forbids similar posts across accounts; add `history` to its filters",
        )
        yield _finding(
            "mentions",
            "mentions" in checkup.filters,
            "the filter `mentions` sees to those nobody asked for",
            "X forbids mentions nobody asked for; add `mentions` to its filters",
        )

    def _bio(self, user: XUser | None) -> Finding:
        said = bool(user and _SAYS_SO.search(user.description))
        named = bool(user and self.operator and self.operator.casefold() in user.description.casefold())
        if user is not None and not (said and named):
            told = "the bio at X does not say that it is a bot, and whose (@NAME of the operator); write it there"
            return Finding("bio", False, told)
        told = "write there that it is a bot, and whose, then `bio: true`; --online looks at it"
        return _finding("bio", self.bio or (said and named), "it says that it is a bot, and whose", told)


def _finding(about: str, ok: bool, good: str, remedy: str) -> Finding:
    return Finding(about, ok, good if ok else f"nobody has said so; {remedy}" if about in _SAID else remedy)


# what only a person can say
_SAID = ("automated label", "bio", "human operator")


def _asked(profile: Callable[[], XUser] | None) -> XUser | None:
    try:
        return None if profile is None else profile()
    except TweetgenError:  # told as a trouble with the login
        return None
