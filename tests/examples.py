"""How many examples a property is tried on: few in `make test`, many in `make test-thorough`."""

from hypothesis import settings

QUICK, THOROUGH = "quick", "thorough"
QUICK_EXAMPLES, THOROUGH_EXAMPLES = 40, 200

# How long an example takes says nothing on a machine that runs other tests beside it.
settings.register_profile(QUICK, max_examples=QUICK_EXAMPLES, deadline=None)
settings.register_profile(THOROUGH, max_examples=THOROUGH_EXAMPLES, deadline=None)


def examples(quick: int) -> int:
    """As many in a quick run, and more in a thorough one by the same measure as for every other property."""
    return quick * settings().max_examples // QUICK_EXAMPLES
