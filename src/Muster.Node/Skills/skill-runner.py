"""Runs one skill of PiBot: reads a request as one line of JSON, answers with one, and keeps what the skill prints apart."""
import asyncio
import inspect
import json
import os
import re
import site
import sys
import traceback
import types

LONGEST = 32000
TYPES = {"string", "number", "integer", "boolean", "array", "object"}


class Registered:
    """What register_skills is given."""

    def __init__(self):
        self.functions = {}

    def register(self, name, description="", function=None, **_):
        self.functions[str(name)] = (str(description), function)


def load(request):
    folder = os.path.dirname(request["path"])
    sys.path[:0] = [folder]
    sys.path.append(site.getusersitepackages())
    module = types.ModuleType(request["name"])
    module.__file__ = request["path"]
    sys.modules[request["name"]] = module
    exec(compile(request["source"], request["path"], "exec"), module.__dict__)
    return module


def registered(module):
    found = Registered()
    register = getattr(module, "register_skills", None)
    if callable(register):
        finish(register(found))
    return found.functions


def finish(value):
    if inspect.isawaitable(value):
        async def wait():
            return await value

        return asyncio.run(wait())
    return value


def schema(declared):
    """A property that is no schema becomes a text with that description."""
    if not isinstance(declared, dict):
        return {"type": "string", "description": str(declared)[:500]}
    if declared.get("type") not in TYPES:
        declared = {key: value for key, value in declared.items() if key != "type"}
    return declared


def properties(meta):
    declared = meta.get("parameters") or {}
    if not isinstance(declared, dict):
        raise ValueError("SKILL_META has parameters that are no map")
    if declared.get("type") == "object" and isinstance(declared.get("properties"), dict):
        declared = declared["properties"]
    return {str(name): schema(value) for name, value in declared.items()}


def listing(request):
    module = load(request)
    tools = []
    if callable(getattr(module, "execute", None)):
        meta = getattr(module, "SKILL_META", None)
        meta = meta if isinstance(meta, dict) else {}
        tools.append({
            "name": request["name"],
            "description": str(meta.get("description") or "Execute " + request["name"])[:1000],
            "properties": properties(meta),
            "registered": False,
        })
    for name, (description, function) in registered(module).items():
        if callable(function) and name != request["name"]:
            tools.append({
                "name": name,
                "description": (description or "Execute " + name)[:1000],
                "properties": {"input": {"type": "string", "description": "The input; several values are joined by ||."}},
                "registered": True,
            })
    return {"tools": tools[:64]}


def call(request):
    module = load(request)
    if request["registered"]:
        return answer(finish(registered(module)[request["tool"]][1](request["arguments"]["input"])), False)
    return answer(finish(module.execute(**request["arguments"])), True)


def answer(value, judged):
    if judged and isinstance(value, dict) and not value.get("success"):
        return {"error": str(value.get("error") or "The skill failed and does not say why.")[:LONGEST]}
    text = json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict) else str(value)
    return {"text": text if len(text) <= LONGEST else text[:LONGEST] + "\n[... cut, %d characters in all ...]" % len(text)}


def fault(error, path):
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    where = " (line %d)" % (error.lineno if isinstance(error, SyntaxError) and error.lineno else lines[-1]) if lines or isinstance(error, SyntaxError) else ""
    return {"error": re.sub(r"\s+", " ", "%s: %s" % (type(error).__name__, error))[:2000] + where}


def main():
    told = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="replace", newline="\n")
    os.dup2(2, 1)
    request = json.loads(sys.stdin.buffer.readline().decode("utf-8"))
    try:
        said = listing(request) if request["mode"] == "list" else call(request)
    except BaseException as error:  # A skill may raise anything, SystemExit too.
        said = fault(error, request["path"])
    told.write(json.dumps(said, ensure_ascii=False) + "\n")
    told.flush()
    os._exit(0)  # Threads that the skill left behind are not waited for.


main()
