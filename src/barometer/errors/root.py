"""The roots of every error and warning."""


class BarometerError(Exception):
    """Root of every error that barometer raises on purpose."""

    def __reduce__(self) -> tuple[object, ...]:
        """Go to another process and back with message and facts; a subclass takes other arguments than its message."""
        return _rebuilt, (type(self), self.args, self.__dict__)


def _rebuilt(kind: type[BarometerError], message: tuple[object, ...], facts: dict[str, object]) -> BarometerError:
    error = kind.__new__(kind)
    error.args = message
    error.__dict__.update(facts)
    return error


class BarometerWarning(UserWarning):
    """Root of every warning that barometer gives."""
