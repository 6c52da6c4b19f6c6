"""Expands routes before the chain: points into single signals, and ``*`` into all scenes."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from installation import osc
from installation.osc.pattern import is_pattern
from installation.parameter.parameter import Parameter
from installation.show.model import RouteSpec
from installation.values import Address

__all__ = ["spread", "spread_one"]


def spread(routes: Iterable[RouteSpec], parameters: Mapping[Address, Parameter]) -> list[RouteSpec]:
    """Return routes from one signal to one target each, in file order.

    Args:
        routes: The routes as written.
        parameters: Possible targets of ``*``; a target without a match gives no route.
    """
    return [plain for route in routes for plain in spread_one(route, parameters)]


def spread_one(route: RouteSpec, parameters: Mapping[Address, Parameter]) -> list[RouteSpec]:
    """Expand one route: for each target one route per signal, each to its own component."""
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
