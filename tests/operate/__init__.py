"""README's *Operate it*, walked through on a clean Debian: `python -m tests.operate`."""
