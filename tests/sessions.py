"""A session with a server, as a browser's tab has one, without a browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

NOT_FOUND = "There is no such page."
"""The error of a page that a server does not have."""


@dataclass(frozen=True, slots=True)
class Session:
    """A session with the server at an address."""

    url: str
    socket: ClientConnection

    async def see(self, page: str, query: str = "") -> list[str]:
        """Have a page run with a query; returns the errors that it shows."""
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.query_string = query
        message.rerun_script.context_info.url = f"{self.url}/{page}?{query}"
        message.rerun_script.context_info.timezone = "Europe/Berlin"
        await self.socket.send(message.SerializeToString())
        errors: list[str] = []
        has_begun = False
        while True:
            answer = ForwardMsg.FromString(await self.socket.recv(decode=False))
            kind = answer.WhichOneof("type")
            has_begun = has_begun or kind == "new_session"
            errors += errors_in(answer)
            if has_begun and kind == "script_finished" and answer.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return errors


def errors_in(answer: ForwardMsg) -> list[str]:
    """The error that a part of a page is, if it is one."""
    if answer.WhichOneof("type") == "page_not_found":
        return [NOT_FOUND]
    if answer.WhichOneof("type") != "delta":
        return []
    element = answer.delta.new_element
    if element.WhichOneof("type") == "exception":
        return [element.exception.message]
    if element.WhichOneof("type") == "alert" and element.alert.format == Alert.ERROR:
        return [element.alert.body]
    return []


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Session]:
    """A session with the server at `url`, as long as the context lasts."""
    address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    async with connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None, ping_interval=None) as socket:
        yield Session(url, socket)
