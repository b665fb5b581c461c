"""The service as people and programs meet it over HTTP: JSON under `/api/v1`, two pages, one sign-in."""
