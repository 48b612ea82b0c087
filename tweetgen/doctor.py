"""Whether an instance is in order: what each check found and, where something is wrong, what to do about it."""

import shutil
import socket
import stat
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from tweetgen.app import App
from tweetgen.domain import Finding, Role
from tweetgen.errors import ConfigError, TweetgenError
from tweetgen.interfaces import Checking, Checkup, Examinable
from tweetgen.pipeline.accounts import by_hand, troubles
from tweetgen.pipeline.link_secret import FILE as LINK_SECRET
from tweetgen.pipeline.reach import is_loopback, is_named_elsewhere

#: below this a database and its backup may soon not fit
_LEAST_BYTES = 500_000_000
#: rows further in the future than this were written by a clock that was ahead, or this one is behind
_AHEAD = timedelta(minutes=1)
#: seconds a host may take to answer
_PATIENCE = 5.0


def examine(app: App, now: datetime, online: bool = False) -> Iterator[Finding]:
    """Look at everything, one check after the other; one that breaks off is a finding, too.

    `online`: also open a connection to every address that plugins' settings name. Publishes nothing anywhere.
    """
    checks: dict[str, Callable[[], Iterator[Finding]]] = {
        "plugins": partial(_plugins, app),
        "secrets": partial(_secrets, app),
        "tokens": partial(_tokens, app),
        "sources": partial(_sources, app),
        "store": partial(_store, app),
        "accounts": partial(_accounts, app),
        "links": partial(_links, app),
        "pages": partial(_pages, app),
        "clock": partial(_clock, app, now),
        "disk": partial(_disk, app.base),
    }
    checks |= {f"{account}: destinations": partial(_destinations, app, account, online) for account in app.accounts}
    if online:
        checks["online"] = partial(_online, app)
    for about, check in checks.items():
        try:
            yield from check()
        except TweetgenError as error:
            yield from _broken(about, error)


def _broken(about: str, error: TweetgenError) -> Iterator[Finding]:
    problems = error.problems if isinstance(error, ConfigError) else (str(error),)
    yield from (Finding(about, False, problem) for problem in problems)


def _plugins(app: App) -> Iterator[Finding]:
    """Whether all that the configuration asks for can be made: its settings fit, its credentials are there."""
    yield Finding("plugins", True, f"{len(app.plugins.listing())} loaded")
    makers: dict[str, Callable[[], object]] = {"sources": app.sources, "observers": app.observers}
    for account in app.accounts:
        makers[f"{account}: filters"] = partial(app.filters, account)
        makers[f"{account}: review"] = partial(app.review_queue, account)
        makers[f"{account}: destinations"] = partial(app.destinations, account)
    for about, make in makers.items():
        try:
            make()
        except TweetgenError as error:
            yield from _broken(about, error)


def _sources(app: App) -> Iterator[Finding]:
    """Whether there is something to read, of sources that can tell without reading it."""
    try:
        sources = app.sources()
    except TweetgenError:  # told among the plugins
        return
    for configured in sources:
        if isinstance(configured.source, Examinable):
            try:
                configured.source.examine()
            except TweetgenError as error:
                yield Finding(f"source {configured.name}", False, str(error))


def _secrets(app: App) -> Iterator[Finding]:
    missing = app.missing_secrets()
    for problem in missing:
        yield Finding("secrets", False, problem)
    if not missing:
        yield Finding("secrets", True, "all that are named are there")


def _store(app: App) -> Iterator[Finding]:
    damage = app.store.examine()
    for what in damage:
        yield Finding("store", False, f"{what}; put a backup in its place: tweetgen restore FILE")
    audit = app.store.candidates.verify_log()
    if not damage:
        yield Finding("store", True, "it can be written to, and is whole")
    if audit.broken is not None:
        told = f"row {audit.broken} of the log is not as it was written; find out who changed the database"
        yield Finding("decisions", False, told)


def _accounts(app: App) -> Iterator[Finding]:
    for account, problems in troubles(app.accounts, app.weights_folders, by_hand(app.store, app.accounts)).items():
        for problem in problems:
            yield Finding(account, False, problem)
        if not problems:
            yield Finding(account, True, f"model {app.accounts[account].model} knows its voice")


