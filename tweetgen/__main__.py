"""The command `tweetgen`, and `python -m tweetgen`: Ctrl-C is one line even while Python still imports."""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line; leaves with its exit code."""
    try:
        from tweetgen.cli import main as run
    except KeyboardInterrupt:
        print("tweetgen: stopped", file=sys.stderr)  # noqa: T201 (click, which prints elsewhere, is not there yet)
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
