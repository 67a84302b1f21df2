"""A locale with decimal commas, made for a test: compiling all of German would take 2 s."""

import shutil
import subprocess
from pathlib import Path

SOURCE = """
LC_CTYPE
copy "POSIX"
END LC_CTYPE
LC_NUMERIC
decimal_point ","
thousands_sep "."
grouping 3;3
END LC_NUMERIC
"""


def decimal_commas(folder):
    """The environment of a process whose locale has decimal commas; None if there is no localedef.

    folder: where the locale is kept.
    """
    if not shutil.which("localedef"):
        return None
    source = Path(folder, "commas.source")
    source.write_text(SOURCE, encoding="ascii")
    # -c: other categories are missing, which is a warning
    command = ["localedef", "-c", "-i", source, "-f", "ANSI_X3.4-1968", Path(folder, "commas")]
    subprocess.run(command, capture_output=True)
    return {"LC_NUMERIC": "commas", "LOCPATH": str(folder)}
