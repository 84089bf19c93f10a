"""People who act in the tests, one for each role, and others by name."""

from lib.domain.roles import Actor, Role


def admin(name: str) -> Actor:
    """An administrator of that name."""
    return Actor(name, Role.ADMIN)


def editor(name: str) -> Actor:
    """An editor of that name."""
    return Actor(name, Role.EDITOR)


def viewer(name: str) -> Actor:
    """A person of that name who may only look."""
    return Actor(name, Role.VIEWER)


ADMIN, EDITOR, VIEWER = admin("ann"), editor("eddie"), viewer("vic")
