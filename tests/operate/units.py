"""The units of deploy/ without systemd: as their lines say, each service gets its account, folder, environment and its view
of the files, and what ends is started again."""

import os
import shlex
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

FOLDER = Path("/etc/systemd/system")
LOGS = Path("/var/log/migration")
Settings = Mapping[str, list[str]]


def settings_of(unit: str) -> Settings:
    """The lines of a unit by their names; `migration-web@8501` is an instance of `migration-web@.service`."""
    name, at, instance = unit.partition("@")
    settings: dict[str, list[str]] = {}
    for line in (FOLDER / f"{name}{at}.service").read_text().splitlines():
        key, is_setting, value = line.partition("=")
        if is_setting and not line.startswith("#"):
            text = value.replace("%%", "\0").replace("%i", instance).replace("\0", "%")
            settings.setdefault(key, []).append(text)
    return settings


def environment_of(settings: Settings) -> dict[str, str]:
    """What a service is told: as systemd does, its file outweighs its own lines."""
    environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
    lines = [part for line in settings.get("Environment", []) for part in shlex.split(line)]
    for file in settings.get("EnvironmentFile", []):
        lines += [line for line in Path(file).read_text().splitlines() if line and not line.startswith("#")]
    for line in lines:
        name, _, value = line.partition("=")
        environment[name] = value
    return environment


def command_of(settings: Settings, key: str) -> list[str]:
    """The command of a line, run by the account of the unit where only its own folder and /tmp can be written."""
    # systemd writes $ as $$.
    command = shlex.join(part.replace("$$", "$") for part in shlex.split(settings[key][0]))
    user = settings["User"][0]
    view = ["mount -t tmpfs tmpfs /tmp", *map(make_writable, settings.get("StateDirectory", []))]
    if settings.get("ProtectSystem") == ["strict"]:
        view.append("mount -o remount,bind,ro /")
    change = f"cd {settings['WorkingDirectory'][0]} && umask {settings['UMask'][0]} && exec setpriv --no-new-privs"
    account = f"--reuid {user} --regid {settings['Group'][0]} --init-groups"
    return ["unshare", "--mount", "sh", "-c", f"{' && '.join(view)} && {change} {account} -- {command}"]


def make_writable(directory: str) -> str:
    """The command by which a state directory stays writable where nothing else is."""
    return f"mount --bind /var/lib/{directory} /var/lib/{directory}"


def make_state_directories(settings: Settings) -> None:
    """The folders below /var/lib that a service writes to."""
    mode = int(settings.get("StateDirectoryMode", ["0755"])[0], 8)
    for directory in settings.get("StateDirectory", []):
        path = Path("/var/lib", directory)
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(mode)
        subprocess.run(["chown", f"{settings['User'][0]}:{settings['Group'][0]}", path], check=True)


def run_once(unit: str) -> None:
    """Run a service that ends by itself; fails if it does."""
    settings = settings_of(unit)
    make_state_directories(settings)
    for key in ("ExecStart", "ExecStartPost"):
        if key in settings:
            subprocess.run(command_of(settings, key), env=environment_of(settings), check=True)


@dataclass(slots=True)
class Service:
    """A service that runs until it is stopped, and is started again whenever it ends before."""

    unit: str
    process: "subprocess.Popen[bytes]" = field(init=False)
    starts: int = 0
    _is_stopped: Event = field(default_factory=Event)
    _keeper: Thread = field(init=False)

    def __post_init__(self) -> None:
        self.start()
        self._keeper = Thread(target=self._keep, daemon=True)
        self._keeper.start()

    @property
    def log(self) -> Path:
        """The file of its output."""
        return LOGS / f"{self.unit}.log"

    def start(self) -> None:
        """Start its process."""
        LOGS.mkdir(exist_ok=True)
        settings = settings_of(self.unit)
        make_state_directories(settings)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command_of(settings, "ExecStart"), env=environment_of(settings), stdout=log, stderr=log
            )
        self.starts += 1

    def _keep(self) -> None:
        while True:
            self.process.wait()
            if self._is_stopped.wait(2):
                return
            self.start()

    def kill(self) -> None:
        """End its process as a crash does."""
        self.process.kill()

    def restart(self) -> None:
        """Ask its process to end; it is started again."""
        self.process.terminate()

    def stop(self) -> None:
        """Ask its process to end, for good."""
        self._is_stopped.set()
        with suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGTERM)
        self._keeper.join(30)
