import { useTranslation } from "react-i18next";
import type { Plan, PlanStep } from "../api/types";
import { turnsOf } from "../jobs/steps";
import { Facts } from "../ui/Facts";
import { places, type Place } from "./places";
import classes from "./plans.module.css";

const complexities = ["simple", "moderate", "complex"] as const;

/** A request in its steps: how complex it is and why, what waits for what, and where each step would go. */
export function Analysis({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const complexity = complexities.find((known) => known === plan.complexity);
  return (
    <>
      <p className={classes.judged} role="status">
        <strong data-complexity={plan.complexity}>{complexity ? t(`plans.complexity.${complexity}`) : plan.complexity}</strong>
        <span>{t("plans.steps", { count: plan.subtasks.length })}</span>
        <span>{t(plan.by === "model" ? "plans.byModel" : "plans.byRules")}</span>
      </p>
      <p className={classes.reasoning}>{plan.reasoning}</p>
      {turnsOf(plan.subtasks, (step) => step.id, (step) => step.depends_on).map((turn, at) => (
        <section key={at} className={classes.turn}>
          {plan.subtasks.length > 1 && <h2>{t(at === 0 ? "plans.first" : "plans.then")}</h2>}
          <ol>{turn.map((step) => <Step key={step.id} step={step} />)}</ol>
        </section>
      ))}
    </>
  );
}

function Step({ step }: { step: PlanStep }) {
  const { t } = useTranslation();
  const place: Place | undefined = places.find((known) => known === step.placement);
  const where = place ? t(`plans.place.${place}`) : step.placement;
  return (
    <li className={classes.step}>
      <h3>{step.id}{step.depends_on.length > 0 && <small>{t("plans.after", { steps: step.depends_on.join(", ") })}</small>}</h3>
      <p className={classes.what}>{step.description}</p>
      <div className={classes.where}>
        <Facts>{step.node && <strong>{t("plans.to", { node: step.node })}</strong>}<span>{where}</span></Facts>
      </div>
      {step.why && place !== "hub" && <p className={classes.why}>{step.why}</p>}
      {step.skills.length > 0 && <p className={classes.why}>{t("plans.skills", { skills: step.skills.join(", ") })}</p>}
    </li>
  );
}
