"""Settings changed in a file that a person wrote: their lines alone; comments, order and everything else stay."""

import json
from collections.abc import Mapping
from pathlib import Path

import yaml

from tweetgen.atomic import write_whole
from tweetgen.config.documents import Unreadable, open_node, parse
from tweetgen.domain import Json
from tweetgen.errors import TweetgenError

_BOM = "\ufeff"


class NotRewritten(TweetgenError):
    """A section that cannot be changed without touching more than its lines; `lines` are what to put in its place."""

    def __init__(self, name: str, section: str, lines: list[str]) -> None:
        self.lines = lines
        told = "\n".join(lines)
        super().__init__(f"{name}: `{section}` stands there in a form that is not edited; put in its place:\n{told}")


def rewrite_section(path: Path, section: str, changes: Mapping[str, Json]) -> None:
    """Set keys of one section of a file. Raises `NotRewritten` with the lines to paste, `Unreadable`, OSError."""
    text = path.read_bytes().decode("utf-8")
    write_whole(path, with_section(text, section, changes, path.name).encode())


def with_section(text: str, section: str, changes: Mapping[str, Json], name: str = "the file") -> str:
    """The text with keys of a section set; what cannot be set line by line is refused, as `rewrite_section` says."""
    mark, body = (_BOM, text[1:]) if text.startswith(_BOM) else ("", text)
    before = parse(body)
    held = before.get(section)
    wanted = {**(held if isinstance(held, dict) else {}), **changes}
    changed = _changed(body, section, changes)
    # whatever YAML has in store: only what reads as it should is written
    if changed is None or not _reads_as(changed, {**before, section: wanted}):
        raise NotRewritten(name, section, section_lines(section, wanted))
    return mark + changed


def section_lines(section: str, values: Mapping[str, Json]) -> list[str]:
    """The lines of a section that holds these values."""
    return [f"{section}:", *(f"  {key}: {_written(value)}" for key, value in values.items())]


def _changed(text: str, section: str, changes: Mapping[str, Json]) -> str | None:
    """None where it is no block of lines."""
    end = "\r\n" if "\r\n" in text else "\n"
    root = open_node(text)
    if root is not None and (not isinstance(root, yaml.MappingNode) or root.flow_style):
        return None
    pairs = root.value if root is not None else []
    found = [pair for pair in pairs if pair[0].value == section]
    if not found:
        margin = " " * (pairs[0][0].start_mark.column if pairs else 0)
        whole = text if not text or text.endswith("\n") else text + end
        return whole + "".join(f"{margin}{line}{end}" for line in section_lines(section, changes))
    key, value = found[0]
    if isinstance(value, yaml.ScalarNode) and value.value == "":  # whatever is in it is commented out
        margin = " " * (key.start_mark.column + 2)
        lines = [f"{margin}{name}: {_written(own)}" for name, own in changes.items()]
        return _inserted(text, key.end_mark.index, lines, end)
    if not isinstance(value, yaml.MappingNode) or value.flow_style or not value.value:
        return None
    return _in_block(text, value, changes, end)


def _in_block(text: str, block: yaml.MappingNode, changes: Mapping[str, Json], end: str) -> str | None:
    standing = {key.value: value for key, value in block.value}
    margin = " " * block.value[0][0].start_mark.column
    if any(not _on_one_line(standing[name]) for name in changes if name in standing):
        return None
    new = [f"{margin}{name}: {_written(value)}" for name, value in changes.items() if name not in standing]
    last = [value for value in standing.values() if _on_one_line(value)]
    if new and not last:
        return None
    # from the last to the first, so that the places before stay where they are
    if new:
        text = _inserted(text, last[-1].end_mark.index, new, end)
    old = [(standing[name], value) for name, value in changes.items() if name in standing]
    for node, value in sorted(old, key=lambda pair: pair[0].start_mark.index, reverse=True):
        start, stop = node.start_mark.index, node.end_mark.index
        gap = " " if text[start - 1] == ":" else ""
        text = text[:start] + gap + _written(value) + text[stop:]
    return text


def _on_one_line(node: yaml.Node) -> bool:
    block = isinstance(node, yaml.CollectionNode) and not node.flow_style
    literal = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
    return not block and not literal and node.start_mark.line == node.end_mark.line


def _inserted(text: str, index: int, lines: list[str], end: str) -> str:
    """The text with lines after the one in which `index` is."""
    at = text.find("\n", index) + 1
    if not at:
        return text + end + end.join(lines) + end
    return text[:at] + "".join(line + end for line in lines) + text[at:]


def _reads_as(text: str, wanted: Mapping[str, Json]) -> bool:
    try:
        return parse(text) == wanted
    except Unreadable:
        return False


def _written(value: Json) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return json.dumps(value, ensure_ascii=False)
