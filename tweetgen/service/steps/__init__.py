"""The steps of the daemon: what each tick looks for in the store, and whom it asks to do it."""
