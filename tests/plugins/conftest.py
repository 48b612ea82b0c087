"""A fake host, one call that drains a source, an archive in X's true shapes with invented posts, an HTTP service."""

import json
import logging
import socket
import socketserver
import threading
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tweetgen.domain import Candidate, Json, Outgoing, Post, Verdict
from tweetgen.interfaces import Filter, Page, Source


@dataclass(frozen=True)
class FakeHost:
    base: Path
    allow_private_addresses: bool = False

    @property
    def log(self) -> logging.Logger:
        return logging.getLogger("test")

    def now(self) -> datetime:
        return datetime(2024, 11, 16, tzinfo=UTC)


@dataclass(frozen=True)
class Run:
    """All that one fetch gave."""

    pages: list[Page]
    before: Json

    @property
    def posts(self) -> list[Post]:
        return [post for page in self.pages for post in page.posts]

    @property
    def texts(self) -> list[str]:
        return [post.text for post in self.posts]

    @property
    def problems(self) -> list[str]:
        return [line for page in self.pages for line in page.problems]

    @property
    def cursor(self) -> Json:
        return self.pages[-1].cursor if self.pages else self.before


@pytest.fixture
def host(tmp_path: Path) -> FakeHost:
    return FakeHost(tmp_path)


@pytest.fixture
def run() -> Callable[..., Run]:
    def fetch(source: Source, cursor: Json = None, authors: Sequence[str] | None = None) -> Run:
        # a cursor lives in a database as JSON
        return Run(list(source.fetch(authors, json.loads(json.dumps(cursor)))), cursor)

    return fetch


def tweet(number: int, text: str, **more: Any) -> dict[str, Any]:
    """A post as X writes it: every number a string, the text HTML-escaped."""
    tweet_id = str(1_600_000_000_000_000_000 + number)
    return {
        "edit_info": {"initial": {"editTweetIds": [tweet_id], "editsRemaining": "5", "isEditEligible": True}},
        "retweeted": False,
        "entities": {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []},
        "display_text_range": ["0", str(len(text))],
        "favorite_count": "3",
        "id_str": tweet_id,
        "id": tweet_id,
        "truncated": False,
        "created_at": f"Sat Feb 18 12:{number // 60 % 60:02}:{number % 60:02} +0000 2023",
        "favorited": False,
        "full_text": text,
        "lang": "en",
        **more,
    }


def script(name: str, value: Any) -> bytes:
    """A member as X writes it."""
    return f"window.YTD.{name} = ".encode() + json.dumps(value, indent=2, ensure_ascii=False).encode()


def note(created_at: str, text: str) -> dict[str, Any]:
    core = {"styletags": [], "urls": [], "text": text, "mentions": [], "cashtags": [], "hashtags": []}
    return {"noteTweet": {"noteTweetId": "1", "updatedAt": created_at, "createdAt": created_at, "core": core}}


def members(
    *parts: Sequence[dict[str, Any]], notes: Sequence[dict[str, Any]] = (), wrapped: bool = True
) -> dict[str, bytes]:
    """The files of an archive, one part of posts after another."""
    names = ["data/tweets.js", *(f"data/tweets-part{number}.js" for number in range(1, len(parts)))]
    files = [
        {"fileName": name, "globalName": f"YTD.tweets.part{number}", "count": str(len(part))}
        for number, (name, part) in enumerate(zip(names, parts, strict=True))
    ]
    manifest = {
        "userInfo": {"accountId": "12", "userName": "keeper", "displayName": "The Keeper"},
        "archiveInfo": {"generationDate": "2024-11-16T11:33:22.222Z", "isPartialArchive": False},
        "dataTypes": {
            "tweets": {"mediaDirectory": "data/tweets_media", "files": files},
            "noteTweet": {"files": [{"fileName": "data/note-tweet.js", "count": str(len(notes))}]},
        },
    }
    account = {"email": "keeper@example.org", "username": "keeper", "accountId": "12"}
    like = {"tweetId": "1", "fullText": "somebody else wrote what was liked"}
    return {
        "Your archive.html": b"<!doctype html>",
        "data/manifest.js": b"window.__THAR_CONFIG = " + json.dumps(manifest, indent=2).encode(),
        "data/account.js": script("account.part0", [{"account": account}]),
        "data/like.js": script("like.part0", [{"like": like}]),
        "data/deleted-tweets.js": script("deleted_tweets.part0", [{"tweet": tweet(9, "taken back")}]),
        "data/direct-messages.js": script("direct_messages.part0", [{"dmConversation": {"text": "secret"}}]),
        "data/note-tweet.js": script("note_tweet.part0", list(notes)),
        **{
            name: script(f"tweets.part{number}", [{"tweet": one} if wrapped else one for one in part])
            for number, (name, part) in enumerate(zip(names, parts, strict=True))
        },
    }


