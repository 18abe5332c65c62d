"""Makes correlators.csv beside it: C(t) of the resonance model at random arguments, by mpmath.

    python tests/theory/make_correlators.py

200 arguments a law with 25 digits, xi of either sign and infinite, from the definition C =
F(L/2) + int p cos(vt) dr. Up to J t = 50 that is integrated as it stands, over sqrt r. Beyond,
by parts over the phase y = v(r) t, each end leaves the real axis at an angle of pi/3, which is
not an angle of bathlab's, by Gauss and Legendre on each decade of the distance. The two ways
agree to 1e-15 where both are tried.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from mpmath import mp

TABLE = Path(__file__).with_name("correlators.csv")
COUNT, DIGITS = 200, 25
#: J t from which on the path is turned; decades of the distance from its ends.
TURNED, DECADES = 50, range(-27, 2)


def arguments(generator: np.random.Generator) -> list[tuple[float, float, float, float]]:
    """xi, lambda, L and J t, of three digits."""
    draws = 10 ** generator.uniform([-0.7, 0, 0.31, -2], [2, 3, 2.3, 12], (COUNT, 4))
    found = []
    for number, (xi, lam, length, t) in enumerate(draws):
        side = (xi, np.inf, -max(xi, 1.5))[number % 3]
        found.append(tuple(float(f"{x:.3g}") for x in (side, lam, length, t)))
    return found


class Law:
    """(45) and (91) at complex r, as functions of the phase y = t exp(-k r)."""

    def __init__(self, static: bool, xi: float, lam: float, length: float, t: float) -> None:
        self.static, self.xi, self.lam = static, mp.mpf(xi), mp.mpf(lam)
        self.length, self.t = mp.mpf(length), mp.mpf(t)
        self.k = 1 / self.xi + 2 * mp.log(2)
        self.first, self.last = self.t, self.t * mp.exp(-self.k * self.length / 2)

    def surviving(self, r: mp.mpc) -> mp.mpc:
        """exp(-N), N as the text writes it."""
        if not self.static:
            grown = r if mp.isinf(self.xi) else -self.xi * mp.expm1(-r / self.xi)
            return mp.exp(-grown / self.lam)
        root = mp.sqrt(r / self.lam)
        if not mp.isinf(self.xi) and r != 0:
            x = mp.sqrt(r / self.xi)
            root *= mp.sqrt(mp.pi) / 2 * mp.erf(x) / x
        return mp.exp(-root)

    def correlator(self, turned: bool) -> mp.mpf:
        """Of either way."""
        whole = self.surviving(self.length / 2)
        if turned:
            fixed = mp.re(whole * (1 - mp.cos(self.last)) + mp.cos(self.first))
            return fixed + mp.im(self._ray(self.last) - self._ray(self.first))
        most = mp.sqrt(self.length / 2)
        summed = mp.quad(self._term, mp.linspace(0, most, 9), method="gauss-legendre")
        return mp.re(whole + summed)

    def _term(self, w: mp.mpf) -> mp.mpc:
        """p(r) cos(v t) dr/dw at r = w^2."""
        r = w * w
        density = 1 / mp.sqrt(self.lam) if self.static else 2 * w / self.lam
        phase = self.t * mp.exp(-self.k * r)
        return density * mp.exp(-r / self.xi) * self.surviving(r) * mp.cos(phase)

    def _ray(self, start: mp.mpf) -> mp.mpc:
        """int exp(i y) F dy from an end of the path to infinity."""
        turn = mp.expjpi(mp.mpf(1) / 3)
        scale = start if start < 1 else mp.mpf(1)
        ends = {mp.mpf(10) ** j for j in DECADES} | {
            scale * mp.mpf(10) ** j for j in (-2, -1, 0)
        }
        places = [mp.mpf(0), *sorted(ends), mp.mpf(75)]
        from_start = mp.mpf(0) if start == self.t else self.length / 2
        return mp.quad(
            lambda s: (
                turn
                * mp.exp(1j * (start + turn * s))
                * self.surviving(from_start - mp.log1p(turn * s / start) / self.k)
            ),
            places,
            method="gauss-legendre",
            maxdegree=6,
        )


def main() -> None:
    mp.dps = DIGITS
    generator = np.random.default_rng(17)
    with TABLE.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["law", "xi", "lam", "length", "t", "correlator"])
        for name in ("Floquet", "Hamiltonian"):
            for given in arguments(generator):
                law = Law(name == "Hamiltonian", *given)
                value = law.correlator(given[3] > TURNED)
                if 5 < given[3] <= TURNED:
                    assert abs(value - law.correlator(True)) < 1e-15, given
                writer.writerow([name, *given, mp.nstr(value, 17)])


if __name__ == "__main__":
    main()
