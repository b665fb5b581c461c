"""A signal that comes while a library calls us back still ends the command as that signal does."""

import os
import signal
import sys

import pytest
from pydantic import BaseModel, model_serializer

import abstractor.cli
from abstractor.cli.stopping import Stopped, stopping_in_order


class Told(BaseModel):
    """The library makes an error of its own out of whatever is raised while it writes this."""

    number: int

    @model_serializer
    def write(self) -> dict[str, int]:
        os.kill(os.getpid(), self.number)
        return {}


@pytest.mark.parametrize(
    ("number", "raised"), [(signal.SIGTERM, Stopped), (signal.SIGINT, KeyboardInterrupt)]
)
def test_a_signal_in_the_midst_of_a_library_is_what_ends_it(
    number: signal.Signals, raised: type[BaseException]
) -> None:
    before = signal.getsignal(number)
    signal.signal(number, signal.SIG_DFL if number == signal.SIGTERM else signal.default_int_handler)
    try:
        with pytest.raises(raised) as ended, stopping_in_order():
            Told(number=number).model_dump_json()
    finally:
        signal.signal(number, before)
    assert not isinstance(ended.value, Stopped) or ended.value.code == 128 + signal.SIGTERM


def test_an_error_without_a_signal_is_itself() -> None:
    with pytest.raises(ValueError, match="mine"), stopping_in_order():
        raise ValueError("mine")


class Interrupting:
    """A finder of modules during whose search Ctrl-C comes."""

    def find_spec(self, name: str, *_: object) -> None:
        if name == "abstractor.cli.app":
            os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_before_anything_is_there_ends_with_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "abstractor.cli.app", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Interrupting(), *sys.meta_path])
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(SystemExit) as ended:
            abstractor.cli.main()
    finally:
        signal.signal(signal.SIGINT, before)
    assert (ended.value.code, capsys.readouterr().err) == (130, "abstractor: stopped\n")
