"""The daemon: a clock, the steps it calls, and what keeps them going; home of APScheduler, structlog and metrics."""
