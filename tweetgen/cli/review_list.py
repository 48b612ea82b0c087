"""What waits for review, a line each or as JSON."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tweetgen.cli.instance import Instance

if TYPE_CHECKING:
    from tweetgen.domain import Pending, Verdict

_LONGEST = 120  # characters of a text within a line


def show(instance: Instance, account: str | None, as_json: bool, count: int) -> None:
    """The first `count` that wait, the best first, of one account or all."""
    candidates = instance.app.store.candidates
    found = candidates.pending(account, count)
    if as_json:
        instance.out.print_json(data=[_to_json(pending) for pending in found])
        return
    if not found:
        instance.out.print("Nothing waits for review.")
        return
    for pending in found:
        instance.out.print(f"{pending.number:>6}  {pending.account}  {pending.score:6.2f}  {in_a_line(pending.text)}")
    waiting = candidates.count_pending(account)
    if waiting > len(found):
        instance.err.print(f"{len(found):,} of {waiting:,}; for instance: -n {5 * count}")


def in_a_line(text: str) -> str:
    """The beginning of a text, its line breaks as spaces."""
    line = " ".join(text[: 2 * _LONGEST].split())
    return line if len(line) <= _LONGEST and len(text) <= 2 * _LONGEST else f"{line[:_LONGEST]}…"


def _to_json(pending: "Pending") -> dict[str, Any]:
    nearest = pending.nearest
    return {
        "number": pending.number,
        "version": pending.version,
        "account": pending.account,
        "text": pending.text,
        "score": pending.score,
        "scores": dict(pending.scores),
        "verdicts": [{"filter": one.filter, "outcome": one.outcome, "reason": one.reason} for one in pending.verdicts],
        "nearest": nearest and {"author": nearest.author, "text": nearest.text, "shared_words": nearest.shared_words},
        "created_at": pending.created_at.isoformat(),
        "expires_at": pending.expires_at.isoformat() if pending.expires_at else None,
        "skips": pending.skips,
    }


def print_verdicts(instance: Instance, verdicts: "Sequence[Verdict]") -> None:
    """What filters say to an edited text, a line each; of those that would keep it as it is, their number."""
    told = [one for one in verdicts if one.outcome != "keep"]
    for one in told:
        instance.out.print(f"   {one.filter}: {one.outcome}, {one.reason}")
    if verdicts:
        instance.out.print(f"   {len(verdicts) - len(told)} of {len(verdicts)} filters would keep it as it is")
