import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, useLocation, useNavigate } from "react-router";
import { errorText } from "../api/errorText";
import { Rich } from "../ui/Rich";
import { Door } from "./Door";
import classes from "./accounts.module.css";
import { nextPath, useHub, useSignIn } from "./session";

export function LoginPage() {
  const { t } = useTranslation();
  const { search } = useLocation();
  const navigate = useNavigate();
  const hub = useHub();
  const signIn = useSignIn("/api/v1/login");
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [missing, setMissing] = useState(false);

  if (hub.data && !hub.data.claimed) return <Navigate to="/claim" replace />;

  const submit = (e: FormEvent) => {
    e.preventDefault();
    const empty = !username.trim() || !password;
    setMissing(empty);
    if (empty) return;
    signIn.mutate({ username: username.trim(), password }, {
      onSuccess: () => void navigate(nextPath(search), { replace: true }),
      onError: () => setPassword(""),
    });
  };
  const error = missing ? t("login.needed") : signIn.error ? errorText(signIn.error) : null;
  return (
    <Door title={t("login.title")} subtitle={hub.data ? t("login.to", { name: hub.data.name }) : undefined}>
      <form onSubmit={submit} className={classes.form} noValidate>
        <TextInput
          label={t("login.username")} value={username} onChange={(e) => setUsername(e.currentTarget.value)}
          autoComplete="username" autoCapitalize="none" autoCorrect="off" spellCheck={false} autoFocus name="username"
        />
        <PasswordInput
          label={t("login.password")} value={password} onChange={(e) => setPassword(e.currentTarget.value)}
          autoComplete="current-password" name="password"
        />
        {error && <p className={classes.error} role="alert"><Rich text={error} /></p>}
        <Button type="submit" fullWidth loading={signIn.isPending}>{t("login.submit")}</Button>
        <p className={classes.hint}><Rich text={t("login.forgot")} /></p>
      </form>
    </Door>
  );
}
