"""Numbers for Prometheus."""

from datetime import UTC, datetime

from tweetgen.service.metrics import Metrics


def test_what_was_done_and_what_waits_is_exposed() -> None:
    metrics = Metrics([("tweetgen_outbox", "Texts", ("state",), lambda: [(("ready",), 3), (("sent",), 5)])])
    metrics.step("dispatch", "ok", 0.2, datetime(2026, 11, 1, tzinfo=UTC))
    metrics.step("collect", "failed", 2, datetime(2026, 11, 1, tzinfo=UTC))
    lines = metrics.exposition().decode().splitlines()
    assert 'tweetgen_steps_total{outcome="ok",step="dispatch"} 1.0' in lines
    assert 'tweetgen_steps_total{outcome="failed",step="collect"} 1.0' in lines
    assert 'tweetgen_step_last_success_timestamp_seconds{step="dispatch"} 1.7934912e+09' in lines
    assert not any('last_success_timestamp_seconds{step="collect"}' in line for line in lines)
    assert 'tweetgen_outbox{state="ready"} 3.0' in lines
    assert any(line.startswith("tweetgen_build_info{version=") for line in lines)


def test_two_daemons_in_one_process_keep_their_own_numbers() -> None:
    first, second = Metrics(), Metrics()
    first.step("plan", "ok", 0, datetime(2026, 11, 1, tzinfo=UTC))
    assert b'tweetgen_steps_total{outcome="ok",step="plan"}' not in second.exposition()
