import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const hub = process.env.MUSTER_HUB ?? "http://127.0.0.1:5000";
// The hub refuses foreign Host and Origin headers, so the proxy presents its own.
const toHub = {
  target: hub,
  changeOrigin: true,
  headers: { origin: hub },
};

// The hub sends what is already compressed, so that a Raspberry Pi need not do it for each visit.
function compressed() {
  return {
    name: "compressed",
    apply: "build" as const,
    writeBundle({ dir }: { dir?: string }) {
      const assets = join(dir!, "assets");
      for (const name of readdirSync(assets).filter((file) => /\.(js|css)$/.test(file))) {
        const content = readFileSync(join(assets, name));
        writeFileSync(join(assets, `${name}.br`), brotliCompressSync(content));
        writeFileSync(join(assets, `${name}.gz`), gzipSync(content));
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), compressed()],
  server: { proxy: { "/api": toHub, "/health": toHub, "/openapi": toHub } },
  build: {
    // Inlined data: URLs would need a looser content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
  },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"] },
});
