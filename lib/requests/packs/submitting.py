"""Making an import pack of licenses, and submitting it: kept, logged, and its requests moved, in one change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Engine

from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.requests import Stage
from lib.domain.roles import Action, Actor, require
from lib.measures.cut import Cut
from lib.requests import moves
from lib.requests.packs.contents import PackLicense, archive, by_app
from lib.requests.packs.entry import License, import_entry, pack_refusal, schema_refusal
from lib.store import change_log, database, downloads, packs, versions

KIND = "pack"
"""What a pack is called among the downloads."""

PACK = "pack"
"""Among the counts of a change that submitted a pack: the pack's number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """An archive for Atlassian as of a `day`: `licenses` are the ids in it by license key, `apps` how many it has for each
    app key, `refused` the sentences that say why the others are not in it, by license key; `notices` are those in force."""

    content: bytes
    day: date
    licenses: Mapping[str, str]
    apps: Mapping[str, int]
    refused: Mapping[str, str]
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Submission:
    """A pack that was submitted: its `number` among the downloads, and the `change` that moved its licenses."""

    number: int
    change: int
    pack: Pack


def build_pack(engine: Engine, keys: Sequence[str], actor: Actor, policy: Policy, day: date) -> Pack:
    """The pack of licenses as they stand, as of a day; writes nothing. The same licenses, policy and day make the same bytes.

    What is in it is valid by the schema beside this module; licenses that may not be submitted, or whose values Atlassian
    would not take, are refused and named in it. A pack may have no license at all. Raises RefusalError if the actor may not.
    """
    require(actor, Action.DOWNLOAD_PACK)
    with database.reading(engine) as connection:
        return _pack(connection, keys, actor, policy, day)


def submit_pack(
    engine: Engine,
    keys: Sequence[str],
    actor: Actor,
    policy: Policy,
    day: date,
    *,
    note: str = "",
) -> Submission:
    """Make the pack, keep it, log it as a download, and move its licenses to submitted, in one transaction and one change,
    which can be undone (`change_reversal.undo_change`); the pack is kept then all the same.

    Raises RefusalError if no license can be in it, or if the actor may not.
    """
    require(actor, Action.SUBMIT_PACK)
    with database.writing(engine) as connection:
        pack = _pack(connection, keys, actor, policy, day)
        if not pack.licenses:
            told = [f"{key}: {sentence}" for key, sentence in pack.refused.items()]
            raise RefusalError("\n".join(["No license can be in a pack, so none was submitted.", *told]))
        number = _logged(connection, pack, actor)
        why = note or f"In pack #{number} for Atlassian"
        moved = moves.move_within(
            connection, list(pack.licenses), Stage.SUBMITTED, actor, why, policy, counts={PACK: number}
        )
        assert moved.change is not None, "what a pack holds may be submitted"
        packs.record(connection, number, change=moved.change, day=day, content=pack.content, ids=pack.licenses)
    return Submission(number, moved.change, pack)


def _logged(connection: Connection, pack: Pack, actor: Actor) -> int:
    """The number of the download. It is no customer's: a pack does not replace the list that a customer was sent."""
    return downloads.record(
        connection,
        kind=KIND,
        cut=Cut(stage=(Stage.VERIFIED,)),
        change=change_log.latest_change(connection),
        counts={"licenses": len(pack.licenses), "refused": len(pack.refused), **pack.apps},
        content=pack.content,
        customers=(),
        by=actor.name,
    )


def _pack(connection: Connection, keys: Sequence[str], actor: Actor, policy: Policy, day: date) -> Pack:
    may = moves.preview_move(connection, keys, Stage.SUBMITTED, actor, policy)
    standing = {
        str(row["license_key"]): {str(name): value for name, value in row.items()}
        for row in versions.current(connection, list(dict.fromkeys(keys))).to_dict("records")
    }
    found = {key: _packed(license, may.refused.get(key), policy, day) for key, license in standing.items()}
    packed = [one for one in found.values() if isinstance(one, PackLicense)]
    refused = {**may.refused} | {key: one for key, one in found.items() if isinstance(one, str)}
    notices = tuple(notice.text for notice in policy.notices_on(day))
    apps = by_app(packed)
    return Pack(
        content=archive(packed, refused, by=actor.name, policy=policy, day=day, notices=notices),
        day=day,
        licenses={one.license["license_key"]: str(one.entry["id"]) for some in apps.values() for one in some},
        apps={app: len(some) for app, some in apps.items()},
        refused=refused,
        notices=notices,
    )


def _packed(license: License, refusal: str | None, policy: Policy, day: date) -> PackLicense | str:
    """A license with what Atlassian gets of it, or the sentence that says why it is not in the pack."""
    if sentence := pack_refusal(license, policy, day) or refusal:
        return sentence
    entry = import_entry(license, policy, day)
    return schema_refusal(entry) or PackLicense(license, entry)
