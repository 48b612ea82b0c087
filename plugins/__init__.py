"""First-party plugins, one small file each: role_thing.py; what several share is in a package `_name/`."""
