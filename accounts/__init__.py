"""The accounts tweetgen ships: demo.yaml and the posts of its three invented voices."""
