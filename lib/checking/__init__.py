"""What a file contains and what is wrong with it."""
