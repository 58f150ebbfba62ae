"""Writes the manual page from what `sotto --experimental-dump-help` says: man.py BINARY DATE.

The flags have one description, in the program's options; this adds what a manual page needs around them.
"""

import json
import re
import subprocess
import sys

FILES = """\
.SH FILES
.TP
.I /etc/default/sotto
Settings of the service, as variables.
.TP
.I /var/lib/sotto
Where the service keeps messages.
.TP
.I /usr/share/sotto/static
The pages.
.SH SIGNALS
.TP
SIGTERM, SIGINT
End in good order: clients are told when to come back and closed with 1001, what was accepted is kept. A second one ends at once.
.TP
SIGHUP
Read the certificate and its key again.
.SH "EXIT STATUS"
.TP
0
Ended by a signal, in good order.
.TP
1
Something is missing or in use: a port, a folder, a certificate.
.TP
64
A flag or a variable is wrong.
.SH EXAMPLES
.nf
sotto --port 8009
sotto --host :: --port 443 --tls-cert fullchain.pem --tls-key privkey.pem
.fi
"""


def escaped(text):
    """Text that troff takes as it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", " ".join(text.split()), flags=re.MULTILINE)


def names(argument):
    return [("--" if name["kind"] == "long" else "-") + name["name"] for name in argument["names"]]


def option(argument):
    flags = ", ".join(f"\\fB{escaped(name)}\\fR" for name in names(argument))
    value = f" \\fI{escaped(argument['valueName'])}\\fR" if argument["kind"] == "option" else ""
    return f".TP\n{flags}{value}\n{escaped(argument.get('abstract', ''))}\n"


def options(command):
    return "".join(option(each) for each in command["arguments"] if each.get("shouldDisplay") and each["kind"] != "positional")


def page(binary, date):
    dumped = subprocess.run([binary, "--experimental-dump-help"], check=True, capture_output=True, text=True)
    command = json.loads(dumped.stdout)["command"]
    version = subprocess.run([binary, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    text = f'.TH SOTTO 1 "{date}" "{version}" "User Commands"\n'
    text += f".SH NAME\nsotto \\- {escaped(command['abstract'].removesuffix('.').lower())}\n"
    text += ".SH SYNOPSIS\n\\fBsotto\\fR [\\fIoptions\\fR]\n"
    text += ".SH DESCRIPTION\nSotto passes private messages from person to person over WebSocket, by the plain protocol and by\n"
    text += "sotto.v1, and serves the pages to do so.\nMessages for who is absent are kept.\n"
    text += f".SH OPTIONS\n{escaped(command['discussion'])}\n{options(command)}"
    for sub in command.get("subcommands", []):
        if sub.get("shouldDisplay") and sub["commandName"] != "help":
            text += f'.SH "SOTTO {escaped(sub["commandName"]).upper()}"\n{escaped(sub.get("abstract", ""))}\n{options(sub)}'
    return text + FILES


if __name__ == "__main__":
    sys.stdout.write(page(*sys.argv[1:]))
