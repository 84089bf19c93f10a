"""JSON with licenses in it, read license by license."""

import json
import re
from bisect import bisect_left
from collections.abc import Iterator

from lib.requests.sen_lines.fields import Fields, is_license, is_own, read_fields, remark_of, texts_in
from lib.requests.sen_lines.line import SenCode, SenLine

_SPACE = re.compile(r"[\s,:]*")
_COLON = re.compile(r"\s*:")
# Objects become tuples of pairs, so that a name that comes twice loses nothing; lists stay lists.
_DECODER = json.JSONDecoder(object_pairs_hook=tuple, strict=False)


class JsonReader:
    """Goes through JSON from license to license, so that those before a broken tail are read and have their lines.

    `json.loads` takes a text whole or not at all and tells no lines; its decoder is therefore called object by object.
    """

    def __init__(self, text: str) -> None:
        self._text = text.rstrip()
        self._line_breaks = [line_break.start() for line_break in re.finditer("\n", self._text)]
        self._position = 0
        self._depth = 0
        self._entries = 0
        self._is_member_value = False
        self._broken_from: int | None = None

    def lines(self) -> Iterator[SenLine]:
        """The licenses, and the place from which on nothing can be read, if any."""
        try:
            while self._skip_space():
                if line := self._next():
                    yield line
        except (ValueError, RecursionError):
            self._break_here()
        if self._depth:
            self._break_here()
        if self._broken_from is not None:
            yield SenLine(self._line_at(self._broken_from), problem=SenCode.NOT_WHOLE)

    def _break_here(self) -> None:
        """Note that nothing can be read from here on, unless that is known of an earlier place."""
        if self._broken_from is None:
            self._broken_from = self._position

    def _skip_space(self) -> bool:
        """Go to the next sign; whether there is one."""
        self._position = self._after_space(self._position)
        return self._position < len(self._text)

    def _after_space(self, position: int) -> int:
        space = _SPACE.match(self._text, position)
        if space is None:
            return position
        return space.end()

    def _next(self) -> SenLine | None:
        """What begins here; None if that says nothing of a license. Raises ValueError where the text is no JSON."""
        sign = self._text[self._position]
        if sign == "{":
            return self._read_object()
        if sign == "[":
            self._enter()
        elif sign in "]}":
            self._leave()
        else:
            return self._read_scalar()
        return None

    def _enter(self) -> None:
        self._position += 1
        self._depth += 1
        self._is_member_value = False

    def _leave(self) -> None:
        if not self._depth:
            raise ValueError("a bracket closes that was never opened")
        self._position += 1
        self._depth -= 1

    def _read_object(self) -> SenLine | None:
        """The license that an object is; else what the object itself says, before the objects in it are read."""
        start = self._position
        try:
            fields, end = _DECODER.raw_decode(self._text, start)
        except ValueError:
            # The object is cut off, or a later one in it is: those before can be read all the same.
            self._broken_from = start
            self._enter()
            return None
        if is_license(fields):
            return self._read_license(fields, end)
        self._enter()
        plain_fields = [(name, value) for name, value in fields if not isinstance(value, tuple | list)]
        remark = remark_of(plain_fields)
        if not remark:
            return None
        return SenLine(self._line_at(start), problem=SenCode.NO_LICENSE, remark=remark)

    def _read_license(self, fields: Fields, end: int) -> SenLine | None:
        start, self._position = self._position, end
        self._is_member_value = False
        if self._broken_from is not None:
            # Inside a broken object, an object without a key or a SEN is a detail of the broken one.
            if not any(is_own(name) for name, _ in fields):
                return None
            self._broken_from = end
        self._entries += 1
        return read_fields(fields, self._line_at(start), self._entries)

    def _read_scalar(self) -> SenLine | None:
        """A text or number: the name of a member, its value (which its object's line has), or one in a list."""
        start = self._position
        value, self._position = _DECODER.raw_decode(self._text, start)
        if _COLON.match(self._text, self._position):
            self._is_member_value = True
            return None
        is_member_value, self._is_member_value = self._is_member_value, False
        if is_member_value or self._broken_from is not None:
            return None
        self._entries += 1
        remark = "; ".join(texts_in(value))
        return SenLine(self._line_at(start), problem=SenCode.NO_LICENSE, entry=self._entries, remark=remark)

    def _line_at(self, position: int) -> int:
        return bisect_left(self._line_breaks, self._after_space(position)) + 1
