"""What is wrong about the arguments is one line, with the status of a wrong usage."""

import argparse
import sys

USAGE_STATUS = 64


class Parser(argparse.ArgumentParser):
    def error(self, message):
        print(f"scripts/bench: {message}; see scripts/bench --help", file=sys.stderr)
        sys.exit(USAGE_STATUS)
