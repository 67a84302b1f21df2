"""The entry of the packaged app, and of `python main.py`."""

from hhgui.app import main

if __name__ == "__main__":
    raise SystemExit(main())
