import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { ApiError, request } from "./client";

let server: Server | null = null;
afterEach(() => { server?.close(); });

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("Request_Write_CarriesTheHeadersAndTheBody", async () => {
  const url = await serve((req, res) => {
    let body = "";
    req.on("data", (chunk) => { body += chunk; });
    req.on("end", () => res.end(JSON.stringify({ muster: req.headers["x-muster"], key: req.headers["idempotency-key"], body })));
  });
  const answer = await request("POST", `${url}/x`, { a: 1 }, { idempotencyKey: "k" });
  expect(answer).toEqual({ muster: "1", key: "k", body: '{"a":1}' });
});

test("Request_Problem_BecomesAnErrorWithItsSentence", async () => {
  const url = await serve((_, res) => {
    res.writeHead(429, { "Content-Type": "application/problem+json", "Retry-After": "12" });
    res.end(JSON.stringify({ code: "rate_limited", detail: "Slow down.", errors: [{ message: "m" }] }));
  });
  const error = await request("GET", url).catch((e: unknown) => e) as ApiError;
  expect(error).toBeInstanceOf(ApiError);
  expect([error.status, error.code, error.message, error.retryAfterSeconds]).toEqual([429, "rate_limited", "Slow down.", 12]);
  expect(error.isNetwork).toBe(false);
});

test("Request_AnswerThatIsNoProblem_KeepsItsStatus", async () => {
  const url = await serve((_, res) => { res.writeHead(502); res.end("<html>bad gateway"); });
  await expect(request("GET", url)).rejects.toMatchObject({ status: 502, code: "http_502" });
});

test("Request_NobodyListens_IsANetworkError", async () => {
  const url = await serve((_, res) => res.end());
  await new Promise((resolve) => server!.close(resolve));
  await expect(request("GET", url)).rejects.toMatchObject({ status: 0, code: "network", isNetwork: true });
});
