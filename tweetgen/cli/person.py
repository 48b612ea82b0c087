"""Who sits at this machine."""

import getpass


def own_name() -> str:
    """The name under which what somebody does is kept."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user without a name
        return "somebody"
