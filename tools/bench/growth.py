"""Growth: the same pages before and after hundreds of thousands of people have joined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Flask
from flask.testing import FlaskClient
from measuring import Measure, counting, rate


class Growth:
    """What pages cost now, to be compared with what they cost later."""

    def __init__(self, app: Flask, client: FlaskClient, addresses: Sequence[str]) -> None:
        self.app, self.client, self.addresses = app, client, addresses
        self.before = {address: self._cost(address) for address in addresses}

    def measures(self) -> Iterator[Measure]:
        """Compare: statements are equal, and time within half as much again."""
        for address in self.addresses:
            (statements, rate_before), (now, rate_now) = self.before[address], self._cost(address)
            yield Measure(
                f"statements of {address} with 200,000 people more", now - statements, 0, ""
            )
            yield Measure(
                f"time of {address} with 200,000 people more", rate_before / rate_now, 1.5, "x"
            )

    def _cost(self, address: str) -> tuple[int, float]:
        assert self.client.get(address).status_code == 200, address
        with counting(self.app) as statements:
            self.client.get(address)
        return len(statements), rate(lambda: self.client.get(address), 3)
