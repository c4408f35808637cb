"""`python -m carikm` is `carikm`."""

from carikm.cli.main import main

if __name__ == "__main__":
    main()
