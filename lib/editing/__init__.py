"""Changes that people make to licenses and customers."""
