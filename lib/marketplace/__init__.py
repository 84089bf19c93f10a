"""Marketplace's own exports: what the partner portal says of each license that it sold or was given."""
