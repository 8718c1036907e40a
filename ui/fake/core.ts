/** A channel of the stand-in program: what is told arrives at once. */
export class Channel<T> {
  constructor(public onmessage: (message: T) => void = () => undefined) {}
}
