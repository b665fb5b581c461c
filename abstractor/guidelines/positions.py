"""On which line of a TOML file each key and each item of a list stands.

`tomllib` tells no positions, and no well-kept library does for a file that parses. The text has been parsed
by it before: here it is only walked, so whatever is legal there is all that must be understood.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping

__all__ = ["KeyPath", "lines_of"]

KeyPath = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_MULTILINE = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}|' + r"'''(?:[^']|'(?!''))*'{3,5}", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
# A number, a date (one with a blank before its time too), true or false.
_PLAIN = re.compile(r"[^,\]}\n#]+")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}


def lines_of(text: str) -> Mapping[KeyPath, int]:
    """Path -> line, counted from 1; a table stands where its first header or key does."""
    walk = _Walk(text.replace("\r\n", "\n"))
    walk.document()
    return walk.lines


class _Walk:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.ends = [each.start() for each in re.finditer("\n", text)]
        self.lines: dict[KeyPath, int] = {(): 1}
        self.counts: dict[KeyPath, int] = {}

    def document(self) -> None:
        table: KeyPath = ()
        while self._blank():
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> KeyPath:
        """[table] or [[item of an array of tables]]; the path of what follows it."""
        line = self._line()
        listed = self.text.startswith("[[", self.at)
        self.at += 2 if listed else 1
        *above, last = self._key()
        self.at += 2 if listed else 1
        path: KeyPath = ()
        for part in above:
            path = self._newest((*path, part), line)
        path = (*path, last)
        if not listed:
            return self._newest(path, line)
        self.lines.setdefault(path, line)
        self.counts[path] = self.counts.get(path, 0) + 1
        return self._newest(path, line)

    def _newest(self, path: KeyPath, line: int) -> KeyPath:
        """The path itself, or of an array of tables its last item: what a header beneath it adds to."""
        self.lines.setdefault(path, line)
        if path in self.counts:
            path = (*path, self.counts[path] - 1)
            self.lines.setdefault(path, line)
        return path

    def _pair(self, table: KeyPath) -> None:
        line = self._line()
        path = table
        for part in self._key():
            path = (*path, part)
            self.lines.setdefault(path, line)
        self.at += 1  # the equals sign
        self._value(path)

    def _key(self) -> tuple[str, ...]:
        """The parts of a dotted key, up to what ends it."""
        parts = []
        while True:
            self._blank()
            quoted = _STRING.match(self.text, self.at)
            if quoted is not None:
                parts.append(_unquoted(quoted[0]))
                self.at = quoted.end()
            else:
                parts.append(self._taken(_BARE_KEY))
            self._blank()
            if self.text[self.at] != ".":
                return tuple(parts)
            self.at += 1

    def _value(self, path: KeyPath) -> None:
        self._blank()
        if self.text[self.at] == "[":
            self._items(path)
        elif self.text[self.at] == "{":
            self._inline(path)
        elif _MULTILINE.match(self.text, self.at):
            self._taken(_MULTILINE)
        elif _STRING.match(self.text, self.at):
            self._taken(_STRING)
        else:
            self._taken(_PLAIN)

    def _items(self, path: KeyPath) -> None:
        for number in range(len(self.text)):
            if self._ended("]"):
                return
            item = (*path, number)
            self.lines[item] = self._line()
            self._value(item)

    def _inline(self, path: KeyPath) -> None:
        while not self._ended("}"):
            self._pair(path)

    def _ended(self, bracket: str) -> bool:
        """Past the opening bracket or the comma before the next item; True past the closing one."""
        self._blank()
        if self.text[self.at] != bracket:
            self.at += 1
            self._blank()
        if self.text[self.at] != bracket:
            return False
        self.at += 1
        return True

    def _taken(self, shape: "re.Pattern[str]") -> str:
        found = shape.match(self.text, self.at)
        assert found is not None, "the text was not parsed before"  # noqa: S101 - only a caller's mistake
        self.at = found.end()
        return found[0]

    def _blank(self) -> bool:
        """Past blanks and comments; False at the end of the text."""
        found = _BLANK.match(self.text, self.at)
        self.at = found.end() if found is not None else self.at
        return self.at < len(self.text)

    def _line(self) -> int:
        return bisect_right(self.ends, self.at - 1) + 1 if self.at else 1


def _unquoted(quoted: str) -> str:
    inner = quoted[1:-1]
    return inner if quoted[0] == "'" else _ESCAPE.sub(_unescaped, inner)


def _unescaped(escape: "re.Match[str]") -> str:
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else _ESCAPES.get(escape[3], escape[3])
