"""The archive X gives to its users: opening it safely, finding its parts, reading its posts."""
