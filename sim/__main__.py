"""`python -m sim`: the same command as `spinemets`."""

from sim.cli import main

if __name__ == "__main__":
    main()
