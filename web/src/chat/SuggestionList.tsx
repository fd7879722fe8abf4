import { useTranslation } from "react-i18next";
import { Dot } from "../ui/Dot";
import classes from "./composer.module.css";
import type { Suggestion } from "./suggestions";

interface Props {
  id: string; options: Suggestion[]; selected: Suggestion | null;
  onChoose: (option: Suggestion) => void; onHover: (index: number) => void;
}

export function SuggestionList({ id, options, selected, onChoose, onHover }: Props) {
  const { t } = useTranslation();
  const label = t(options[0]?.command ? "composer.commands" : "composer.machines");
  return (
    <>
      <ul id={id} role="listbox" aria-label={label} className={classes.suggestions}>
        {options.map((option, index) => (
          <li
            key={option.label} id={`${id}-${index}`} role="option" aria-selected={option === selected}
            onMouseMove={() => onHover(index)}
            // The text field keeps the focus.
            onMouseDown={(e) => { e.preventDefault(); onChoose(option); }}
          >
            {option.status && <Dot status={option.status} />}
            <span className={classes.option}>{option.label}</span>
            <span className={classes.about}>{option.command ? t(`command.${option.command}`) : option.status && t(`status.${option.status}`)}</span>
          </li>
        ))}
      </ul>
      <p className="visually-hidden" role="status">{t("composer.suggestions", { count: options.length })}</p>
    </>
  );
}
