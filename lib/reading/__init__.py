"""From the bytes of a file to tables, and from the text of a cell to its value."""
