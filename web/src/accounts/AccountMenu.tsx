import { Popover, UnstyledButton } from "@mantine/core";
import { IconLogout, IconSelector } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { errorText } from "../api/errorText";
import { useToast } from "../app/Toasts";
import { Preferences } from "./Preferences";
import classes from "./accounts.module.css";
import { useMe, useSignOut } from "./session";

export function AccountMenu() {
  const { t } = useTranslation();
  const toast = useToast();
  const user = useMe().data?.user;
  const signOut = useSignOut();
  if (!user) return null;
  return (
    <div className={classes.account}>
      <Popover position="top-start" width={244} trapFocus shadow="md">
        <Popover.Target>
          <UnstyledButton className={classes.accountButton} title={t("settings.account")}>
            <span className={classes.avatar} aria-hidden>{user.username.slice(0, 1).toUpperCase()}</span>
            <span className={classes.accountName}>{user.username}<small>{t(`role.${user.role}`)}</small></span>
            <IconSelector size={16} stroke={1.7} aria-hidden />
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown className={classes.panel} aria-label={t("settings.account")}>
          <Preferences />
          <UnstyledButton
            className={classes.signOut}
            onClick={() => signOut.mutate(undefined, { onError: (error) => toast(errorText(error), "error") })}
          >
            <IconLogout size={16} stroke={1.7} aria-hidden />{t("settings.signOut")}
          </UnstyledButton>
        </Popover.Dropdown>
      </Popover>
    </div>
  );
}
