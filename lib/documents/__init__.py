"""Files and letters for people."""
