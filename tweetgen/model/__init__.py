"""A trained network as numpy arrays: its weights file, its vocabulary, what it can do; never TensorFlow."""
