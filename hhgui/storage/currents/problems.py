"""Define the errors of a file of a current."""

from hhgui.model.parameter import ModelError


class Undecided(ModelError):  # noqa: N818 - a question
    """Raised when the file leaves a choice open; ``key`` of the choices settles it."""

    @property
    def question(self) -> str:
        """Return the open question without the keys of the command line."""
        return str(self).partition("; ")[0]
