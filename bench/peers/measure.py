"""What every peer is measured by: bulk for so many seconds, then one at a time with 64 in flight."""
import threading
import time

PAYLOAD = "0" * 98


def _flood(flights, seconds, act, count):
    done, times, stop, lock = [0], [], threading.Event(), threading.Lock()

    def flight():
        while not stop.is_set():
            began = time.perf_counter()
            act()
            with lock:
                times.append(time.perf_counter() - began)
                done[0] += count

    threads = [threading.Thread(target=flight, daemon=True) for _ in range(flights)]
    for thread in threads:
        thread.start()
    time.sleep(4)  # warm
    with lock:
        times.clear()
        done[0] = 0
    began = time.perf_counter()
    time.sleep(seconds)
    with lock:
        rate, kept = done[0] / (time.perf_counter() - began), sorted(times)
    stop.set()
    for thread in threads:
        thread.join()
    return rate, kept or sorted(times)


def measure(name, durable, seconds, bulk, single):
    many, _ = _flood(8, seconds, bulk, 1000)
    few, times = _flood(64, seconds, single, 1)
    print(f"{name}, {durable}, {many:.0f}, {few:.0f}, {times[len(times) // 2] * 1000:.1f}, {times[int(len(times) * 0.95)] * 1000:.1f}", flush=True)
