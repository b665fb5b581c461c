"""The files and the sessions of a page of documentation, for tests that follow it to the letter."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Run", "Told", "Write", "steps"]

# A block with the name of its file above it, or a session at the console, or what a running program says.
BLOCK = re.compile(r"(?:^`(?P<file>[^`\n]+)`:\n\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.M | re.S)


@dataclass(frozen=True, slots=True)
class Write:
    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Run:
    command: str
    shows: str


@dataclass(frozen=True, slots=True)
class Told:
    shows: str


def steps(page: str) -> Iterator[Write | Run | Told]:
    for block in BLOCK.finditer(page):
        if block["kind"] == "text":
            yield Told(block["text"])
        elif block["kind"] == "console":
            first, *commands = re.split(r"^\$ ", block["text"], flags=re.M)
            assert first == "", "a session begins with a command"
            for each in commands:
                command, _, shows = each.partition("\n")
                yield Run(command, shows)
        else:
            assert block["file"], f"a {block['kind']} block of no file"
            yield Write(block["file"], block["text"])
