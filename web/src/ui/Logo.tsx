import classes from "./ui.module.css";

export const Logo = ({ size = 24 }: { size?: number }) => (
  <svg className={classes.logo} width={size} height={size} viewBox="0 0 32 32" aria-hidden>
    <rect width="32" height="32" rx="9" fill="currentColor" />
    <g fill="none" stroke="#fff" strokeWidth="2.2" strokeLinecap="round"><path d="M16 16 8.5 9.5M16 16l7.5-6.5M16 16v8.5" /></g>
    <g fill="#fff"><circle cx="16" cy="16" r="3.6" /><circle cx="8.2" cy="9.2" r="2.6" /><circle cx="23.8" cy="9.2" r="2.6" /><circle cx="16" cy="25" r="2.6" /></g>
  </svg>
);
