namespace Muster.Hub.Chat;

/// <summary>Where the end of a run reaches the loop of its conversation; set once, when the hub is composed.</summary>
internal sealed class Wakes
{
    private Action<string> _wake = _ => { };

    public void Set(Action<string> wake) => _wake = wake;

    public void Conversation(string id) => _wake(id);
}
