"""The command line: commands, options, rendering, exit codes. Alone in knowing typer and rich."""
