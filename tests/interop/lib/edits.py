"""Edits of change sets as the management API takes them: lists, which are joined with +."""


def set_field(ref, field, value):
    return {"op": "set", "object": ref, "field": field, "value": value}


def fresh(kind, name):
    """The reference to an object that the same change set makes: a number for each name."""
    return f"{kind}:+{sum(name.encode())}"


def create(kind, name, *more):
    """A new object of the name; `more` are (operation, field, value)."""
    made = fresh(kind, name)
    return [{"op": "create", "object": made}, set_field(made, "name", name),
            *({"op": op, "object": made, "field": field, "value": value} for op, field, value in more)]


def alias(node, text):
    return [set_field(f"node:{node}", "alias", text)]


def zoning(*members, name="zone1"):
    """A domain of these references, in an enabled set of its own."""
    return (create("domain", name, *(("add", "nodes", member) for member in members)) +
            create("domain-set", name + "-set", ("add", "domains", fresh("domain", name)), ("set", "enabled", True)))
