import os
import subprocess
import sys

from celery import Celery, group

from measure import PAYLOAD, measure

app = Celery("celery_peer", broker=os.environ["BROKER"], backend=os.environ["BROKER"])
app.conf.update(worker_prefetch_multiplier=100, task_acks_late=True, result_expires=600, broker_connection_retry_on_startup=True)


@app.task(name="echo")
def echo(payload):
    return payload


if __name__ == "__main__":
    seconds, name = int(sys.argv[1]), sys.argv[2]
    worker = subprocess.Popen([sys.executable, "-m", "celery", "-A", "celery_peer", "worker", "--pool", "solo", "--loglevel", "ERROR", "--without-gossip", "--without-mingle"],
                              stdout=subprocess.DEVNULL)
    try:
        echo.delay(PAYLOAD).get(timeout=60)
        measure(name, "yes" if "always" in name else "up to 1 s is lost", seconds,
                lambda: group(echo.s(PAYLOAD) for _ in range(1000))().get(timeout=300), lambda: echo.delay(PAYLOAD).get(timeout=60))
    finally:
        worker.terminate()
        worker.wait()
