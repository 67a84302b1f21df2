"""What can be wrong with a file of a current."""

from hhgui.model.parameter import ModelError


class Undecided(ModelError):  # noqa: N818 - a question
    """The file leaves open what is meant; ``key`` of the choices settles it."""

    @property
    def question(self) -> str:
        """What is open, without the keys that a command line settles it with."""
        return str(self).partition("; ")[0]
