"""config.yaml and accounts/*.yaml as frozen models, every problem of all files told at once."""

from tweetgen.config.adjust import adjusted_recipe
from tweetgen.config.cleaning import cleaning_by_author
from tweetgen.config.entries import RESERVED, Delivery, DestinationEntry, Entry
from tweetgen.config.model import Account, AccountDefaults, Config, ModelChoice, Web
from tweetgen.config.read import CONFIG, Draft, PlacedEntry, account_file, check_settings, make_settings, read
from tweetgen.config.rewrite import NotRewritten, rewrite_section, section_lines
from tweetgen.config.schema import account_schema, config_schema, settings_schema

__all__ = [
    "CONFIG",
    "RESERVED",
    "Account",
    "AccountDefaults",
    "Config",
    "Delivery",
    "DestinationEntry",
    "Draft",
    "Entry",
    "ModelChoice",
    "NotRewritten",
    "PlacedEntry",
    "Web",
    "account_file",
    "account_schema",
    "adjusted_recipe",
    "check_settings",
    "cleaning_by_author",
    "config_schema",
    "make_settings",
    "read",
    "rewrite_section",
    "section_lines",
    "settings_schema",
]
