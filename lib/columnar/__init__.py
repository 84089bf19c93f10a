"""A whole batch held as columns, so that work is done once per distinct value."""
