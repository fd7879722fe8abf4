namespace Muster.Node.Tools.Web.Pages;

/// <param name="Address">Where it was in the end.</param>
/// <param name="Status">What the server answered: 200 to 299.</param>
/// <param name="Text">Empty if there is none.</param>
/// <param name="Note">What else there is to know, such as a cut.</param>
internal sealed record FetchedPage(Uri Address, int Status, string Text, bool IsMarkdown, string? Note);
