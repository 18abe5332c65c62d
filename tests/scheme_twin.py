"""The multi-scale scheme on a chain by hand: everything is sought anew at each step.

Cells are listed one by one, and who owns which is written down from scratch before every look.
"""

from dataclasses import dataclass


@dataclass(eq=False)
class Spot:
    core: int
    rank: int
    cells: list
    bare: int
    order: int
    melted: int = 0
    left: int = 0
    right: int = 0
    generation: int = 0
    moved: bool = False
    active: bool = True


class Scheme:
    """Spots of a chain; ``weights`` are the decays of the cells, ``unit`` that of s/2, and
    ``gain`` is what a melted cell adds to a bath in which one of a core has ``unit``."""

    def __init__(self, chain, bonds, weights, unit, gain, ranks):
        self.chain, self.weights, self.unit, self.gain = chain, weights, unit, gain
        self.spots = [
            Spot(core, ranks[core], cells, len(cells), order)
            for core, (cells, order) in enumerate(self.runs(list(bonds)))
        ]
        self.kinds = dict.fromkeys(
            ["touching, bare", "touching, treated", "gap, bare", "gap, treated"], 0
        )
        self.history = []

    def runs(self, bonds):
        length, ring = self.chain.length, self.chain.ring
        if all(bonds) and ring:
            yield list(range(length)), len(bonds)
            return
        for i, resonant in enumerate(bonds):
            before = bonds[i - 1] if i or ring else False
            if not resonant or before:
                continue
            order = 0
            while (i + order < len(bonds) or ring) and bonds[(i + order) % len(bonds)]:
                order += 1
            count = min(order + (self.chain.cells == "sites"), length)
            yield [(i + j) % length for j in range(count)], order

    def run(self):
        while self.step():
            pass
        return self

    def step(self):
        """Move the smallest spot that can; whether there was one."""
        for spot in sorted(self.spots, key=lambda spot: (self.scale(spot), spot.rank)):
            scale = self.scale(spot)
            done = self.move(spot) if spot.active else ""
            moved, whole = done, self.chain.step == "spot"
            while done == "grew" and whole:
                done = self.move(spot)
            spot.active = bool(done)
            if moved:
                spot.moved = True
                ends = (spot.cells[0], spot.cells[-1])
                n = self.bath(spot) / self.unit
                self.history.append((scale, *ends, n, spot.generation, spot.core))
                return True
        return False

    def scale(self, spot):
        if self.chain.order == "random":
            return 0
        return self.bath(spot) // self.unit if self.chain.order == "size" else spot.order

    def bath(self, spot):
        return self.unit * spot.bare + self.gain * spot.melted

    def look(self, spot, way):
        """Free cells to one side of a spot, and the other spot behind them or None."""
        owner = {cell: other for other in self.spots for cell in other.cells}
        free, cell = [], spot.cells[-1 if way > 0 else 0]
        while True:
            cell += way
            if self.chain.ring:
                cell %= self.chain.length
            elif not 0 <= cell < self.chain.length:
                return free, None
            if cell in owner:
                return free, None if owner[cell] is spot else owner[cell]
            free.append(cell)

    def cost(self, cells):
        return sum(self.weights[cell] for cell in cells)

    def crossing(self, spot):
        rules = {"halted": 0, "increased": -self.bath(spot)}
        treated = self.chain.treated
        return rules[treated] if treated in rules else self.cost(spot.cells)

    def fuses(self, spot, free, other, way):
        if other is None or not free or self.chain.fusion == "touching":
            return other is not None and not free
        exponent = self.cost(free)
        near, far = ("right", "left") if way > 0 else ("left", "right")
        if self.chain.between in ("active", "cores"):
            exponent += getattr(spot, near)
        if self.chain.between == "cores" or (self.chain.between == "active" and other.active):
            exponent += getattr(other, far)
        return self.bath(spot) + self.bath(other) > exponent

    def move(self, spot):
        if len(spot.cells) == self.chain.length:
            return ""
        sides = {way: self.look(spot, way) for way in (1, -1)}
        joined = {way: side for way, side in sides.items() if self.fuses(spot, *side, way)}
        if joined:
            self.fuse(spot, joined)
            return "fused"
        return self.grow(spot, {way: free for way, (free, _) in sides.items()})

    def grow(self, spot, free):
        bath, taken = self.bath(spot), []
        for way, name in ((1, "right"), (-1, "left")):
            cells = [cell for cell in free[way] if cell not in taken]
            if not cells:
                continue
            cost, reach = self.weights[cells[0]], getattr(spot, name)
            if bath > reach + (cost if self.chain.next_cell == "l+1" else 0):
                setattr(spot, name, reach + cost)
                taken.append(cells[0])
                spot.cells = spot.cells + cells[:1] if way > 0 else cells[:1] + spot.cells
        spot.melted += len(taken)
        return "grew" if taken else ""

    def fuse(self, spot, joined):
        reach = {way: self.fused_reach(spot, joined, way) for way in (1, -1)}
        others = {id(other): other for _, other in joined.values()}.values()
        closed = len(joined) == 2 and len(others) == 1
        for way, (free, other) in joined.items():
            both = closed and way < 0  # the same neighbour again, round the ring
            if not both:
                kind = "gap" if free else "touching"
                self.kinds[f"{kind}, {'treated' if other.moved else 'bare'}"] += 1
            if way > 0:
                spot.cells = spot.cells + free + other.cells
            elif both:
                spot.cells = spot.cells + free[::-1]
            else:
                spot.cells = other.cells + free[::-1] + spot.cells
            if self.chain.gap_in_bath:
                spot.melted += len(free)
        spot.right, spot.left = reach[1], reach[-1]
        spot.bare += sum(other.bare for other in others)
        spot.melted += sum(other.melted for other in others)
        spot.order += sum(other.order for other in others)
        spot.generation = 1 + max([spot.generation, *(other.generation for other in others)])
        self.spots = [each for each in self.spots if each not in list(others)]

    def fused_reach(self, spot, joined, way):
        """The least exponent from any core, over what lies on the way, to this side."""
        near = "right" if way > 0 else "left"
        ways, all_count = [getattr(spot, near)], self.chain.reach != "active"
        if -way in joined and (all_count or joined[-way][1].active):
            free, other = joined[-way]
            through = self.cost(free) + self.crossing(spot)
            ways.append(getattr(other, near) + through)
        if way in joined:
            free, other = joined[way]
            ways = [each + self.cost(free) + self.crossing(other) for each in ways]
            if all_count or other.active:
                ways.append(getattr(other, near))
        if self.chain.reach == "fresh":
            return 0
        own = getattr(joined[way][1] if way in joined else spot, near)
        return own if self.chain.reach == "own" else min(ways)
