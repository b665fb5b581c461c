"""Whatever happens to tokens, a request is signed with a good one or fails by name."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from abstractor.errors import ClinicUnreachable
from abstractor.fhir.smart.renewal import Tokens
from abstractor.fhir.smart.token import Token
from tests.clock import Clock
from tests.unit.fhir_smart.scripted import Shelf

# A failure holds for so long: until then nobody asks again.
HOLDS = 15
WAIT = st.tuples(st.just("wait"), st.sampled_from([0.1, 1, 14, 16, 60, 200, 290, 1000]))
OTHERS = st.tuples(st.sampled_from(["ask", "ask", "revoke", "down", "up"]), st.sampled_from([0, 1]))
STEPS = st.lists(st.one_of(WAIT, OTHERS), max_size=40)


@dataclass(slots=True)
class Server:
    """Gives tokens while it is up, and takes those that it gave and has not taken back."""

    clock: Clock
    life: float
    up: bool = True
    failed_at: float = float("-inf")
    given: dict[str, float] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    ended: int = 0
    refused: int = 0

    def grant(self) -> Token:
        if not self.up:
            self.failed_at = self.clock.now
            raise ClinicUnreachable("down")
        name = f"token-{len(self.given) + 1}"
        self.given[name] = self.clock.now + self.life
        return Token(name, self.given[name], "")

    def takes(self, token: Token) -> bool:
        self.ended += self.clock.now >= self.given[token.access]
        good = self.clock.now < self.given[token.access] and token.access not in self.revoked
        self.refused += not good
        return good


def asks(server: Server, tokens: Tokens) -> bool:
    """As a request does it: a 401 costs another token, and one more where that was not new."""
    token = tokens.current()
    if server.takes(token):
        return True
    other, new = tokens.after(token)
    return server.takes(other) or (not new and server.takes(tokens.after(other)[0]))


@given(STEPS, st.sampled_from([1, 10, 60, 300, 3600]), st.booleans())
def test_a_request_is_signed_with_a_good_token_or_fails_by_name(
    steps: list[tuple[str, float]], life: float, shared: bool
) -> None:
    clock = Clock(0)
    server, shelf = Server(clock, life), Shelf()
    workers = [
        Tokens(server.grant, shelf if shared else Shelf(), clock=clock, chance=lambda: 0.5) for _ in range(2)
    ]
    revocations = 0
    for step, value in steps:
        match step:
            case "wait":
                clock.now += value
            case "revoke":
                server.revoked |= set(server.given)
                revocations += 1
            case "down" | "up":
                server.up = step == "up"
            case _:
                try:
                    assert asks(server, workers[int(value)])
                except ClinicUnreachable:
                    assert not server.up or clock.now < server.failed_at + HOLDS
    assert server.ended == 0
    # Each worker meets a revocation once, and once more on the shelf.
    assert server.refused <= 4 * revocations
