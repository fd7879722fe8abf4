import { useParams } from "react-router";
import { NewChat } from "./NewChat";
import { ThreadPage } from "./ThreadPage";

export function ChatPage() {
  const { id } = useParams();
  return id ? <ThreadPage key={id} id={id} /> : <NewChat />;
}
