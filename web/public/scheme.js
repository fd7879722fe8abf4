// Runs before the first paint, so that a dark page never flashes white. A file of its own: the content
// security policy forbids inline scripts.
(function () {
  var stored = null;
  try { stored = localStorage.getItem("muster-color-scheme"); } catch (e) { stored = null; }
  var dark = stored === "dark" || (stored !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
