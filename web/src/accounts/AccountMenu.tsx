import { Menu, UnstyledButton } from "@mantine/core";
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
      <Menu position="top-start" width={244} closeOnItemClick={false}>
        <Menu.Target>
          <UnstyledButton className={classes.accountButton} title={t("settings.account")}>
            <span className={classes.avatar} aria-hidden>{user.username.slice(0, 1).toUpperCase()}</span>
            <span className={classes.accountName}>{user.username}<small>{t(`role.${user.role}`)}</small></span>
            <IconSelector size={16} stroke={1.7} aria-hidden />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Preferences />
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconLogout size={16} stroke={1.7} />}
            onClick={() => signOut.mutate(undefined, { onError: (error) => toast(errorText(error), "error") })}
          >
            {t("settings.signOut")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
