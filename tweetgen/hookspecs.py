"""Every hook a plugin may offer, all on one screen; each is called once, at start, and only registers."""

from pluggy import HookimplMarker, HookspecMarker

from tweetgen.interfaces import Register, Source

PROJECT = "tweetgen"

hookspec = HookspecMarker(PROJECT)
hookimpl = HookimplMarker(PROJECT)


@hookspec
def register_sources(register: Register[Source]) -> None:
    """Offer places posts come from: `register("rss", RssSource)`."""
