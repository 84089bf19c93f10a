"""What passes the gate before Streamlit, and for whom: tried on an application that answers to everything."""

import time
from collections.abc import Callable

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest, BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import FileURLsRequest

from lib.web import gate
from lib.web.gate import Gate
from lib.web.upload_limits import FILES_EACH, FILES_IN_ALL, HeldFile, HeldFiles
from tests.web.signing import ORIGIN, configure, cookie

RERUN = BackMsg(rerun_script=ClientState()).SerializeToString()
COOKIES = ("_streamlit_user=abc; Max-Age=2592000; Path=/; HttpOnly; SameSite=lax", "_streamlit_xsrf=2|a|b; Path=/")
UPLOAD = "/_stcore/upload_file/session/file"


async def answer_everything(scope: Scope, receive: Receive, send: Send) -> None:
    """Streamlit's place: says yes, sets its cookies, and repeats what it is told."""
    if scope["type"] == "websocket":
        websocket = WebSocket(scope, receive, send)
        await websocket.accept()
        try:
            while True:
                await websocket.send_bytes(await websocket.receive_bytes())
        except WebSocketDisconnect:
            return
    request = Request(scope, receive)
    answer = RedirectResponse("/", 302) if request.url.path == "/oauth2callback" else Response("yes")
    for text in COOKIES:
        answer.headers.append("set-cookie", text)
    await answer(scope, receive, send)


def browser(**headers: str) -> TestClient:
    """A browser at the gate, with these headers on each request."""
    return TestClient(Gate(answer_everything), ORIGIN, headers=headers, follow_redirects=False)


