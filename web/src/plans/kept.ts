export interface KeptPlan { text: string; steps: { id: string; description: string }[] }

const prefix = "muster-plan ";

// The hub keeps of a plan its steps' names alone; what they are for is kept by the tab that ran it, as drafts are.
export function keepPlan(job: string, plan: KeptPlan): void {
  try { sessionStorage.setItem(prefix + job, JSON.stringify(plan)); } catch { /* then the job is shown by the names of its steps */ }
}

export function keptPlan(job: string): KeptPlan | null {
  try {
    const text = sessionStorage.getItem(prefix + job);
    return text ? JSON.parse(text) as KeptPlan : null;
  } catch { return null; }
}
