import { Button, NativeSelect, SegmentedControl, TextInput } from "@mantine/core";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import { useId, useRef, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../api/client";
import { errorText } from "../api/errorText";
import type { Schedule } from "../api/types";
import { ulid } from "../api/ulid";
import { useNodes } from "../fleet/nodes";
import { Rich } from "../ui/Rich";
import classes from "./schedules.module.css";
import { useAddSchedule } from "./schedules";
import { myZone } from "./words";

const fresh = { text: "", when: "", cron: "", times: "", node: "" };
type Fields = typeof fresh;

/** What and when. The hub reads the words; what it understood is shown by the page. */
export function ScheduleForm({ onMade }: { onMade: (made: Schedule) => void }) {
  const { t } = useTranslation();
  const id = useId();
  const nodes = useNodes().data ?? [];
  const [kind, setKind] = useState<"message" | "instruction">("message");
  const [fields, setFields] = useState(fresh);
  const [zone, setZone] = useState(myZone);
  const [more, setMore] = useState(false);
  const [missing, setMissing] = useState<"text" | "when" | null>(null);
  const add = useAddSchedule();
  // One key until it succeeds or is changed: sending again after a lost answer must not make a second one.
  const once = useRef(ulid());
  const asks = kind === "instruction";
  const byCron = more && fields.cron.trim() !== "";

  const edited = () => {
    once.current = ulid();
    setMissing(null);
    add.reset();
  };
  const set = (change: Partial<Fields>) => {
    edited();
    setFields((before) => ({ ...before, ...change }));
  };
  const send = (e: FormEvent) => {
    e.preventDefault();
    if (asks && !fields.text.trim()) return setMissing("text");
    if (!byCron && !fields.when.trim()) return setMissing("when");
    const times = more && fields.times !== "" ? { max_runs: Math.floor(Number(fields.times)) } : {};
    const node = more && asks && fields.node ? { node: fields.node } : {};
    const wish = { text: fields.text.trim(), kind, zone: (more && zone.trim()) || myZone(), ...(byCron ? { cron: fields.cron.trim() } : { when: fields.when.trim() }), ...times, ...node };
    add.mutate({ wish, once: once.current }, {
      onSuccess: (made) => {
        edited();
        setFields({ ...fresh, node: fields.node });
        onMade(made);
      },
    });
  };
  const wrong = (field: string): string | null => {
    if (missing === field) return t(field === "text" ? "schedules.needed" : "schedules.whenNeeded");
    return add.error instanceof ApiError && add.error.errors.some((e) => e.field === field) ? errorText(add.error) : null;
  };
  // A mistake in a field that is folded away is said below the form.
  const placed = ["text", "when", ...(more ? ["cron", "zone", "max_runs", "node"] : [])].some((field) => wrong(field) !== null);

  return (
    <form className={classes.form} onSubmit={send} aria-label={t("schedules.form")} noValidate>
      <SegmentedControl
        size="sm" value={kind} onChange={(value) => { edited(); setKind(value as typeof kind); }} aria-label={t("schedules.form")} transitionDuration={0}
        data={[{ value: "message", label: t("schedules.remind") }, { value: "instruction", label: t("schedules.instruct") }]}
      />
      <div className={classes.main}>
        <TextInput
          label={t(asks ? "schedules.instruction" : "schedules.text")} placeholder={t(asks ? "schedules.instructionExample" : "schedules.textExample")} maxLength={20_000}
          value={fields.text} error={wrong("text")} onChange={(e) => set({ text: e.currentTarget.value })}
        />
        <TextInput
          label={t("schedules.when")} placeholder={byCron ? "" : t("schedules.whenExample")} disabled={byCron} value={byCron ? "" : fields.when} error={wrong("when")} maxLength={200}
          description={byCron ? t("schedules.whenByCron") : wrong("when") ? undefined : <Rich text={t("schedules.whenHint")} />}
          inputWrapperOrder={["label", "input", "description", "error"]} classNames={{ description: classes.hint }}
          onChange={(e) => set({ when: e.currentTarget.value })}
        />
      </div>
      {more && (
        <div className={classes.rest} id={`${id}-more`}>
          <TextInput
            label={t("schedules.cron")} placeholder="0 9 * * 1-5" description={t("schedules.cronHint")} value={fields.cron} error={wrong("cron")} maxLength={120}
            inputWrapperOrder={["label", "input", "description", "error"]} classNames={{ input: classes.mono }} onChange={(e) => set({ cron: e.currentTarget.value })}
          />
          <TextInput
            label={t("schedules.zone")} description={t("schedules.zoneHint")} value={zone} error={wrong("zone")} list={`${id}-zones`} maxLength={100}
            inputWrapperOrder={["label", "input", "description", "error"]} onChange={(e) => { edited(); setZone(e.currentTarget.value); }}
          />
          <datalist id={`${id}-zones`}>{zones().map((name) => <option key={name} value={name} />)}</datalist>
          <TextInput
            type="number" min={1} inputMode="numeric" label={t("schedules.most")} description={t("schedules.mostHint")} value={fields.times} error={wrong("max_runs")}
            inputWrapperOrder={["label", "input", "description", "error"]} onChange={(e) => set({ times: e.currentTarget.value })}
          />
          {asks && (
            <NativeSelect
              label={t("schedules.node")} value={fields.node} error={wrong("node")} onChange={(e) => set({ node: e.currentTarget.value })}
              data={[{ value: "", label: t("schedules.anyNode") }, ...nodes.map((node) => ({ value: node.name, label: node.name }))]}
            />
          )}
        </div>
      )}
      {add.error && !placed && <p className={classes.problem} role="alert">{errorText(add.error)}</p>}
      <div className={classes.send}>
        <Button
          variant="subtle" color="gray" size="sm" aria-expanded={more} aria-controls={more ? `${id}-more` : undefined} onClick={() => setMore(!more)}
          rightSection={more ? <IconChevronUp size={15} /> : <IconChevronDown size={15} />}
        >
          {t(more ? "schedules.fewer" : "schedules.more")}
        </Button>
        <Button type="submit" size="sm" loading={add.isPending}>{t("schedules.add")}</Button>
      </div>
    </form>
  );
}

const zones = (): string[] => ["UTC", ...Intl.supportedValuesOf("timeZone")];
