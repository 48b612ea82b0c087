"""TensorFlow lives here and nowhere else: the network learns."""
