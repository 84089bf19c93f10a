"""Long downloads stay on disk until they are sent, and are sent piece by piece."""

import asyncio
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send
from streamlit.runtime.download_data_util import convert_data_to_bytes_and_infer_mime
from streamlit.runtime.media_file_storage import MediaFileKind
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from lib.documents.spool import spool
from lib.web.long_downloads import Download, SentInPieces

CONTENT = bytes(range(256)) * 4_096


def test_streamlit_keeps_a_view_of_the_disk_not_the_bytes() -> None:
    content, _ = convert_data_to_bytes_and_infer_mime(Download(spool([CONTENT[:9], CONTENT[9:]])), AssertionError())
    storage = MemoryMediaFileStorage("/media")
    number = storage.load_and_get_id(content, "application/zip", MediaFileKind.DOWNLOADABLE, "list.zip")
    stored = storage.get_file(f"{number}.zip")
    assert isinstance(stored.content, memoryview)
    assert stored.content == CONTENT


def messages(body: Any, more_body: bool) -> list[Message]:
    """What a browser gets of an answer of one message."""
    sent = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body, "more_body": more_body})

    async def receive() -> Message:
        raise AssertionError("Nothing is asked of the browser.")

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(SentInPieces(app)({"type": "http"}, receive, send))
    return sent[1:]


@pytest.mark.parametrize("more_body", [False, True])
@pytest.mark.parametrize("body", [CONTENT, memoryview(CONTENT), CONTENT[:-1], b"short", b""])
def test_an_answer_is_sent_in_pieces_that_add_up(body: Any, more_body: bool) -> None:
    pieces = messages(body, more_body)
    assert b"".join(piece["body"] for piece in pieces) == bytes(body)
    assert all(len(piece["body"]) <= 1 << 18 for piece in pieces)
    assert [piece["more_body"] for piece in pieces] == [True] * (len(pieces) - 1) + [more_body]
