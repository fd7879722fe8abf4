import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const hub = process.env.MUSTER_HUB ?? "http://127.0.0.1:5000";
// The hub refuses foreign Host and Origin headers, so the proxy presents its own.
const toHub = {
  target: hub,
  changeOrigin: true,
  headers: { origin: hub },
};

export default defineConfig({
  plugins: [react()],
  server: { proxy: { "/api": toHub, "/health": toHub, "/openapi": toHub } },
  build: {
    // Inlined data: URLs would need a looser content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
  },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"] },
});
