"""Measures of texts that need no network of ours: baselines, judges, variety, lengths; numpy and scikit-learn alone."""
