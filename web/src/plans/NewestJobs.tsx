import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useNewestJobs } from "../jobs/jobs";
import { StateIcon } from "../jobs/StateIcon";
import { doneOf } from "../jobs/steps";
import { relative } from "../ui/format";
import { useNow } from "../ui/now";
import { Waiting } from "../ui/Waiting";
import classes from "./plans.module.css";

export function NewestJobs() {
  const { t } = useTranslation();
  const jobs = useNewestJobs();
  const now = useNow();
  return (
    <section className={classes.jobs} aria-labelledby="newest-jobs">
      <h2 id="newest-jobs">{t("plans.newest")}</h2>
      <Waiting of={jobs} />
      {jobs.data?.length === 0 && <p className={classes.none}>{t("plans.noJobs")}</p>}
      <ul>
        {jobs.data?.map((job) => (
          <li key={job.id}>
            <Link to={`/jobs/${job.id}`}>
              <StateIcon state={job.state} />
              <span className={classes.name}>{job.name}</span>
              <small>{[t(`job.state.${job.state}`), `${doneOf(job.counts)}/${job.tasks}`, relative(job.submitted_at, now)].join(" · ")}</small>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
