"""What Windows shows of hhgui.exe under Properties, Details: PyInstaller's version file."""

TEMPLATE = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0x0, OS=0x40004,
                    fileType=0x1, subtype=0x0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable("040904B0", [
      StringStruct("CompanyName", "hhgui contributors"),
      StringStruct("FileDescription", "hhgui: play the Hodgkin-Huxley neuron"),
      StringStruct("FileVersion", "{version}"),
      StringStruct("InternalName", "hhgui"),
      StringStruct("LegalCopyright", "MIT licence; see the folder licences"),
      StringStruct("OriginalFilename", "hhgui.exe"),
      StringStruct("ProductName", "hhgui"),
      StringStruct("ProductVersion", "{version}"),
    ])]),
    VarFileInfo([VarStruct("Translation", [0x0409, 1200])]),
  ],
)
"""


def resource(version: str) -> str:
    """The file's text. A version is numbers with dots; Windows wants four of them."""
    numbers = [int(part) for part in version.split(".")]
    padded = tuple([*numbers, 0, 0, 0, 0][:4])
    return TEMPLATE.format(numbers=padded, version=version)
