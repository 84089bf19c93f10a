"""The policy: what other settings would change, and putting them in force."""
