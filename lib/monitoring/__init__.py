"""What the people who run the servers see: logs and numbers, without anybody's data in them."""
