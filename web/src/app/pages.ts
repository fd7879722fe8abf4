import { IconBulb, IconClock, IconListCheck, IconMessage2, IconServer2, IconShieldQuestion, type Icon } from "@tabler/icons-react";
import type { Strings } from "../i18n/en";

export interface PageLink {
  to: string; label: `nav.${keyof Strings["nav"] & string}`; icon: Icon; isHere: (path: string) => boolean;
  /** The hub refuses it to guests. */
  members?: boolean;
  /** Shows how many approvals wait. */
  counts?: boolean;
}

const below = (start: string) => (path: string) => path === start || path.startsWith(`${start}/`);

/** The entries of the navigation, in their order. A new page adds a line here and a route in App.tsx. */
export const pages: PageLink[] = [
  { to: "/", label: "nav.chat", icon: IconMessage2, isHere: (path) => path === "/" || path.startsWith("/c/") },
  { to: "/approvals", label: "nav.approvals", icon: IconShieldQuestion, isHere: below("/approvals"), counts: true },
  { to: "/plans", label: "nav.plans", icon: IconListCheck, isHere: (path) => below("/plans")(path) || below("/jobs")(path), members: true },
  { to: "/schedules", label: "nav.schedules", icon: IconClock, isHere: below("/schedules"), members: true },
  { to: "/memory", label: "nav.memory", icon: IconBulb, isHere: below("/memory") },
  { to: "/nodes", label: "nav.machines", icon: IconServer2, isHere: below("/nodes") },
];
