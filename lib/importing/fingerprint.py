"""What a preview shows, as a short text: one made later that has the same may stand in for it."""

from hashlib import sha256
from json import dumps

from lib.domain.policy import Policy
from lib.importing.plan import ImportPlan


def fingerprint_of(plan: ImportPlan, policy: Policy) -> str:
    """What a plan read of the store and would do to it, as a digest; other licenses make no difference."""
    totals = [policy.version, plan.counts.to_json(), plan.effect.to_json(), plan.edited.to_json(orient="values")]
    digest = sha256(dumps(totals, sort_keys=True).encode())
    for numbers in (plan.stored, plan.rows, plan.hashes):
        digest.update(numbers.tobytes())
    return digest.hexdigest()
