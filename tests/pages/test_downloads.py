"""Every file that a page offers: who may have it, and that the log tells of it."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from lib.dashboard.chart_images import ImageKind
from lib.dashboard.view import view_of
from lib.documents.letters import Language
from lib.documents.upgrade_files import UPGRADE_FORMATS
from lib.domain.policy import Policy
from lib.domain.requests import Stage
from lib.domain.roles import Action, Role, may
from lib.matching.finding_lists import FindingList
from lib.measures.cut import Cut
from lib.reconciling import exports
from lib.requests import moves, packs
from lib.store import audit, database
from lib.web import (
    audit_list,
    board_pack_button,
    cached,
    cloud_lists,
    customer_letter,
    figure_cards,
    listing,
    problem_list,
    receipt,
    reconcile_altered,
    reconcile_lists,
    request_packs,
    upgrade_files,
)
from lib.web.cached import CachedNumbers
from lib.web.problem_list import Problems
from lib.web.session import AccessError, User
from tests.actors import ADMIN
from tests.marketplace.exports import an_entry, an_export
from tests.store.complete import READY
from tests.store.stories import a_row, imported

KEY = "K-1"
PACK = 1


@pytest.fixture
def store(engine: Engine) -> Engine:
    """A store with one license in a submitted pack, and another that needs an upgrade."""
    imported(engine, a_row(KEY, **READY), a_row("K-2", editors="many"), a_row("K-3", **READY, host_tier="500"))
    for stage in (Stage.RECEIVED, Stage.VERIFIED):
        moves.move_requests(engine, [KEY], stage, ADMIN, "", Policy())
    packs.submit_pack(engine, [KEY], ADMIN, Policy(), cached.today())
    exports.take_in(engine, an_export(an_entry()), "marketplace.csv", ADMIN, Policy())
    return engine


def picture(user: User) -> bytes:
    numbers = CachedNumbers(cached.version())
    view = view_of(numbers, Cut())
    return figure_cards.image(ImageKind.SVG, "tier_moves", numbers, view, user, is_dark=False)


def board_pack(user: User) -> bytes:
    numbers = CachedNumbers(cached.version())
    return board_pack_button.file(numbers, view_of(numbers, Cut()), user)


def letter(user: User) -> bytes:
    key = "acme @acme.example"
    return customer_letter.letter_file(key, Cut(customer=(key,)), Language.ENGLISH, "", user, Policy())


FILES: dict[str, tuple[Action, Callable[[User], object]]] = {
    "licenses": (Action.DOWNLOAD_LICENSES, lambda user: listing.licenses_csv("", user, Cut())),
    "Cloud licenses": (Action.DOWNLOAD_LICENSES, lambda user: cloud_lists.file("", user, Cut())),
    "list of matches: review": (
        Action.DOWNLOAD_LICENSES,
        lambda user: reconcile_lists.list_file(FindingList.REVIEW, user),
    ),
    "licenses on Marketplace only": (Action.DOWNLOAD_LICENSES, reconcile_lists.only_theirs_file),
    "what changed on Marketplace": (Action.DOWNLOAD_LICENSES, reconcile_altered.altered_file),
    r"csv, download \d+": (
        Action.DOWNLOAD_UPGRADES,
        lambda user: upgrade_files.file(UPGRADE_FORMATS["csv"], Cut(), user, Policy()),
    ),
    r"letter, download \d+": (Action.DOWNLOAD_UPGRADES, letter),
    "figure tier_moves.svg": (Action.DOWNLOAD_FIGURES, picture),
    "board pack": (Action.DOWNLOAD_FIGURES, board_pack),
    "skipped rows of import #1": (Action.SEE_FILE, lambda user: problem_list.held_rows_file(1, user)),
    "problems.csv": (
        Action.SEE_FILE,
        lambda user: problem_list.csv_file(Problems(1, [], lambda *_: [], list, "problems.csv"), user),
    ),
    "receipt of import #1": (Action.SEE_FILE, lambda user: receipt.receipt_json(1, user)),
    "draft of a pack of 1 license": (Action.DOWNLOAD_PACK, lambda user: request_packs.draft((KEY,), user)),
    "pack #1": (Action.DOWNLOAD_PACK, lambda user: request_packs.submitted_content(PACK, user)),
    "audit log": (Action.SEE_AUDIT, lambda user: audit_list.file(user, {"who": "", "action": ""})),
}


@pytest.mark.parametrize("name", FILES)
def test_whoever_may_not_have_a_file_is_refused_and_whoever_has_it_is_logged(store: Engine, name: str) -> None:
    action, build = FILES[name]
    for role in Role:
        user = User(f"{role}@example.com", role, local=True)
        if may(user, action):
            assert build(user)
            expected = ("download", name)
        else:
            with pytest.raises(AccessError):
                build(user)
            expected = ("refusal", action)
        with database.reading(store) as connection:
            [newest], _ = audit.page(connection, ADMIN, who=user.name, count=1)
        assert newest.action == expected[0]
        assert re.fullmatch(expected[1], newest.detail)
