"""What the review queues share: the manners of their settings."""
