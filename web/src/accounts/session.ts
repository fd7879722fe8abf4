import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { request } from "../api/client";
import type { Hub, Me, SignedIn, User } from "../api/types";
import { forgetThreads } from "../chat/thread/stores";
import i18n, { isLanguageChosen, keepLanguage, setLanguage } from "../i18n";

export const useHub = () => useQuery({ queryKey: ["hub"], queryFn: () => request<Hub>("GET", "/api/v1/hub") });
export const useMe = () => useQuery({ queryKey: ["me"], queryFn: () => request<Me>("GET", "/api/v1/me"), staleTime: 60_000 });

/** The page speaks the account's language, as the hub's own sentences do; a choice made here is the account's from then on. */
export function useAccountLanguage(): void {
  const queries = useQueryClient();
  useTranslation(); // again with each change
  const { data: me } = useMe();
  const { mutate } = useMutation({
    mutationFn: (language: string) => request<User>("PATCH", "/api/v1/me", { language }),
    onSuccess: (user) => queries.setQueryData<Me>(["me"], (known) => known && { ...known, user }),
  });
  const known = me?.user.language;
  useEffect(() => {
    if (!known || known === i18n.language) return;
    if (isLanguageChosen()) mutate(i18n.language); else setLanguage(known);
  }, [known, i18n.language, mutate]);
}

export interface Credentials { username: string; password: string; token?: string }

/** Signs in with a password, or, with the token of a one-time link, sets it. */
export function useSignIn(path: "/api/v1/login" | "/api/v1/claim") {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (credentials: Credentials) => request<SignedIn>("POST", path, { ...credentials, cookie: true }),
    onSuccess: () => {
      // Whoever makes an account in this language means to have it so.
      if (path === "/api/v1/claim") keepLanguage();
      queries.clear();
    },
  });
}

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => request<void>("POST", "/api/v1/logout"),
    onSuccess: () => {
      forgetThreads();
      queries.clear();
      // A fresh page, so that nothing of this person stays in memory.
      location.assign("/login");
    },
  });
}

/** Where to go after signing in: only paths of this site. */
export function nextPath(search: string): string {
  const next = new URLSearchParams(search).get("next") ?? "/";
  return /^\/(?![/\\])/.test(next) ? next : "/";
}
