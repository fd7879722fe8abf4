import { IconMessage2, IconServer2, type Icon } from "@tabler/icons-react";
import type { Strings } from "../i18n/en";

export interface PageLink { to: string; label: `nav.${keyof Strings["nav"] & string}`; icon: Icon; isHere: (path: string) => boolean }

/** The entries of the navigation, in their order. A new page adds a line here and a route in App.tsx. */
export const pages: PageLink[] = [
  { to: "/", label: "nav.chat", icon: IconMessage2, isHere: (path) => path === "/" || path.startsWith("/c/") },
  { to: "/nodes", label: "nav.machines", icon: IconServer2, isHere: (path) => path.startsWith("/nodes") },
];
