"""What takes longer than a request may: done one after the other in a thread of its own, told to open pages."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from tweetgen.errors import Busy, TweetgenError

_MOST = 20  # that may wait

Tell = Callable[[str, Mapping[str, Any]], None]


class Jobs:
    """Those of one process."""

    def __init__(self, tell: Tell) -> None:
        """`tell`: gets a job's id, and its state: running, done or failed, with a line of detail."""
        self._tell = tell
        self._waiting: deque[tuple[str, Callable[[str], Mapping[str, Any]]]] = deque()
        self._lock = threading.Lock()
        self._works = False

    def begin(self, work: Callable[[str], Mapping[str, Any]]) -> str:
        """Have it done when its turn comes; the id under which it is told. Raises `Busy` where too much waits.

        `work` gets the id, and returns what is told besides: a line of detail for people, and whatever else.
        """
        job = uuid4().hex
        with self._lock:
            if len(self._waiting) >= _MOST:
                raise Busy("the writing of variations", f"{_MOST} others that wait", "ask again in a minute")
            self._waiting.append((job, work))
            if not self._works:
                self._works = True
                threading.Thread(target=self._run, name="jobs", daemon=True).start()
        self._told(job, "running", detail="")
        return job

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._works = False
                    return
                job, work = self._waiting.popleft()
            try:
                self._told(job, "done", **work(job))
            except TweetgenError as error:
                self._told(job, "failed", detail=str(error))
            except Exception as error:  # whatever a plugin or the network raises: others wait for their turn
                logging.getLogger(__name__).error("job %s failed", job, exc_info=error)
                self._told(job, "failed", detail=f"{type(error).__name__}: {error}")

    def _told(self, job: str, state: str, **more: Any) -> None:
        self._tell(job, {"id": job, "state": state, **more})
