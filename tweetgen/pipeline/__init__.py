"""The story of the program: one step, one file."""
