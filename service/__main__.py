"""The program `vocero`, also as `python -m service`: what it needs is imported after Ctrl-C has become an end without a word."""

import signal


def main() -> None:
    """Run the command."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from service.command_line import main as run  # noqa: PLC0415 - see above

    run()


if __name__ == "__main__":
    main()
