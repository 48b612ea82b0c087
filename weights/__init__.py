"""Weights files: the shipped base model, and the models of this checkout (not under version control)."""
