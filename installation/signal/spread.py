"""Routes written for many: a point as one signal, and ``*`` for any scene, made plain before the chain."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from installation import osc
from installation.osc.pattern import is_pattern
from installation.parameter.parameter import Parameter
from installation.show.model import RouteSpec
from installation.values import Address

__all__ = ["spread", "spread_one"]


def spread(routes: Iterable[RouteSpec], parameters: Mapping[Address, Parameter]) -> list[RouteSpec]:
    """Routes from one signal to one target each, in the order of the file.

    Args:
        routes: As written.
        parameters: Those that a target with ``*`` may mean; a target that matches none gives no route.
    """
    return [plain for route in routes for plain in spread_one(route, parameters)]


def spread_one(route: RouteSpec, parameters: Mapping[Address, Parameter]) -> list[RouteSpec]:
    """The plain routes that one stands for: for each target, one a signal, each on its own component."""
    targets = [route.target]
    if is_pattern(route.target):
        targets = [address for address in parameters if osc.match(route.target, address)]
    elif len(route.sources) == 1:
        return [route]
    many = len(route.sources) > 1
    return [
        replace(route, source=source, target=target, component=part if many else route.component)
        for target in targets
        for part, source in enumerate(route.sources)
    ]
