// Loaded by pi: asks Muster before each tool, whether the machine's owner allows it.
export default function (pi: any) {
  pi.on("tool_call", async (event: any, ctx: any) => {
    const answer = await ctx.ui.input("muster:permission", JSON.stringify({ id: event.toolCallId, tool: event.toolName, input: event.input }));
    return answer === "allow" ? undefined : { block: true, reason: answer || "It was not allowed." };
  });
}
