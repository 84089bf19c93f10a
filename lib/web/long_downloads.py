"""Downloads that are read from disk and sent piece by piece, so that no server holds them whole."""

import io

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.documents.spool import Content

# Bytes that are sent at once; the next follow when the browser has taken these.
_PIECE = 1 << 18


class Download(io.RawIOBase):
    """A content as the file that Streamlit asks for: it keeps what reading gives, a view of the disk."""

    def __init__(self, content: Content) -> None:
        self.content = content

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        """Stay at the beginning: all of it is read at once."""
        return 0

    def read(self, size: int = -1) -> Content:
        """All of it."""
        return self.content


class SentInPieces:
    """ASGI middleware: parts the body of a long answer, which would wait in memory for a slow browser."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or connection."""
        if scope["type"] != "http":  # a page's messages, of which each run has a hundred
            await self.app(scope, receive, send)
            return

        async def send_pieces(message: Message) -> None:
            body = memoryview(message.get("body", b""))
            if message["type"] != "http.response.body" or len(body) <= _PIECE:
                await send(message)
                return
            for start in range(0, len(body), _PIECE):
                is_last = start + _PIECE >= len(body)
                more = not is_last or message.get("more_body", False)
                await send({**message, "body": bytes(body[start : start + _PIECE]), "more_body": more})

        await self.app(scope, receive, send_pieces)
