"""What the workers say on stderr: one line each, never a traceback.

RQ and the queue's client put whole tracebacks into their log. They help nobody who runs a clinic's server,
and a traceback may quote a chart.
"""

import logging
import threading

__all__ = ["OneLine", "tell_in_one_line"]

_TRACEBACK = "Traceback (most recent call last):"
_log = logging.getLogger(__name__)


class OneLine(logging.Formatter):
    """The first line of a message, with the kind of the error that stands below it or beside it."""

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        first = message.partition("\n")[0].strip()
        kind = _kind(record, message)
        bare = logging.makeLogRecord({**record.__dict__, "msg": f"{first} ({kind})" if kind else first})
        bare.args, bare.exc_info, bare.exc_text, bare.stack_info = None, None, None, None
        return super().format(bare)


def tell_in_one_line() -> None:
    """For this process and those forked from it: warnings and worse, on stderr."""
    told = logging.StreamHandler()
    told.setFormatter(OneLine("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[told])
    threading.excepthook = _thread_ended


def _kind(record: logging.LogRecord, message: str) -> str:
    if isinstance(record.exc_info, tuple) and record.exc_info[0] is not None:
        return record.exc_info[0].__name__
    if _TRACEBACK in message:
        return message.rstrip().rpartition("\n")[2].partition(":")[0].rpartition(".")[2]
    return ""


def _thread_ended(ended: threading.ExceptHookArgs) -> None:
    name = ended.thread.name if ended.thread is not None else "a thread"
    _log.error("%s ended: %s", name, ended.exc_type.__name__)
