"""How well colours can be told apart, after the Web Content Accessibility Guidelines 2.1."""


def luminance(color):
    """The relative luminance of a QColor, 0 to 1."""
    parts = color.getRgbF()[:3]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """The contrast ratio of two QColors, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
