import i18n from "../i18n";
import { ApiError } from "./client";

// Where the hub's own sentence is English and a person may read Chinese, these codes have a translation.
const translated = new Set([
  "network", "timeout", "wrong_credentials", "claim_token", "unauthenticated", "scope_missing", "forbidden",
  "not_found", "answered", "changed", "rate_limited", "too_large", "not_ready", "storage", "unclaimed",
]);

/** The sentence to show for a failed request. */
export function errorText(error: unknown): string {
  if (!(error instanceof ApiError)) return i18n.t("error.unexpected");
  const fields = error.errors.map((e) => [e.message, e.fix].filter(Boolean).join(" ")).join(" ");
  const known = translated.has(error.code)
    ? i18n.t(`error.${error.code}` as "error.network", { seconds: error.retryAfterSeconds ?? 60 })
    : "";
  if (i18n.language === "zh" && known) return known;
  return fields || error.message || known || i18n.t("error.status", { status: error.status });
}
