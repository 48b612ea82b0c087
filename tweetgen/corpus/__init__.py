"""What people wrote, made ready: pure functions over texts."""
