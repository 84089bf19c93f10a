"""Each request has a number that proxy and server share, and its line in the log holds no secret of a session."""

import logging
import re

import pytest
from starlette.responses import Response
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from lib.web.request_log import RequestLog


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    await Response("no", status_code=403)(scope, receive, send)


def test_a_request_is_logged_without_its_session_and_filters(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "lib.web.request_log")
    client = TestClient(RequestLog(answer))
    number = "0123456789abcdef"
    answered = client.put("/_stcore/upload_file/session/file?search=ann", headers={"X-Request-ID": number})
    assert answered.headers["x-request-id"] == number
    assert [re.sub(r"\d+ ms", "5 ms", message) for message in caplog.messages] == [
        "PUT /_stcore/upload_file: 403 after 5 ms"
    ]


@pytest.mark.parametrize("number", ["", "<script>", "ann@example.com", "a" * 65])
def test_a_number_that_is_none_is_replaced(number: str) -> None:
    answered = TestClient(RequestLog(answer)).get("/healthz", headers={"X-Request-ID": number})
    assert re.fullmatch("[0-9a-f]{32}", answered.headers["x-request-id"])
