"""What managers see: figures, charts, their pictures and the board pack."""
