import type { Timer, Timers } from "@millrace/platform";

/** Work that is done again and again. */
export interface Repeated {
  cancel(): void;
}

/** Runs `run` after each interval. `onError` gets what it throws, such as the error of a full disk: the next time may do better. */
export function repeat(
  timers: Timers,
  intervalMs: number,
  run: () => void,
  { onError }: { readonly onError: (error: unknown) => void },
): Repeated {
  let timer: Timer;
  const arm = (): void => {
    timer = timers.after(intervalMs, () => {
      try {
        run();
      } catch (error) {
        onError(error);
      }
      arm();
    });
  };
  arm();
  return { cancel: () => timer.cancel() };
}
