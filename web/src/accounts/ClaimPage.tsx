import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useEffect, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { errorText } from "../api/errorText";
import { Command } from "../ui/Command";
import { Rich } from "../ui/Rich";
import { Door } from "./Door";
import classes from "./accounts.module.css";
import { useHub, useSignIn } from "./session";

const shortest = 8;
// What a link holds; one that lost its end on the way is seen before anybody fills in a form.
const whole = /^[\w-]{43}$/;

export function ClaimPage() {
  const { t } = useTranslation();
  const hub = useHub();
  const [token, setToken] = useState(tokenOfAddress);
  useEffect(() => {
    // Out of the address bar and the history: the token is as good as the owner's password.
    if (location.hash) history.replaceState(history.state, "", location.pathname);
    const onHash = () => {
      const fresh = tokenOfAddress();
      if (!fresh) return;
      setToken(fresh);
      history.replaceState(history.state, "", location.pathname);
    };
    addEventListener("hashchange", onHash);
    return () => removeEventListener("hashchange", onHash);
  }, []);

  if (hub.isPending) return null;
  if (hub.data?.claimed) {
    return <Door title={t("claim.title")} subtitle={t("claim.claimed")}><Link to="/login">{t("claim.signIn")}</Link></Door>;
  }
  if (whole.test(token)) return <Door title={t("claim.title")} subtitle={t("claim.intro")}><ClaimForm token={token} /></Door>;
  return (
    <Door title={t("claim.noToken")} subtitle={token ? t("claim.cut") : undefined}>
      <p className={classes.text}><Rich text={t("claim.noTokenText")} /></p>
      <Command text="muster owner link" />
    </Door>
  );
}

function ClaimForm({ token }: { token: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const claim = useSignIn("/api/v1/claim");
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [checked, setChecked] = useState(false);
  const [left, setLeft] = useState(false);
  const wrong = {
    username: username.trim() ? null : t("claim.nameNeeded"),
    password: password.length >= shortest ? null : t("claim.short"),
    again: again === password ? null : t("claim.different"),
  };

  const showShort = checked || left;

  const submit = (e: FormEvent) => {
    e.preventDefault();
    setChecked(true);
    if (wrong.username || wrong.password || wrong.again) return;
    claim.mutate({ token, username: username.trim(), password }, { onSuccess: () => void navigate("/", { replace: true }) });
  };
  return (
    <form onSubmit={submit} className={classes.form} noValidate>
      <TextInput
        label={t("claim.username")} value={username} onChange={(e) => setUsername(e.currentTarget.value)} error={checked && wrong.username}
        autoComplete="username" autoCapitalize="none" autoCorrect="off" spellCheck={false} autoFocus name="username"
      />
      <PasswordInput
        label={t("claim.password")} value={password} onChange={(e) => setPassword(e.currentTarget.value)}
        error={showShort && wrong.password} onBlur={() => setLeft(password !== "")} description={showShort && wrong.password ? undefined : t("claim.rule")} autoComplete="new-password" name="new-password"
      />
      <PasswordInput
        label={t("claim.again")} value={again} onChange={(e) => setAgain(e.currentTarget.value)}
        error={checked && wrong.again} autoComplete="new-password" name="new-password-again"
      />
      {claim.error && <p className={classes.error} role="alert"><Rich text={errorText(claim.error)} /></p>}
      <Button type="submit" fullWidth loading={claim.isPending}>{t("claim.submit")}</Button>
    </form>
  );
}

function tokenOfAddress(): string {
  const fragment = location.hash.replace(/^#/, "");
  try { return decodeURIComponent(fragment).trim(); } catch { return fragment; }
}
