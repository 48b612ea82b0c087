"""What the plugins that speak with X share."""
