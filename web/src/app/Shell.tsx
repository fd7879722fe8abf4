import { ActionIcon, Loader } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconLayoutSidebar, IconMenu2 } from "@tabler/icons-react";
import { Suspense, useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, Outlet, useLocation } from "react-router";
import { AccountMenu } from "../accounts/AccountMenu";
import { useMe } from "../accounts/session";
import { useApprovals, waitingOf } from "../approvals/approvals";
import { ConversationList } from "../chat/ConversationList";
import { useFleetEvents } from "../fleet/fleetEvents";
import { Logo } from "../ui/Logo";
import { pages } from "./pages";
import classes from "./Shell.module.css";

/** What every signed-in page stands in: navigation, conversations and account at the side, the page beside it. */
export function Shell() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const narrow = useMediaQuery("(max-width: 800px)", matchMedia("(max-width: 800px)").matches);
  const [open, setOpen] = useState(!narrow);
  const guest = useMe().data?.user.role === "guest";
  const waiting = waitingOf(useApprovals().data).length;
  const waitingText = waiting > 0 ? t("approvals.count", { count: waiting }) : null;
  useFleetEvents();
  useEffect(() => setOpen(!narrow), [narrow]);
  const leave = useCallback(() => { if (narrow) setOpen(false); }, [narrow]);
  useEffect(leave, [pathname, leave]);
  useEffect(() => {
    if (!narrow || !open) return;
    const onKey = (e: KeyboardEvent) => {
      // A menu or dialog over it closes first.
      const inside = e.target instanceof Element && e.target.closest("[role=menu], [role=dialog], [aria-expanded=true]");
      if (e.key === "Escape" && !inside) setOpen(false);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [narrow, open]);

  return (
    <div className={classes.shell} data-open={open} data-narrow={narrow}>
      <a className={classes.skip} href="#content">{t("app.skip")}</a>
      <aside className={classes.side} inert={!open} aria-label={t("app.navigation")}>
        <div className={classes.brand}>
          <Link to="/" className={classes.home} onClick={leave}><Logo /><span>{t("app.name")}</span></Link>
          <ActionIcon variant="subtle" color="gray" aria-label={t("app.close")} onClick={() => setOpen(false)}>
            <IconLayoutSidebar size={18} />
          </ActionIcon>
        </div>
        <nav className={classes.nav}>
          {pages.filter((page) => !(page.members && guest)).map(({ to, label, icon: Icon, isHere, counts }) => (
            <Link key={to} to={to} onClick={leave} aria-current={isHere(pathname) ? "page" : undefined}>
              <Icon size={18} stroke={1.7} /><span>{t(label)}</span>
              {counts && waitingText && <><b className={classes.count} aria-hidden>{waiting}</b><span className="visually-hidden">{waitingText}</span></>}
            </Link>
          ))}
        </nav>
        <ConversationList onOpen={leave} />
        <AccountMenu />
      </aside>
      {narrow && open && <button type="button" className={classes.scrim} aria-label={t("app.close")} onClick={() => setOpen(false)} />}
      <main id="content" className={classes.content} tabIndex={-1} inert={narrow && open}>
        {!open && (
          <ActionIcon
            className={classes.opener} variant="subtle" color="gray" size="lg" aria-expanded={open}
            aria-label={waitingText ? `${t("app.menu")}, ${waitingText}` : t("app.menu")} onClick={() => setOpen(true)}
          >
            <IconMenu2 size={20} />{waiting > 0 && <b className={classes.count} aria-hidden>{waiting}</b>}
          </ActionIcon>
        )}
        <Suspense fallback={<p className={classes.message}><Loader aria-label={t("app.loading")} /></p>}><Outlet /></Suspense>
      </main>
    </div>
  );
}
