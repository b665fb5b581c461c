"""`python -m abstractor`: the same as the program `abstractor`."""

from abstractor.cli import main

if __name__ == "__main__":
    main()