def _links(app: App) -> Iterator[Finding]:
    """Whether the addresses that candidates are decided by can be signed, by nobody else."""
    by_link = [name for name, account in app.accounts.items() if account.review.name == "webhook"]
    if by_link and app.config.web.url is None:
        told = f"web.url: is not set, so no link can be made for {', '.join(by_link)}"
        yield Finding("links", False, f"{told}; set it to how others reach this machine")
    file = app.state / LINK_SECRET
    if app.config.web.secret is None and not file.exists():
        yield Finding("links", True, "the secret they are signed with is made when it is first needed")
        return
    _ = app.links
    mode = stat.S_IMODE(file.stat().st_mode) if app.config.web.secret is None else 0
    if mode & 0o077:
        yield Finding("links", False, f"others may read {file}; run: chmod 600 {file}, or remove it to have one made")
    else:
        yield Finding("links", True, "the secret they are signed with is there, for its owner's eyes alone")


def _pages(app: App) -> Iterator[Finding]:
    """Who can reach the pages, and who of them may enter."""
    web, users = app.config.web, app.store.users.all()
    host, admins = web.host, sum(user.role is Role.ADMIN for user in users)
    may = f"{len(users)} may enter, {admins} of them as admin"
    if is_loopback(host) and not is_named_elsewhere(web.url):
        yield Finding("pages", True, f"{host} is this machine's own; {may if users else 'nobody needs to log in'}")
    elif not users and is_loopback(host):
        told = "are reached by others, and nobody has a login: links work, pages open to nobody"
        yield Finding("pages", True, f"they {told}; to enter: tweetgen users add NAME --role admin")
    elif not users:
        told = f"others could reach {host}, and nobody has a login: they are not served"
        yield Finding("pages", False, f"{told}; run: tweetgen users add NAME --role admin")
    elif web.url is None or not web.url.startswith("https:"):
        told = "passwords travel in the clear; put a proxy with TLS in front, and name it in web.url"
        yield Finding("pages", False, f"others can reach {web.url or host}; {may}; {told}")
    else:
        yield Finding("pages", True, f"others can reach {web.url}; {may}")


def _tokens(app: App) -> Iterator[Finding]:
    """Whether nobody else may read what plugins log in with."""
    exposed = app.vault.readable_by_others()
    for path in exposed:
        yield Finding("tokens", False, f"others may read {path}; run: chmod 600 {path}, and log in anew")
    if not exposed and (names := app.vault.names()):
        yield Finding("tokens", True, f"{len(names)} logins are kept for their owner's eyes alone")


def _destinations(app: App, account: str, online: bool) -> Iterator[Finding]:
    """What destinations themselves have to say; those that cannot be made were told of already."""
    filters = frozenset(entry.name for entry in app.account(account).filters)
    try:
        made = app.destinations(account)
    except TweetgenError:
        return
    for configured in made:
        if isinstance(configured.destination, Checking):
            for found in configured.destination.checks(Checkup(online, filters)):
                yield Finding(f"{account}: {configured.name}: {found.about}", found.ok, found.told)


def _clock(app: App, now: datetime) -> Iterator[Finding]:
    """Whether the store holds nothing from the future: then the clock was, or is, wrong."""
    newest = max((entry.started_at for entry in app.store.journal.last(limit=1)), default=now)
    if newest > now + _AHEAD:
        told = f"it shows {now:%Y-%m-%d %H:%M} UTC, but something was done at {newest:%Y-%m-%d %H:%M}; set the clock"
        yield Finding("clock", False, f"{told}, or wait until then")
    else:
        yield Finding("clock", True, f"{now:%Y-%m-%d %H:%M} UTC, {app.config.timezone} by default")


def _disk(base: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(base).free
    told = f"{free / 1e9:.1f} GB free"
    yield Finding("disk", free >= _LEAST_BYTES, told if free >= _LEAST_BYTES else f"only {told}; free some space")


def _online(app: App) -> Iterator[Finding]:
    for where, host, port in app.addresses():
        try:
            with socket.create_connection((host, port), _PATIENCE):
                yield Finding(where, True, f"{host} answers")
        except OSError as error:
            why = error.strerror or str(error)
            yield Finding(where, False, f"{host}:{port} does not answer ({why}); check the address and the network")
