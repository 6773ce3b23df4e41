"""`python -m icma_crawler` is `icma`."""

from icma_crawler.cli import main

if __name__ == "__main__":
    main()
