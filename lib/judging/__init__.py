"""What follows from the fields of licenses, worked out for many at once."""
