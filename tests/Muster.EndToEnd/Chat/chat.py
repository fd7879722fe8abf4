"""Runs a command in a pseudo terminal and types at it: chat.py COMMAND... with lines "expect TEXT" / "type TEXT" on stdin."""
import os
import pty
import select
import sys
import time

script = [line.rstrip("\n").split(" ", 1) for line in sys.stdin]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])

seen = b""


def read(seconds):
    global seen
    ready, _, _ = select.select([terminal], [], [], seconds)
    if not ready:
        return True
    try:
        data = os.read(terminal, 65536)
    except OSError:
        return False
    seen += data
    return bool(data)


def until(text, deadline):
    global seen
    while text.encode() not in seen:
        if time.monotonic() > deadline or not read(0.2):
            print(f"never saw {text!r}; the screen:\n{seen.decode(errors='replace')}")
            os.kill(pid, 9)
            sys.exit(99)
    seen = seen[seen.index(text.encode()) + len(text.encode()):]


for verb, text in script:
    text = text.encode().decode("unicode_escape").encode("latin-1").decode()
    if verb == "expect":
        until(text, time.monotonic() + 45)
    else:
        os.write(terminal, text.encode())

end = time.monotonic() + 45
while time.monotonic() < end and read(0.2):
    pass
_, status = os.waitpid(pid, 0)
print(seen.decode(errors="replace"))
sys.exit(os.waitstatus_to_exitcode(status))
