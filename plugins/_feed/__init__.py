"""An Atom feed: reading the one we wrote, and writing it anew."""
