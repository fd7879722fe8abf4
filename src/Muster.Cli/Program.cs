using Muster.Cli;

using var interrupts = Interrupts.OfProcess();
return await Invocation.RunAsync(args, Surroundings.OfProcess(), interrupts);
