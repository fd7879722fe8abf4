/**
 * Cuts Markdown at blank lines where cutting cannot change its meaning: not in a code fence, and not before a
 * line that may continue a list, a quote or an indented block. Joined, the parts give the text again.
 */
export function splitBlocks(text: string): string[] {
  const lines = text.split(/(?<=\n)/);
  const blocks: string[] = [];
  let current = "";
  let fence: string | null = null;
  let blank = false;
  for (const line of lines) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? null;
    const continues = /^(\s|[-*+>|]|\d+[.)]\s)/.test(line);
    if (fence === null && blank && line.trim() !== "" && !continues) {
      blocks.push(current);
      current = "";
    }
    current += line;
    if (fence === null) fence = mark;
    else if (mark !== null && mark[0] === fence[0] && mark.length >= fence.length && line.trim() === mark) fence = null;
    blank = fence === null && line.trim() === "";
  }
  if (current !== "") blocks.push(current);
  return blocks;
}
