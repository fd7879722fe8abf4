import { CloseButton } from "@mantine/core";
import { createContext, useCallback, useContext, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Toasts.module.css";

type Level = "info" | "warning" | "error";
interface Toast { key: number; text: string; level: Level }

const Context = createContext<(text: string, level?: Level) => void>(() => undefined);
const shownMs = 8_000;
const most = 4;
let nextKey = 1;

/** Says something to the person, outside of any page: `const toast = useToast(); toast("…")`. */
export const useToast = () => useContext(Context);

export function ToastProvider({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const [toasts, setToasts] = useState<Toast[]>([]);
  const dismiss = useCallback((key: number) => setToasts((all) => all.filter((x) => x.key !== key)), []);
  const show = useCallback((text: string, level: Level = "info") => {
    const key = nextKey++;
    setToasts((all) => [...all.filter((x) => x.text !== text), { key, text, level }].slice(-most));
    setTimeout(() => dismiss(key), shownMs);
  }, [dismiss]);
  return (
    <Context value={show}>
      {children}
      <div className={classes.region} role="status" aria-live="polite">
        {toasts.map((toast) => (
          <div key={toast.key} className={classes.toast} data-level={toast.level}>
            <span>{toast.text}</span>
            <CloseButton size="sm" aria-label={t("app.dismiss")} onClick={() => dismiss(toast.key)} />
          </div>
        ))}
      </div>
    </Context>
  );
}
