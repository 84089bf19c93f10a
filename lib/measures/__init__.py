"""What people filter by and count."""
