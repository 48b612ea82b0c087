"""What filters share: how X counts and links, and how words look once nobody can hide them."""
