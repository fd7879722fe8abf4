import { Component, type ReactNode } from "react";
import i18n from "../i18n";
import classes from "./Shell.module.css";

/** What is shown when a page throws: a sentence and a way out, not an empty window. */
export class Crash extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError = () => ({ broken: true });

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <main className={classes.message} role="alert">
        <p>{i18n.t("app.crashed")}</p>
        <button type="button" onClick={() => location.reload()}>{i18n.t("app.reload")}</button>
      </main>
    );
  }
}
