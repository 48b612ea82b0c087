"""Runnable benchmarks; `LOG.md` is the diary of what they said, failures included."""
