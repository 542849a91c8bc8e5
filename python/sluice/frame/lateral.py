# SPDX-License-Identifier: Apache-2.0
"""Aliases of a select list that later expressions of the same list use."""

from __future__ import annotations

from sluice.frame.compile import Scope
from sluice.frame.expr import Alias, Call, Expr, Lambda, Literal, Name

__all__ = ["laterally"]


def laterally(scope: Scope, exprs: list[Expr]) -> list[Expr]:
    """Expressions in which the alias of an earlier one stands for that one, where no column has the name."""
    aliases: dict[str, Expr] = {}
    found = []
    for expr in exprs:
        made = _with_aliases(scope, expr, aliases) if aliases else expr
        if isinstance(made, Alias) and len(made.names) == 1:
            aliases[made.names[0].lower()] = made.child
        found.append(made)
    return found


def _with_aliases(scope: Scope, expr: Expr, aliases: dict[str, Expr]) -> Expr:
    lambdas = False

    def change(each: Expr) -> Expr | None:
        nonlocal lambdas
        lambdas = lambdas or isinstance(each, Lambda)
        if isinstance(each, Name) and each.parts[0].lower() in aliases and scope.named(each.parts) is None:
            made = aliases[each.parts[0].lower()]
            for part in each.parts[1:]:
                made = Call("getitem", (made, Literal(part)))
            return made
        return None

    made = expr.transformed(change)
    if lambdas or made is expr or made == expr:
        # The parameter of a lambda may have the name of an alias.
        return expr
    return made if isinstance(made, Alias) else Alias(made, (expr.name(),))
