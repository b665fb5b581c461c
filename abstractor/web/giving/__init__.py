"""The pages of who gives out accounts: every account, one account, tokens of services."""

from abstractor.web.giving import accounts, one_account, tokens

__all__ = ["routers"]

# Tokens before the rest: `/accounts/tokens` is no number of an account.
routers = tuple(part.router for part in (tokens, accounts, one_account))
