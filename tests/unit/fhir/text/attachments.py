"""What a record sends as an attachment."""

import base64

__all__ = ["data"]


def data(raw: bytes | str) -> str:
    return base64.b64encode(raw.encode() if isinstance(raw, str) else raw).decode()
