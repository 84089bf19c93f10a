"""A clean Debian in a folder, on which `walk` does what README's *Operate it* says.

`python -m tests.operate [--debian FOLDER]` needs root on a Debian machine with `debootstrap` and Debian's and Python's
packages in reach. The folder is kept if it is named, and made in half a minute if it is not there. The walk runs in
namespaces of its own, so that no port, process or mount of this machine is touched.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.rooms import ROOT

PACKAGES = ("python3", "python3-venv", "postgresql", "postgresql-contrib", "nginx-light", "ca-certificates", "openssl")
"""What README needs of Debian; PostgreSQL and nginx could as well be on machines of their own."""

MIRROR = "http://deb.debian.org/debian"
ADDRESS = "192.0.2.10"
"""Where nginx is asked in the walk's own network, so that it takes nobody for this machine."""

_PROJECT = "srv/migration"


def run(*command: str | Path) -> None:
    """Run a command, and end with it if it fails."""
    subprocess.run([str(part) for part in command], check=True)


def make_debian(folder: Path) -> None:
    """Install Debian 12, whose Python is 3.11, into a folder."""
    run("debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", "bookworm", folder, MIRROR)


def bring_in_project(folder: Path) -> None:
    """Copy the files that are in git, and the packages of requirements.lock."""
    project = folder / _PROJECT
    shutil.rmtree(project, ignore_errors=True)
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        target = project / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    packages = folder / "packages"
    lock = ROOT / "requirements.lock"
    download = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes")
    run(*download, "--dest", packages, "--requirement", lock)


def walk(folder: Path) -> int:
    """Walk through README in there; returns the status that it ended with."""
    start = (
        f"mount --bind {folder} {folder} && mount -t proc proc {folder}/proc && mount --rbind /dev {folder}/dev && "
        f"ip link set lo up && ip address add {ADDRESS} dev lo && exec chroot {folder} /usr/bin/python3 -B /{_PROJECT}/tests/operate/install.py"
    )
    command = ["unshare", "--mount", "--pid", "--net", "--uts", "--fork", "--kill-child", "sh", "-c", start]
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
    return subprocess.run(command, env=environment, check=False).returncode


def main() -> None:
    """Make a Debian if need be, and walk."""
    parser = argparse.ArgumentParser(prog="python -m tests.operate", description=__doc__)
    parser.add_argument("--debian", type=Path, help="a folder to keep the Debian in, for the next time")
    options = parser.parse_args()
    if not shutil.which("debootstrap"):
        sys.exit("This needs debootstrap: apt-get install debootstrap")
    with tempfile.TemporaryDirectory(prefix="debian") as place:
        folder = (options.debian or Path(place, "debian")).resolve()
        if not folder.exists():
            make_debian(folder)
        bring_in_project(folder)
        sys.exit(walk(folder))


if __name__ == "__main__":
    main()
