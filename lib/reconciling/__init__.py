"""Legacy licenses beside Marketplace's: exports taken in, compared, reviewed by people, and applied as changes."""
