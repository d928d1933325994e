"""Background jobs alone, for an installation whose web processes run without them (TICKETAPP_JOBS=off)."""

import asyncio
import signal

from ticketapp.cli.starting import settings_of_migrated_database
from ticketapp.integrations.bus import open_bus
from ticketapp.integrations.logs import configure_logs
from ticketapp.jobs.runner import Runner
from ticketapp.runtime import Runtime, install, open_runtime


def run() -> None:
    """Work through background jobs until told to stop."""
    settings = settings_of_migrated_database()
    configure_logs(is_json=settings.is_production)
    runtime = open_runtime(settings)
    install(runtime)
    runtime.on_change(open_bus(settings.redis_url).publish)
    print("Ticketapp works on background jobs.", flush=True)
    try:
        asyncio.run(_until_told(runtime))
    finally:
        runtime.close()


async def _until_told(runtime: Runtime) -> None:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    working = asyncio.create_task(Runner(runtime).run())
    await told.wait()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
