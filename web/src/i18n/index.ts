import i18n from "i18next";
import { initReactI18next } from "react-i18next";
import type { Language } from "../api/types";
import { en, type Strings } from "./en";
import { zh } from "./zh";

declare module "i18next" {
  interface CustomTypeOptions { resources: { translation: Strings } }
}

const key = "muster-language";

function initialLanguage(): Language {
  if (typeof navigator === "undefined") return "en";
  const stored = readStored();
  if (stored === "en" || stored === "zh") return stored;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

// Storage can be forbidden by the browser; the choice then lasts as long as the page.
function readStored(): string | null {
  try { return localStorage.getItem(key); } catch { return null; }
}

let chosen = false;

/** Whether a person chose the language on this page since it was loaded. */
export const isLanguageChosen = (): boolean => chosen;

/** The language that the page has is a person's choice. */
export function keepLanguage(): void {
  chosen = true;
}

/** Of a person's own choice. */
export function chooseLanguage(language: Language): void {
  keepLanguage();
  setLanguage(language);
}

export function setLanguage(language: Language): void {
  try { localStorage.setItem(key, language); } catch { /* kept for this page only, see above */ }
  void i18n.changeLanguage(language);
}

const showLanguage = (language: string): void => {
  if (typeof document !== "undefined") document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
};

void i18n.use(initReactI18next).init({
  resources: { en: { translation: en }, zh: { translation: zh } },
  lng: initialLanguage(),
  fallbackLng: "en",
  interpolation: { escapeValue: false },
});
showLanguage(i18n.language);
i18n.on("languageChanged", showLanguage);

export default i18n;
