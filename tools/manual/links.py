"""What a name of the interface links to."""

from mdoc import argument


class Links:
    """The names of the interface as a page shows them: `own` are those that it describes itself."""

    def __init__(self, header, own=(), parameters=()):
        self.header, self.own, self.parameters = header, set(own), set(parameters)

    def word(self, text):
        """A macro with its arguments, or None for what stays as it is."""
        if text.startswith("`"):
            inner = text[1:-1]
            name = inner.lstrip("*")
            if name in self.parameters:
                return f"Fa {argument(inner)}"
            known = self.word(inner)
            return known or f"Ql {argument(inner)}"
        name = text[:-2] if text.endswith("()") else text
        if name.startswith("TORCTL_"):
            return f"Dv {argument(text)}"
        if name not in self.header.where:
            # Functions of the system.
            return f"Fn {name}" if text.endswith("()") and not name.startswith("torctl_") else None
        if name in self.own:
            return f"Fn {name}" if name in self.header.called else f"Vt {name}"
        return f"Xr {name} 3"
