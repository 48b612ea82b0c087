"""`python -m tweetgen` is `tweetgen`."""

from tweetgen.cli import main

if __name__ == "__main__":
    main()
