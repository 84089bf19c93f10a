"""The license migration dashboard: words, reading, keeping, doing, and the web on top (see README, *Change it*)."""
