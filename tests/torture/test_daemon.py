"""The same promises, kept by the real `tweetgen serve`: killed, restarted, and two at once on one store.

`make torture` kills it a tenth as often as the loop of `test_once.py`, for it takes a second to begin.
"""

from collections.abc import Callable
from typing import Any

import pytest

Torture = Callable[..., Any]
Service = Callable[..., Any]
#: (policy, whether the service knows keys)
PROMISES = [("hold", False), ("reconcile", True)]


@pytest.mark.timeout(0)
@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize(("policy", "keyed"), PROMISES)
def test_killed_at_random_moments_the_daemon_posts_nothing_twice_and_loses_nothing(
    torture_daemons: Torture,
    make_service: Service,
    capsys: pytest.CaptureFixture[str],
    kills: int,
    policy: str,
    keyed: bool,
    processes: int,
) -> None:
    service = make_service(seed=5, keyed=keyed)
    service.hang = 1.5
    often = kills > 20
    kills = kills // 10 if often else 5
    texts = 6 * kills
    sleep = often and processes > 1

    aftermath = torture_daemons(service, texts, policy, lambda daemons: daemons.torture(kills, processes, sleep))
    if often:
        where = f"daemon, {policy}, {'keyed' if keyed else 'keyless'}, {processes} at once"
        aftermath.report(capsys, where, service, kills)
    aftermath.check(policy, service, texts)


@pytest.mark.timeout(0)
@pytest.mark.parametrize(("policy", "keyed"), PROMISES)
def test_killed_at_every_commit_and_send_the_daemon_posts_nothing_twice_and_loses_nothing(
    torture_daemons: Torture,
    make_service: Service,
    capsys: pytest.CaptureFixture[str],
    kills: int,
    policy: str,
    keyed: bool,
) -> None:
    service = make_service(seed=6, keyed=keyed, faulty=0.3)
    often = kills > 20
    # commits: what takes in the dead one's texts, claims, settles, finds out
    passings = {"place": 2, "commit": 8, "send": 2, "answered": 2} if often else {"commit": 1, "send": 1, "answered": 1}
    failpoints = [(name, passing) for name, most in passings.items() for passing in range(1, most + 1)]
    texts = 4 * len(failpoints)
    aftermath = torture_daemons(
        service, texts, policy, lambda daemons: daemons.torture_at(failpoints), fatal=True
    )
    if often:
        aftermath.report(capsys, f"daemon, {policy}, at failpoints", service, len(failpoints))
    aftermath.check(policy, service, texts)
