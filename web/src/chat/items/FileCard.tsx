import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { bytes } from "../../ui/format";
import type { FileItem } from "../thread/view";
import classes from "./items.module.css";

const pictures = /\.(png|jpe?g|gif|webp)$/i;
const largestShown = 20 * 1024 * 1024;

/** A file for the person: a link that saves it, and of a picture the picture. */
export function FileCard({ item }: { item: FileItem }) {
  const { t } = useTranslation();
  const [broken, setBroken] = useState(false);
  // Only of the hub itself: a thread is data, and may name any address.
  const url = item.url.startsWith("/api/v1/artifacts/") ? item.url : undefined;
  const shown = !broken && url && pictures.test(item.name) && item.size <= largestShown;
  return (
    <a className={classes.file} href={url} download={item.name} aria-label={t("thread.download", { name: item.name })}>
      {shown && <img src={url} alt={item.name} loading="lazy" onError={() => setBroken(true)} />}
      <span><IconDownload size={16} aria-hidden />{item.name} <small>{bytes(item.size)}</small></span>
    </a>
  );
}
