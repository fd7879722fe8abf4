/** Why a step goes where it goes, in the hub's words that the page has texts for. */
export const places = ["hub", "named", "files", "web", "gpio", "freest", "load"] as const;
export type Place = (typeof places)[number];