@pytest.fixture(autouse=True)
def sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign-in is on, and knows one person for each role; every session is active."""
    configure(monkeypatch)
    monkeypatch.setattr(gate, "is_active", lambda session: True)
    monkeypatch.setattr(gate, "HELD", HeldFiles())


def operation(**payload: dict[str, str]) -> BackMsg:
    """A request for an operation on the server."""
    return BackMsg(backend_operation_request=BackendOperationRequest(request_id="1", **payload))  # type: ignore[arg-type]


def messages_of(client: TestClient, content: bytes) -> bool:
    """Whether a message to the page arrives there; one that is always let through comes after it."""
    headers = {"origin": ORIGIN}
    with client.websocket_connect("wss://licenses.example.com/_stcore/stream", headers=headers) as stream:
        stream.send_bytes(content)
        stream.send_bytes(RERUN)
        return stream.receive_bytes() == content


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/licenses/more",
        "/_stcore/metrics",
        "/_stcore/agent/openapi.json",
        "/licenses/_stcore/metrics",
        "/.env",
    ],
)
def test_there_is_nothing_at_unknown_addresses(path: str) -> None:
    assert browser().get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/licenses", "/import?batch=3", "/static/js/index.js", "/healthz", "/auth/login"]
)
def test_pages_and_what_they_need_are_there_for_everybody(path: str) -> None:
    assert browser().get(path).status_code == 200


def test_a_file_that_is_not_there_is_not_found_though_a_page_is_sent_in_its_place() -> None:
    page = TestClient(Gate(HTMLResponse("page")), ORIGIN)
    assert page.get("/static/..;/app.py").status_code == 404
    assert page.get("/licenses").status_code == 200


def test_headers_that_no_browser_sends_are_refused() -> None:
    assert browser(a="x" * 60_000).get("/").status_code == 200
    assert browser(a="x" * 66_000).get("/").status_code == 431


@pytest.mark.parametrize(
    ("host", "status"), [("evil.example", 421), ("licenses.example.com", 200), ("localhost:80", 200)]
)
def test_the_server_answers_under_its_own_names_only(host: str, status: int) -> None:
    assert browser(host=host).get("/").status_code == status
    assert browser(host=host).get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("origin", "is_ours"),
    [
        (ORIGIN, True),
        ("https://licenses.example.com.evil.example", False),
        ("http://licenses.example.com", False),
        ("https://licenses.example.com:444", False),
        ("null", False),
    ],
)
def test_pages_of_other_sites_reach_neither_a_session_nor_a_file(origin: str, is_ours: bool) -> None:
    client = browser(cookie=cookie("eva@example.com"), origin=origin)
    assert client.get("/media/abc.csv").status_code == (200 if is_ours else 403)
    assert client.put(UPLOAD, content=b"a").status_code == (200 if is_ours else 403)
    if not is_ours:
        with (
            pytest.raises(WebSocketDisconnect),
            client.websocket_connect("/_stcore/stream", headers={"origin": origin}),
        ):
            pass


@pytest.mark.parametrize(
    ("header", "media", "upload"),
    [
        ("", 401, 401),
        (cookie("eva@example.com", secret="another secret that is long enough"), 401, 401),
        (cookie("eva@example.com", origin="https://other.example.com"), 401, 401),
        (cookie("eva@example.com", is_logged_in=False), 401, 401),
        (cookie("eva@example.com", iat=time.time() - 12 * 3600 - 1), 401, 401),
        (cookie("eve@example.com"), 401, 401),
        (cookie("vic@example.com"), 200, 403),
        (cookie("eva@example.com"), 200, 200),
        ('_streamlit_user="\\374"', 401, 401),
        ("_streamlit_user=" + "a" * 4000, 401, 401),
    ],
)
def test_a_file_takes_a_valid_young_cookie_of_somebody_who_may(header: str, media: int, upload: int) -> None:
    client = browser(cookie=header)
    answer = client.get("/media/abc.csv")
    assert answer.status_code == media
    assert answer.headers.get("cache-control", "no-store") == "no-store"
    assert client.put(UPLOAD, content=b"a").status_code == upload


@pytest.mark.parametrize(
    ("message", "stranger", "editor"),
    [
        (BackMsg(rerun_script=ClientState(query_string="a=1")), True, True),
        (BackMsg(rerun_script=ClientState(query_string="a" * 70_000)), False, True),
        (BackMsg(app_heartbeat=True), True, True),
        (BackMsg(file_urls_request=FileURLsRequest(request_id="1")), False, True),
        (operation(deferred_file={"file_id": "1"}), False, True),
        (operation(dataframe_chunk={"source_id": "1"}), False, True),
        # Streamlit would write files for programs that write code beside the application.
        (operation(install_skills={}), False, False),
        (operation(dismiss_skills_nudge={}), False, False),
        (operation(), False, False),
        (BackMsg(clear_cache=True), False, False),
        (BackMsg(load_git_info=True), False, False),
        (BackMsg(set_run_on_save=True), False, False),
        (BackMsg(debug_shutdown_runtime=True), False, False),
    ],
    ids=lambda value: str(value).split(" {")[0] if isinstance(value, BackMsg) else str(value),
)
def test_a_stranger_may_only_be_shown_the_sign_in_and_nobody_may_disturb_the_server(
    message: BackMsg, stranger: bool, editor: bool
) -> None:
    content = message.SerializeToString()
    assert messages_of(browser(), content) is stranger
    assert messages_of(browser(cookie=cookie("eva@example.com")), content) is editor


def test_somebody_whose_role_is_taken_away_is_a_stranger_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    client = browser(cookie=cookie("eva@example.com"))
    content = BackMsg(file_urls_request=FileURLsRequest(request_id="1")).SerializeToString()
    with client.websocket_connect("wss://licenses.example.com/_stcore/stream", headers={"origin": ORIGIN}) as stream:
        stream.send_bytes(content)
        assert stream.receive_bytes() == content
        monkeypatch.setenv("APP_EDITORS", "")
        stream.send_bytes(content)
        stream.send_bytes(RERUN)
        assert stream.receive_bytes() == RERUN
    assert client.get("/media/abc.csv").status_code == 401


def test_a_part_of_a_page_is_drawn_again_only_for_whoever_is_still_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    part = BackMsg(rerun_script=ClientState(query_string="a=1", fragment_id="figure"))
    page = BackMsg(rerun_script=ClientState(query_string="a=1"))
    client = browser(cookie=cookie("eva@example.com"), origin=ORIGIN)
    with client.websocket_connect("wss://licenses.example.com/_stcore/stream") as stream:
        stream.send_bytes(part.SerializeToString())
        assert stream.receive_bytes() == part.SerializeToString()
        monkeypatch.setenv("APP_EDITORS", "")
        stream.send_bytes(part.SerializeToString())
        assert BackMsg.FromString(stream.receive_bytes()) == page


@pytest.mark.parametrize("send", [lambda stream: stream.send_text("x"), lambda stream: stream.send_bytes(b"\xff\xff")])
def test_a_message_that_is_none_ends_the_connection(send: Callable[[object], None]) -> None:
    with browser().websocket_connect("wss://licenses.example.com/_stcore/stream") as stream:
        send(stream)
        with pytest.raises(WebSocketDisconnect):
            stream.receive_bytes()


def test_cookies_stay_with_us_for_half_a_day() -> None:
    user, token = browser().get("/").headers.get_list("set-cookie")
    assert user == "_streamlit_user=abc; max-age=43200; path=/; httponly; samesite=lax; secure"
    assert token == "_streamlit_xsrf=2|a|b; path=/; samesite=lax; secure", "the page's own script reads this one"


@pytest.mark.parametrize(
    ("page", "place"),
    [
        ("/licenses?hosting=server&q=a%20b", "/licenses?hosting=server&q=a%20b"),
        ("/", "/"),
        ("/nothing", "/"),
        ("//evil.example", "/"),
        ("/licenses/../auth/logout", "/"),
    ],
)
def test_a_sign_in_leads_back_to_the_page_with_its_filters(page: str, place: str) -> None:
    client = browser(referer=f"{ORIGIN}{page}")
    client.get("/auth/login")
    assert client.get("/oauth2callback").headers["location"] == place
    assert client.get("/oauth2callback").headers["location"] == "/", "once"


def test_a_page_elsewhere_does_not_say_where_a_sign_in_leads() -> None:
    client = browser(referer="https://evil.example/licenses?q=planted")
    client.get("/auth/login")
    assert client.get("/oauth2callback").headers["location"] == "/"


@pytest.mark.parametrize("path", ["/auth/logout", "/sample/begin", "/sample/end"])
def test_a_link_elsewhere_signs_nobody_out_and_leads_nobody_into_the_sample(path: str) -> None:
    statuses = {}
    for site in ("same-origin", "none", "same-site", "cross-site"):
        client = browser(cookie=cookie("eva@example.com"), **{"sec-fetch-site": site})
        statuses[site] = (client.get(path).status_code, client.get("/licenses").status_code)
    ours, theirs = (200, 200), (403, 200)
    assert statuses == {"same-origin": ours, "none": ours, "same-site": theirs, "cross-site": theirs}
    assert browser().get(path).status_code == 200, "programs that are no browsers do not say it"


def test_without_a_sign_in_a_visit_through_a_proxy_gets_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch)
    monkeypatch.setenv("APP_AUTH_MODE", "local")
    local = TestClient(Gate(answer_everything), "http://localhost:8501", client=("127.0.0.1", 5000))
    assert local.get("/media/abc.csv").status_code == 200
    for header in ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via"):
        answer = local.get("/media/abc.csv", headers={header: "127.0.0.1"})
        assert (answer.status_code, header.lower() in answer.text) == (401, True)


def test_uploads_in_memory_are_bounded_by_person_and_in_all() -> None:
    files, closed = HeldFiles(), set[str]()

    def takes(person: str, file: str, size: int) -> bool:
        return files.reserve(person, file, HeldFile(person, size), 100, lambda session: session not in closed)

    assert takes("ann", "1", 100)
    assert takes("ann", "2", 100 * (FILES_EACH - 1))
    assert not takes("ann", "3", 1), "her share is full"
    assert takes("bob", "1", 100 * FILES_EACH)
    assert not takes("cat", "1", 100 * (FILES_IN_ALL - 2 * FILES_EACH) + 1), "all is full"
    files.release("ann", "1")
    assert takes("ann", "3", 100)
    closed.add("bob")
    assert takes("cat", "1", 100 * FILES_EACH), "what bob brought went with his tab"


def test_a_refused_or_removed_upload_counts_no_more() -> None:
    client = browser(cookie=cookie("eva@example.com"))
    large = {"content-length": str((FILES_EACH * 300) << 20)}
    assert client.put(UPLOAD, headers=large).status_code == 200
    assert client.put(f"{UPLOAD}2", content=b"a").status_code == 429
    client.delete(UPLOAD)
    assert client.put(f"{UPLOAD}2", content=b"a").status_code == 200
    assert client.put(f"{UPLOAD}3", content=iter([b"a"])).status_code == 411
