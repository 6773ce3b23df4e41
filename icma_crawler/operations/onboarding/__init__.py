"""From the address of a site, or a list of them, to portal files; and whether a file still fits its site."""
