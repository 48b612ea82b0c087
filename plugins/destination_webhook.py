"""Publishes by calling an address of yours, signed, with a key by which the receiver knows a repetition."""

from datetime import timedelta
from urllib.parse import quote

from tweetgen.domain import Json, Outgoing, Receipt
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Destination, Host, Register

from ._http.addresses import shown
from ._http.answers import OutcomeUnknown, json_object, raise_for_status, text_of
from ._http.settings import HttpSettings, WebAddress
from ._http.signed import Signed

NAME = "webhook"


class WebhookDestination:
    """POSTs each text as JSON; `Idempotency-Key` and the body's `key` are the same for every attempt."""

    #: a receiver may have read a request long before it acts on it
    settle = timedelta(minutes=5)

    class Settings(HttpSettings):
        """Where texts are sent, and what the receiver can do."""

        keyed: bool = True
        """Whether the receiver publishes one `Idempotency-Key` only once; else a text of unknown outcome waits."""
        find_url: WebAddress | None = None
        """Asked whether a text has arrived, with its key in the place of `{key}`, or as `?key=`."""

    def __init__(self, settings: Settings, host: Host) -> None:
        self._settings = settings
        self._host = host
        self._receiver = Signed(settings, host, settings.find_url)

    @property
    def keyed(self) -> bool:
        """As the settings say: only the receiver's owner knows."""
        return self._settings.keyed

    def publish(self, outgoing: Outgoing) -> Receipt:
        """A 2xx answer counts as published, whatever is in it.

        Raises what `answers.raise_for_status` says, `NotSent`, `OutcomeUnknown`.
        """
        answer = self._receiver.post(outgoing.key, _body(outgoing), {"Idempotency-Key": outgoing.key})
        raise_for_status(answer, shown(self._settings.url), self._host.now())
        said = json_object(answer)
        return Receipt(text_of(said.get("id")), _link(said.get("url")), {"status": answer.status})

    def find(self, outgoing: Outgoing) -> Receipt | None:
        """None where it answers 404 or 410; there where it answers with a JSON object that has our `key`.

        Raises `NotImplementedError` without a `find_url`, `OutcomeUnknown` for every other answer.
        """
        if self._settings.find_url is None:
            raise NotImplementedError
        answer = self._receiver.call("GET", _find_url(self._settings.find_url, outgoing.key), outgoing.key, {})
        if answer.status in (404, 410):
            return None
        said = json_object(answer)
        if answer.success and said.get("key") == outgoing.key:
            return Receipt(text_of(said.get("id")), _link(said.get("url")), {"status": answer.status})
        asked = shown(self._settings.find_url)
        raise OutcomeUnknown(f"{asked} does not say whether it has the text (it answered {answer.status})")


def _body(outgoing: Outgoing) -> dict[str, Json]:
    """The same for every attempt: some receivers compare the bodies of one key."""
    after = outgoing.after
    return {
        "key": outgoing.key,
        "account": outgoing.account,
        "text": outgoing.text,
        "part": outgoing.part,
        "after": {"id": after.id, "url": after.url} if after else None,
        "intent_at": outgoing.intent_at.isoformat(),
    }


def _find_url(template: str, key: str) -> str:
    spelt = quote(key, safe="")
    if "{key}" in template:
        return template.replace("{key}", spelt)
    return f"{template}{'&' if '?' in template else '?'}key={spelt}"


def _link(value: object) -> str:
    """An address to show to people; "" for anything else."""
    text = text_of(value)
    return text if text.startswith(("https://", "http://")) else ""


@hookimpl
def register_destinations(register: Register[Destination]) -> None:
    """Offer HTTP requests as `webhook`."""
    register(NAME, WebhookDestination)
