"""What programs may ask is as OpenAPI describes it, whatever they send: schemathesis with all its checks."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.openapi import from_dict

from tweetgen.domain import Post
from tweetgen.store import Fingerprint, Store

#: seconds for all operations together; each is asked at least a few times
PATIENCE = 45
#: an answer without an end
ENDLESS = {"GET /api/v1/review/events"}
#: what is there, so that not everything that is asked for is missing
THERE = {"number": 1, "account": "keeper", "author": "ada", "model": "first"}
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@pytest.fixture
def instance(app: Any, store: Store, fill: Callable[..., None], model_file: Callable[..., Path]) -> None:
    """One of everything."""
    model_file("first")
    fill(store, 30)
    store.add_page(None, [Post("ada", f"fog {place}", str(place), "jsonl") for place in range(9)])
    store.set_clusters([Fingerprint(number, 1, b"") for number in range(1, 10)])


@pytest.fixture
def headers(pages: Any) -> dict[str, str]:
    """Those of a page of ours; without them nothing may be changed."""
    page = pages.browser.get("/corpus").text
    return {"x-tweetgen-token": page.split('name="tweetgen-token" content="')[1].split('"')[0]}


@pytest.mark.timeout(300)
def test_whatever_is_asked_the_answer_is_as_described(
    instance: None, pages: Any, headers: dict[str, str], subtests: pytest.Subtests
) -> None:
    document = pages.browser.get("/api/v1/openapi.json").json()
    # what fits the description may yet not be possible, and 422 says why
    checks = {
        "positive_data_acceptance": {"expected-statuses": ["2xx", 404, 409, 422]},
        "negative_data_rejection": {"expected-statuses": [400, 404, 405, 409, 413, 415, 422]},
    }
    schema: Any = from_dict(document, config=SchemathesisConfig.from_dict({"checks": checks}))
    schema.config.update(base_url=str(pages.browser.base_url))
    operations = [found.ok() for found in schema.get_all_operations()]
    each = PATIENCE / (len(operations) * len(MODES))
    for operation in operations:
        for mode in MODES:
            if operation.label not in ENDLESS and (mode is GenerationMode.POSITIVE or _takes_anything(operation)):
                with subtests.test(operation.label, mode=mode.value):
                    _ask(operation, mode, headers, each)


def _takes_anything(operation: Any) -> bool:
    """Whether anything can be sent that does not fit."""
    return bool([*operation.iter_parameters(), *operation.body])


def _ask(operation: Any, mode: GenerationMode, headers: dict[str, str], patience: float) -> None:
    deadline = time.monotonic() + patience
    asked = 0

    @settings(
        max_examples=12,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(operation.as_strategy(generation_mode=mode), st.booleans())
    def ask(case: Any, there: bool) -> None:
        nonlocal asked
        if asked and time.monotonic() > deadline:
            return
        asked += 1
        if there and mode is GenerationMode.POSITIVE:
            for name in set(case.path_parameters or {}) & set(THERE):
                case.path_parameters[name] = THERE[name]
        case.call_and_validate(headers=headers, timeout=20)

    ask()
