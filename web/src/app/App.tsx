import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { lazy } from "react";
import { BrowserRouter, Route, Routes } from "react-router";
import { ClaimPage } from "../accounts/ClaimPage";
import { LoginPage } from "../accounts/LoginPage";
import { SignedIn } from "../accounts/SignedIn";
import { ApiError } from "../api/client";
import { ChatPage } from "../chat/ChatPage";
import { NodesPage } from "../fleet/NodesPage";
import { Crash } from "./Crash";
import { NotFound } from "./NotFound";
import { Shell } from "./Shell";
import { colorSchemes, theme } from "./theme";
import { ToastProvider } from "./Toasts";

// What is opened now and then comes when it is opened, so that the first load stays small.
const ApprovalsPage = lazy(() => import("../approvals/ApprovalsPage"));
const JobPage = lazy(() => import("../jobs/JobPage"));
const MemoryPage = lazy(() => import("../memory/MemoryPage"));
const PlansPage = lazy(() => import("../plans/PlansPage"));
const SchedulesPage = lazy(() => import("../schedules/SchedulesPage"));

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
});

export const App = () => (
  <MantineProvider
    theme={theme} colorSchemeManager={colorSchemes} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}
  >
    <Crash>
      <QueryClientProvider client={queries}>
        <ToastProvider>
          <BrowserRouter>
            <Routes>
              <Route path="/login" element={<LoginPage />} />
              <Route path="/claim" element={<ClaimPage />} />
              <Route element={<SignedIn />}>
                <Route element={<Shell />}>
                  <Route index element={<ChatPage />} />
                  <Route path="/c/:id" element={<ChatPage />} />
                  <Route path="/approvals" element={<ApprovalsPage />} />
                  <Route path="/plans" element={<PlansPage />} />
                  <Route path="/jobs/:id" element={<JobPage />} />
                  <Route path="/schedules" element={<SchedulesPage />} />
                  <Route path="/memory" element={<MemoryPage />} />
                  <Route path="/nodes" element={<NodesPage />} />
                  <Route path="*" element={<NotFound />} />
                </Route>
              </Route>
            </Routes>
          </BrowserRouter>
        </ToastProvider>
      </QueryClientProvider>
    </Crash>
  </MantineProvider>
);
