"""The rooms of lib, in the order in which they may import from each other."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

ROOMS = "domain columnar reading judging checking marketplace matching measures store importing policies editing documents requests reconciling dashboard monitoring".split()
"""The rooms of lib, from the ground up."""

DOORS = "sample worker cli web".split()
"""What stands above the rooms: invented data, and the ways in."""

FLOORS = [*ROOMS, *DOORS]
"""Everything in lib; each may import only from itself and from those before it."""
