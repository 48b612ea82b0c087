"""What could not be read of one file, in lines for a person."""

from tweetgen.errors import InputError

#: more lines than this are counted, not told
TOLD = 1000


class Problems:
    """The problems of one file, each named by line."""

    def __init__(self, shown: str) -> None:
        self._shown = shown
        self._lines: list[str] = []
        self._topics: set[str] = set()
        self._count = 0
        #: True once the file has given a post
        self.fruitful = False

    def add(self, line: int, why: str) -> None:
        """Note a record that is left out.

        Raises `InputError` where the first thousand are all unreadable: that is another kind of file.
        """
        self._count += 1
        if self._count <= TOLD:
            self._lines.append(f"{self._shown}:{line}: {why}")
        elif not self.fruitful:
            first = self._lines[0] if self._lines else f"{self._shown}:{line}: {why}"
            why = f"none of its first {TOLD:,} records can be read (first: {first})"
            raise InputError(self._shown, why, "check the settings")

    def too_long(self, line: int, what: str, length: int, longest: int) -> None:
        """Note a record of too many bytes."""
        self.add(line, f"a {what} of {length:,} bytes left out; raise `max_line: {longest}` to read it")

    def once(self, line: int, topic: str, why: str) -> None:
        """Note something the record is kept in spite of, the first time for each topic."""
        if topic not in self._topics:
            self._topics.add(topic)
            self._lines.append(f"{self._shown}:{line}: {why}")

    def note(self, why: str) -> None:
        """Note something about the file as a whole."""
        self._lines.append(f"{self._shown}: {why}")

    def close(self) -> None:
        """At the end of the file: tell how many went untold."""
        if self._count > TOLD:
            self.note(f"and {self._count - TOLD:,} more records that cannot be read")
            self._count = TOLD

    def drain(self) -> list[str]:
        """The lines since the last call."""
        lines, self._lines = self._lines, []
        return lines
