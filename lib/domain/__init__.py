"""Terms and rules of the migration: standard library only, no clock."""
