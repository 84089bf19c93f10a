"""What browsers say to a page over its websocket: only what they may, and of strangers only what shows them the sign-in."""

import anyio.to_thread
from starlette.requests import HTTPConnection
from starlette.types import Message, Receive, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from lib.web.identity import ASKER
from lib.web.visits import admitted_name

# What a browser may ask of a page; the rest is for developers: to clear caches, or to look at the source's versions.
_MESSAGES = frozenset(
    ("rerun_script", "stop_script", "app_heartbeat", "file_urls_request", "backend_operation_request")
)

_OPERATIONS = frozenset(("deferred_file", "dataframe_chunk"))
"""Operations on the server that a page needs: files that are built on click, and more rows of a table. Others write to its disk."""

_MESSAGES_OF_STRANGERS = frozenset(("rerun_script", "stop_script", "app_heartbeat"))
_LARGEST_OF_STRANGERS = 65_536  # bytes of a message


class BrowserMessages:
    """The `receive` of a websocket: passes on what a browser may say, and of strangers only what shows them the sign-in."""

    def __init__(self, request: HTTPConnection, receive: Receive, send: Send) -> None:
        self.request, self.receive, self.send = request, receive, send

    async def __call__(self) -> Message:
        """The next message that may pass. One that says nothing, such as a text, ends the connection."""
        while True:
            message = await self.receive()
            if message["type"] != "websocket.receive":
                return message
            content = message.get("bytes") or b""
            question = parsed(content)
            kind = kind_of(question)
            if kind is None:
                await self.send({"type": "websocket.close", "code": 1002, "reason": ""})
                return {"type": "websocket.disconnect", "code": 1002}
            is_short = len(content) <= _LARGEST_OF_STRANGERS
            if kind in _MESSAGES_OF_STRANGERS and is_short and not question.rerun_script.fragment_id:
                return message
            if kind in _MESSAGES and (name := await anyio.to_thread.run_sync(admitted_name, self.request)):
                # What builds a file on this message runs in a copy of this context.
                ASKER.set(name)
                return message
            if kind == "rerun_script" and is_short:
                # A part of a page would be drawn again for whoever it was drawn for; all of it asks who is there.
                question.rerun_script.fragment_id = ""
                return {**message, "bytes": question.SerializeToString()}


def kind_of(question: BackMsg) -> str | None:
    """What kind of message it is, as `_MESSAGES` names it; `other` for an operation that no page needs, None for none."""
    kind: str | None = question.WhichOneof("type")
    if (
        kind == "backend_operation_request"
        and question.backend_operation_request.WhichOneof("payload") not in _OPERATIONS
    ):
        return "other"
    return kind


def parsed(content: bytes) -> BackMsg:
    """What a browser asks for, nothing if it cannot be read."""
    message = BackMsg()
    try:
        message.ParseFromString(content)
    except Exception:  # what it raises depends on how protobuf was built
        return BackMsg()
    return message
