"""A whole build: `whole` leads, `workers` do each a `share` of it."""
