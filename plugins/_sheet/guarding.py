"""Cells that a spreadsheet would compute or change are marked as text, and unmarked when they come back.

Against formula injection (https://owasp.org/www-community/attacks/CSV_Injection): a text beginning with =, +, -, @, a
tab or a carriage return would run as a formula; one of digits alone would come back as a number or a date.
"""

import re

_MARK = "'"
#: a text that begins with marks before such a cell gets one more, so that taking one off is always right
_COMPUTED = re.compile(r"'*(?:[=+\-@\t\r＝＋－＠]|[\d.][\d.,:/ eE%+\-]*\Z)")


def guarded(text: str) -> str:
    """A cell that shows a text and never computes."""
    return _MARK + text if _COMPUTED.match(text) else text


def unguarded(cell: str) -> str:
    """The text of a cell that `guarded` made, whether or not its program has taken the mark off."""
    return cell[1:] if cell.startswith(_MARK) and _COMPUTED.match(cell[1:]) else cell
