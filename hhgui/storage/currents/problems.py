"""Define the error for a file of a current that leaves a choice to the user."""

from hhgui.model.parameter import ModelError


class Undecided(ModelError):  # noqa: N818 - a question
    """Raised if the user has to choose something.

    ``key`` names the choice (see ``choice.KEYS``).
    """

    @property
    def question(self) -> str:
        """Return the question to the user without the hint for the command line."""
        return str(self).partition("; ")[0]
