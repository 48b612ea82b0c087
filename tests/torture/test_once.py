"""However often the daemon is killed and whatever the service does: what is promised holds, and never a text is lost.

`make torture` kills 1,000 times where `make test` kills 20.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tweetgen.domain import SendState

Torture = Callable[..., Any]
Service = Callable[..., Any]
#: (policy, whether the service knows keys)
PROMISES = [("hold", False), ("reconcile", True), ("reconcile", False)]
#: seconds; what the service accepts late, it accepts well within
SETTLE = 1.5


@pytest.mark.parametrize(("policy", "keyed"), PROMISES)
def test_killed_at_every_failpoint_nothing_is_posted_twice_or_lost(
    torture: Torture, make_service: Service, failpoints: tuple[str, ...], policy: str, keyed: bool, kills: int
) -> None:
    service = make_service(seed=1, keyed=keyed, faulty=0.3)
    passings = range(1, 4) if kills > 20 else (1,)
    # only where there is no key anybody is asked what it has
    asks = policy == "reconcile" and not keyed
    killed = [(name, passing) for name in failpoints for passing in passings if asks or name not in ("find", "found")]
    with service.serving() as url:
        aftermath = torture(
            url, 3 * len(killed), on_unknown=policy, keyed=keyed, settle=SETTLE, failpoints=killed
        )
    aftermath.check(policy, service, 3 * len(killed))


@pytest.mark.timeout(0)
@pytest.mark.parametrize(
    ("database", "processes"),
    [("sqlite", 1), ("sqlite", 2), ("sqlite", 4), ("postgresql", 2), ("postgresql", 4)],
    indirect=["database"],
)
@pytest.mark.parametrize(("policy", "keyed"), PROMISES)
def test_killed_and_stopped_at_random_moments_nothing_is_posted_twice_or_lost(
    torture: Torture,
    make_service: Service,
    capsys: pytest.CaptureFixture[str],
    kills: int,
    policy: str,
    keyed: bool,
    processes: int,
    database: str,
) -> None:
    service = make_service(seed=2, keyed=keyed)
    texts = 2 * kills
    with service.serving() as url:
        aftermath = torture(
            url, texts, on_unknown=policy, keyed=keyed, settle=SETTLE, kills=kills, processes=processes
        )
    if kills > 20:
        where = f"{policy}, {'keyed' if keyed else 'keyless'}, {database.partition(':')[0]}, {processes} at once"
        aftermath.report(capsys, where, service, kills)
    aftermath.check(policy, service, texts)


@pytest.mark.parametrize("fault", ["drop", "error", "refuse", "hang", "swallow", "late", "html", "slow"])
def test_with_hold_a_fault_is_for_a_person_and_never_sent_again(
    torture: Torture, make_service: Service, fault: str
) -> None:
    service = make_service(seed=3, keyed=False, faulty=1.0, faults=(fault,))
    with service.serving() as url:
        aftermath = torture(url, 2, on_unknown="hold", keyed=False, settle=SETTLE)
    assert service.requests == {fault: 2}
    assert set(aftermath.states.values()) == {SendState.SENT if fault == "slow" else SendState.NEEDS_HUMAN}


def test_what_is_accepted_after_the_time_to_settle_is_posted_twice(torture: Torture, make_service: Service) -> None:
    """The limit of every promise: without a key nobody can see a request that is carried out later than that."""
    service = make_service(seed=4, keyed=False, faulty=1.0, faults=("late",))
    service.late = 3.0

    def fault() -> str:
        service.requests["any"] += 1
        return "late" if service.requests["any"] == 1 else "fine"

    service.fault = fault
    with service.serving() as url:
        aftermath = torture(url, 1, on_unknown="reconcile", keyed=False, settle=0.3)
        while sum(service.ledger.values()) < 2:
            pass
    assert aftermath.counts == {SendState.SENT: 1}
    assert service.ledger == {"key0": 2}
