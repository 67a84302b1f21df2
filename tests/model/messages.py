"""What every refusal of a model file has in common."""


def check_message(error, where="bad.toml"):
    """Assert that a refusal names its file and its key and fits on a line."""
    assert error.where == where
    assert str(error).startswith(f"{where}: {error.key}: " if error.key else f"{where}: ")
    assert "\n" not in str(error)
    assert len(str(error)) < 1000
