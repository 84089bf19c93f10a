"""Making an import pack of licenses, and submitting it: stored, logged and its requests moved in one change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from sqlalchemy import Connection, Engine

from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.requests import Stage
from lib.domain.roles import Action, Actor, require
from lib.measures.cut import Cut
from lib.requests import moves
from lib.requests.packs.contents import About, PackLicense, archive, licenses_by_app
from lib.requests.packs.entry import import_entry, pack_refusal, schema_refusal
from lib.requests.records import Record, records_by_key
from lib.store import change_log, database, downloads, packs, versions

KIND = "pack"
"""What a pack is called among the downloads."""

PACK = "pack"
"""Among the counts of a change that submitted a pack: the pack's number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """An archive for Atlassian as of a `day`.

    `licenses` are the ids in it by license key, `apps` how many licenses it has by app key, `refused` by license key why
    the others are not in it; `notices` are those in force.
    """

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
    """The pack of licenses as they are now, as of a day; writes nothing.

    The same licenses, policy and day make the same bytes, valid by the schema beside this module. Licenses that may not be
    submitted, or whose values Atlassian would not take, are refused and listed in it. A pack may have no license at all.
    Raises RefusalError if the actor may not.
    """
    require(actor, Action.DOWNLOAD_PACK)
    with database.reading(engine) as connection:
        return make_pack(connection, keys, actor, policy, day)


def submit_pack(
    engine: Engine,
    keys: Sequence[str],
    actor: Actor,
    policy: Policy,
    day: date,
    *,
    note: str = "",
) -> Submission:
    """Make a pack, store it, log it as a download, and move its licenses to submitted, in one transaction and one change.

    The change can be undone (`change_reversal.undo_change`); the pack stays. Raises RefusalError if no license can be in it, or if
    the actor may not.
    """
    require(actor, Action.SUBMIT_PACK)
    with database.writing(engine) as connection:
        pack = make_pack(connection, keys, actor, policy, day)
        if not pack.licenses:
            sentences = [f"{key}: {sentence}" for key, sentence in pack.refused.items()]
            raise RefusalError("\n".join(["No license can be in a pack, so none was submitted.", *sentences]))
        number = log_pack(connection, pack, actor)
        reason = note or f"In pack #{number} for Atlassian"
        result = moves.move_in_transaction(
            connection, list(pack.licenses), Stage.SUBMITTED, actor, reason, policy, counts={PACK: number}
        )
        assert result.change is not None, "what is in a pack may be submitted"
        packs.record(connection, number, change=result.change, day=day, content=pack.content, ids=pack.licenses)
    return Submission(number, result.change, pack)


def log_pack(connection: Connection, pack: Pack, actor: Actor) -> int:
    """Log a pack as a download, and return its number.

    It is no customer's download: a pack does not replace the list that a customer was sent.
    """
    return downloads.record(
        connection,
        kind=KIND,
        cut=Cut(stage=(Stage.VERIFIED,)),
        change=change_log.latest_change(connection),
        counts={"licenses": len(pack.licenses), "refused": len(pack.refused), **pack.apps},
        content=pack.content,
        customers=(),
        actor=actor,
    )


def make_pack(connection: Connection, keys: Sequence[str], actor: Actor, policy: Policy, day: date) -> Pack:
    """The pack of licenses, in a transaction that has begun."""
    preview = moves.preview_move(connection, keys, Stage.SUBMITTED, actor, policy)
    current = records_by_key(versions.current(connection, list(dict.fromkeys(keys))))
    licenses, refused = [], dict(preview.refused)
    for key, record in current.items():
        license = pack_license(record, preview.refused.get(key), policy, day)
        if isinstance(license, PackLicense):
            licenses.append(license)
        else:
            refused[key] = license
    apps = licenses_by_app(licenses)
    notices = tuple(notice.text for notice in policy.notices_on(day))
    about = About(actor=actor.name, day=day, policy=policy, notices=notices)
    return Pack(
        content=archive(apps, refused, about),
        day=day,
        licenses={license.key: license.id for license in chain.from_iterable(apps.values())},
        apps={app: len(group) for app, group in apps.items()},
        refused=refused,
        notices=notices,
    )


def pack_license(license: Record, refusal: str | None, policy: Policy, day: date) -> PackLicense | str:
    """A license with its entry for Atlassian, or the sentence that says why it is not in the pack.

    `refusal` is why its request may not be submitted, if so.
    """
    # A pack's own reasons come first: they say what to correct, where the rules of requests only name the stage.
    if sentence := pack_refusal(license, policy, day) or refusal:
        return sentence
    entry = import_entry(license, policy, day)
    return schema_refusal(entry) or PackLicense(license, entry)
