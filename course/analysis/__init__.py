"""What can be computed from the texts."""
