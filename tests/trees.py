"""Find every place in a document of dictionaries and lists, such as JSON or TOML."""


def places(document, way=()):
    """The way to every value within a document, as keys and indices."""
    for key, value in document.items() if isinstance(document, dict) else enumerate(document):
        yield (*way, key)
        if isinstance(value, dict | list):
            yield from places(value, (*way, key))
