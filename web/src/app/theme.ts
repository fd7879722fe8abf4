import { createTheme, localStorageColorSchemeManager } from "@mantine/core";

// Mantine would write these into a <style> element, which the content security policy forbids: the same
// values stand as CSS variables in theme.css, and only what components compute in script is said here.
export const theme = createTheme({
  primaryColor: "accent",
  colors: {
    accent: ["#edf6f3", "#dcebe6", "#b7d7cd", "#8fc2b2", "#6db09b", "#579e8a", "#3f8a74", "#2f6f5e", "#25594c", "#1b443a"],
  },
  primaryShade: { light: 7, dark: 6 },
  defaultRadius: "md",
  cursorType: "pointer",
  components: {
    Tooltip: { defaultProps: { openDelay: 400 } },
    Menu: { defaultProps: { shadow: "md", transitionProps: { duration: 100 } } },
  },
});

export const colorSchemes = localStorageColorSchemeManager({ key: "muster-color-scheme" });
