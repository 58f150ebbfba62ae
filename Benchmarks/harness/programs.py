"""How each server is started."""

from pathlib import Path

from results import PLAIN
from server import Program

ROOT = Path(__file__).resolve().parent.parent.parent
PEER_FILES = ROOT / "Benchmarks" / "peers"


def sotto(options):
    binary = options.binaries / "sotto"
    command = [str(binary), "--port", "{port}", "--static", str(site(options)), "--data", "none"]
    # A server that is to deliver all it can must not think its fastest clients too slow.
    return Program("sotto", [*command, "--max-queue", "256MiB", *options.flags], binary=binary)


def dialects(options, is_spread):
    """Ours: the plain protocol, sotto.v1 in memory, and on disk; that also with a CPU for the thread that writes."""
    plain = sotto(options)
    v1 = ("--protocol", "v1")
    folder = data_folder(options)
    on_disk = [str(folder) if word == "none" else word for word in plain.command]
    found = [
        Program(PLAIN, plain.command),
        Program("v1 in memory", plain.command, arguments=v1),
        Program("v1 on SQLite", on_disk, arguments=v1, folder=folder),
    ]
    if is_spread:
        found.append(Program("v1 on SQLite, two CPUs", on_disk, arguments=v1, folder=folder, is_spread=True))
    return found


def data_folder(options):
    return (options.build / "data").resolve()


def fastapi(options):
    return Program("fastapi", [python(options), str(PEER_FILES / "fastapi_server.py"), "{port}"])


def picows(options):
    return Program("picows", [python(options), str(PEER_FILES / "picows_server.py"), "{port}"])


def node(options):
    # Where Debian puts modules.
    env = {"NODE_PATH": "/usr/share/nodejs", "NODE_ENV": "production"}
    return Program("node-ws", ["node", str(PEER_FILES / "node_server.js"), "{port}"], env)


def nio(options):
    binary = options.build / "release" / "NIOPeer"
    return Program("swift-nio", [str(binary), "{port}"], binary=binary)


PEERS = {"fastapi": fastapi, "node": node, "nio": nio, "picows": picows}


def python(options):
    return str(options.build / "python" / "bin" / "python")


def site(options):
    """A small page and a large file."""
    folder = (options.build / "site").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text("<!DOCTYPE html><title>Welcome</title>\n")
    (folder / "small.html").write_text("<!DOCTYPE html><title>Small</title><p>" + "word " * 195 + "\n")
    (folder / "large.bin").write_bytes(bytes(range(256)) * 4096)
    return folder


NGINX = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log crit;
events {{ worker_connections 4096; }}
http {{
  include /etc/nginx/mime.types;
  access_log off;
  sendfile on;
  tcp_nopush on;
  tcp_nodelay on;
  keepalive_requests 100000000;
  open_file_cache max=100 inactive=60s;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{
    listen 127.0.0.1:PORT backlog=4096;
    location /static/ {{ alias {site}/; }}
  }}
}}
"""


def nginx(options):
    folder = (options.build / "nginx").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, site=site(options)))
    # The port comes last: nginx reads it from a copy of its configuration.
    script = f"sed s/PORT/{{port}}/ {configuration} > {folder}/port.conf && exec nginx -p {folder} -c {folder}/port.conf"
    return Program("nginx", ["sh", "-c", f"PATH=$PATH:/usr/sbin; {script}"])
