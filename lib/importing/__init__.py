"""A checked file into the store, and back out."""
