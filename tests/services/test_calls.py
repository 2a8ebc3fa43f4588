"""The loop on which provider calls wait."""

import asyncio
import threading

from core.services.calls import CallLoop


def test_a_call_can_tell_how_it_ended_however_early_it_is_cancelled() -> None:
    async def waits() -> str:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return "told"
        return "waited"

    def cancel_on() -> None:
        while not over.is_set():
            calls.cancel("job")

    calls, over = CallLoop(), threading.Event()
    canceller = threading.Thread(target=cancel_on)
    canceller.start()
    try:
        ends = [calls.run("job", [waits(), waits()]) for _ in range(50)]
    finally:
        over.set()
        canceller.join()
        calls.close()
    assert ends == [["told", "told"]] * 50