@dataclass(frozen=True)
class Archives:
    """Builds archives in a folder."""

    folder: Path
    tweet: Callable[..., dict[str, Any]] = tweet
    note: Callable[..., dict[str, Any]] = note
    script: Callable[..., bytes] = script
    members: Callable[..., dict[str, bytes]] = members

    def zip(self, files: dict[str, bytes], name: str = "archive.zip") -> Path:
        path = self.folder / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in files.items():
                archive.writestr(member, content)
        return path

    def unpacked(self, files: dict[str, bytes], name: str = "archive") -> Path:
        for member, content in files.items():
            path = self.folder / name / member
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return self.folder / name


@pytest.fixture
def archives(tmp_path: Path) -> Archives:
    return Archives(tmp_path)


@dataclass(frozen=True)
class Request:
    """One request as it came in; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """An HTTP service on this machine that answers as a test says; by default it has the text, as number 7."""

    def __init__(self, server: socketserver.ThreadingTCPServer) -> None:
        self.port: int = server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/posts"
        self.requests: list[Request] = []
        self.respond: Callable[[Request, socket.socket], None] = self.saying(200, b'{"id": 7}')

    @staticmethod
    def saying(status: int, body: bytes = b"", **headers: str) -> Callable[[Request, socket.socket], None]:
        """An answer to every request; `Retry_After` is the header Retry-After."""
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        head = "\r\n".join([f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close", *lines])
        return lambda request, connection: connection.sendall(head.encode() + b"\r\n\r\n" + body)

    def serve(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as stream:
            first = stream.readline().decode()
            if not first:
                return
            method, path, _ = first.split(" ")
            lines = iter(lambda: stream.readline().decode().strip(), "")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            request = Request(method, path, headers, stream.read(int(headers.get("content-length", 0))))
        self.requests.append(request)
        self.respond(request, connection)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A running service."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(ConnectionError):
                found.serve(self.request)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 100

    with Server(("127.0.0.1", 0), Handler) as server:
        found = Receiver(server)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield found
        server.shutdown()
        thread.join()


@pytest.fixture
def outgoing() -> Callable[..., Outgoing]:
    """A text on its way: `outgoing("fog", key="k1")`."""

    def make(text: str = "fog again", key: str = "k1", **more: Any) -> Outgoing:
        begun = datetime(2024, 11, 15, 23, 59, tzinfo=UTC)
        return Outgoing("keeper", text, key, **{"intent_at": begun, "attempt": 1, **more})

    return make


@pytest.fixture
def verdict(host: FakeHost) -> Callable[..., Verdict]:
    """What a filter says to a text: `verdict(LinksFilter, "see example.com", mode="drop")`."""

    def judge(factory: Any, text: str, complete: bool = True, **settings: Any) -> Verdict:
        judge: Filter = factory(factory.Settings.model_validate(settings), host)
        return judge.judge(Candidate(text, {"ada": 1.0}, "shared", 1, (0.8,), complete, -20.0))

    return judge
