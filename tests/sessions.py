"""A session with a server, as a browser's tab has one, without a browser."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string
from streamlit.web.server.starlette.starlette_server_config import XSRF_COOKIE_NAME
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

_PATIENCE = 2.0
"""Seconds that an answer is waited for that may not come."""

NOT_FOUND = "There is no such page."
"""The error of a page that a server does not have."""


@dataclass(frozen=True, slots=True)
class Session:
    """A session with the server at an address."""

    url: str
    socket: ClientConnection

    async def see(self, page: str, query: str = "") -> list[str]:
        """Have a page run with a query; returns the errors that it shows."""
        errors: list[str] = []
        for answer in await self.run(page, query):
            errors += errors_in(answer)
        return errors

    async def run(self, page: str, query: str = "", *events: WidgetState) -> list[ForwardMsg]:
        """Have a page run with a query after some events of its widgets; returns all that it says."""
        message = BackMsg()
        message.rerun_script.widget_states.widgets.extend(events)
        message.rerun_script.page_name = page
        message.rerun_script.query_string = query
        message.rerun_script.context_info.url = f"{self.url}/{page}?{query}"
        message.rerun_script.context_info.timezone = "Europe/Berlin"
        await self.socket.send(message.SerializeToString())
        answers: list[ForwardMsg] = []
        has_begun = False
        while True:
            answer = ForwardMsg.FromString(await self.socket.recv(decode=False))
            kind = answer.WhichOneof("type")
            has_begun = has_begun or kind == "new_session"
            answers.append(answer)
            if has_begun and kind == "script_finished" and answer.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return answers

    async def ask_for_files(self, numbers: Sequence[str], session: str) -> list[str]:
        """The addresses of files that buttons build on click, by their numbers; none of those that are refused."""
        for number in numbers:
            message = BackMsg()
            message.backend_operation_request.request_id = number
            message.backend_operation_request.session_id = session
            message.backend_operation_request.deferred_file.file_id = number
            await self.socket.send(message.SerializeToString())
        urls: list[str] = []
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                while len(urls) < len(numbers):
                    answer = ForwardMsg.FromString(await self.socket.recv(decode=False))
                    if answer.WhichOneof("type") == "backend_operation_response":
                        urls.append(answer.backend_operation_response.deferred_file.url)
        return list(filter(None, urls))


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
async def opened(url: str, cookie: str = "") -> AsyncIterator[Session]:
    """A session with the server at `url`, as long as the context lasts; a `cookie` says who signed in."""
    address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    protocols, headers = ["streamlit"], {}
    if cookie:
        token = generate_xsrf_token_string()
        protocols.append(token)
        headers = {"Cookie": f"{XSRF_COOKIE_NAME}={token}; {cookie}", "Origin": url}
    async with connect(
        address,
        subprotocols=list(map(Subprotocol, protocols)),
        additional_headers=headers,
        max_size=None,
        ping_interval=None,
    ) as socket:
        yield Session(url, socket)
