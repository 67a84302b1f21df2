"""Run the program by ``python -m hhgui``."""

from hhgui.app import main

if __name__ == "__main__":
    raise SystemExit(main())
