"""Every hook a plugin may offer, all on one screen; each is called once, at start, and only registers."""

from pluggy import HookimplMarker, HookspecMarker

from tweetgen.interfaces import CommandLine, Destination, Filter, Observer, Register, ReviewQueue, Source

PROJECT = "tweetgen"

hookspec = HookspecMarker(PROJECT)
hookimpl = HookimplMarker(PROJECT)


@hookspec
def register_sources(register: Register[Source]) -> None:
    """Offer places posts come from: `register("rss", RssSource)`."""


@hookspec
def register_filters(register: Register[Filter]) -> None:
    """Offer judges of candidates: `register("length", LengthFilter)`."""


@hookspec
def register_review_queues(register: Register[ReviewQueue]) -> None:
    """Offer ways for people to decide: `register("sheet", SheetQueue)`."""


@hookspec
def register_destinations(register: Register[Destination]) -> None:
    """Offer places to publish at: `register("rss", RssDestination)`."""


@hookspec
def register_observers(register: Register[Observer]) -> None:
    """Offer somebody who is told what happened: `register("webhook", WebhookObserver)`."""


@hookspec
def register_commands(cli: CommandLine) -> None:
    """Offer a command `tweetgen NAME`, from a module called `command_NAME`: `cli.add_command(command)`."""
