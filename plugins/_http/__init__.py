"""What the plugins that speak HTTP share: guarded addresses, signed requests, and what an answer means."""
