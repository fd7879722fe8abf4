import { SegmentedControl, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";
import { IconDeviceDesktop, IconMoon, IconSun } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Language } from "../api/types";
import { chooseLanguage } from "../i18n";
import classes from "./accounts.module.css";

const icons = { light: IconSun, dark: IconMoon, system: IconDeviceDesktop };

/** Language, which is the account's once somebody is signed in, and appearance, which this browser keeps. */
export function Preferences() {
  const { t, i18n } = useTranslation();
  // Switching transitions off would insert a style element, which the content security policy forbids.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const option = (value: MantineColorScheme, name: keyof typeof icons) => {
    const Icon = icons[name];
    return { value, label: <><Icon size={16} aria-hidden /><span className="visually-hidden">{t(`settings.${name}`)}</span></> };
  };
  return (
    <div className={classes.preferences}>
      <SegmentedControl
        size="xs" value={i18n.language} onChange={(value) => chooseLanguage(value as Language)} aria-label={t("settings.language")}
        data={[{ value: "en", label: "English" }, { value: "zh", label: "中文" }]} transitionDuration={0}
      />
      <SegmentedControl
        size="xs" value={colorScheme} onChange={(value) => setColorScheme(value as MantineColorScheme)} aria-label={t("settings.theme")}
        data={[option("light", "light"), option("dark", "dark"), option("auto", "system")]} transitionDuration={0}
      />
    </div>
  );
}
