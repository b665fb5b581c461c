"""A page of documentation that is typed into a shell: its files, its sessions, what is left running.

A line "[...]" stands for any lines, "..." for anything on its line; a command that ends with "&" is left
running, and what stands below it is waited for, as is a `text` block, in what any of them has said.
"""

import re
import shlex
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.documented import Run, Told, Write

__all__ = ["Shell", "as_shown"]

END = "-- end of a command: "
PATIENCE = 150.0


def as_shown(shows: str) -> re.Pattern[str]:
    lines = (
        r"(?:.*\n)*?" if line == "[...]" else ".*".join(map(re.escape, line.split("..."))) + "\n"
        for line in shows.splitlines()
    )
    return re.compile("".join(lines))


@dataclass(slots=True)
class Shell:
    """One shell in that folder. `names` stand for others wherever the page has them: ports, say."""

    folder: Path
    env: Mapping[str, str]
    names: dict[str, str]
    told: list[str] = field(default_factory=list)
    logs: list[Path] = field(default_factory=list)
    process: "subprocess.Popen[str]" = field(init=False)

    def __post_init__(self) -> None:
        self.process = subprocess.Popen(
            ["/bin/bash", "--norc"],
            cwd=self.folder,
            env=dict(self.env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def follow(self, step: Write | Run | Told) -> None:
        match step:
            case Write(file, text):
                (self.folder / file).write_text(self.here(text), encoding="utf-8")
            case Told(shows):
                self.hears(self.here(shows), *self.logs)
            case Run(command, shows) if command.endswith("&"):
                log = self.folder / f"left-running-{len(self.logs)}.log"
                self.logs.append(log)
                self.says(f"{self.here(command).removesuffix('&')} > {log.name} 2>&1 &")
                self.hears(self.here(shows), log)
            case Run(command, shows):
                said = self.says(self.here(command))
                assert as_shown(self.here(shows)).fullmatch(said), f"$ {command}\n{said}"

    def says(self, command: str) -> str:
        """Of curl, which is not everywhere, the request alone is made here."""
        said = fetched(command) if command.startswith("curl ") else self._typed(command)
        self.told.append(said)
        return said

    def hears(self, shows: str, *logs: Path) -> None:
        wanted, end = as_shown(shows), time.monotonic() + PATIENCE
        while not any(log.exists() and wanted.search(log.read_text(encoding="utf-8")) for log in logs):
            said = "".join(log.read_text(encoding="utf-8") for log in logs if log.exists())
            assert time.monotonic() < end, f"nobody said\n{shows}but\n{said}"
            time.sleep(0.1)

    def here(self, text: str) -> str:
        for name, other in self.names.items():
            text = text.replace(name, other)
        return text

    def close(self) -> None:
        """Whatever was left running is told to stop, the last first, and waited for."""
        try:
            self._typed("for job in $(jobs -p | tac); do kill $job; wait $job; done")
        finally:
            self.process.communicate()
        self.told += [log.read_text(encoding="utf-8") for log in self.logs]

    def _typed(self, command: str) -> str:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"{command}\nprintf '%s%s\\n' '{END}' $?\n")
        self.process.stdin.flush()
        said = ""
        for line in self.process.stdout:
            before, mark, code = line.partition(END)
            said += before
            if mark:
                return said if code == "0\n" else f"{said}[exit code {code.strip()}]\n"
        raise AssertionError(f"the shell ended: {said}")


def fetched(command: str) -> str:
    words = shlex.split(command)
    address = next(word for word in words if word.startswith("http"))
    data = words[words.index("--data") + 1].encode() if "--data" in words else None
    body = b"" if data is None and "POST" in words else data
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, data=body, timeout=60) as answer:
            return f"{answer.read().decode()}\n"
    except urllib.error.HTTPError as refused:
        return f"{refused.read().decode()}\n"
