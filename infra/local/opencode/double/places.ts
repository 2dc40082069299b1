import { realpath, stat } from 'node:fs/promises';
import type { Behaviour, DoubleOptions } from './options.ts';
import { type Asked, Refused } from './replies.ts';

/** Directories as the server resolves them. */
export class Places {
  private readonly options: DoubleOptions;
  private readonly behaviour: Behaviour;

  constructor(options: DoubleOptions, behaviour: Behaviour) {
    this.options = options;
    this.behaviour = behaviour;
  }

  /** `?directory=` is ignored; without a location it is the server's own. */
  asked({ query }: Asked): Promise<string> {
    return this.usable(query.get('location[directory]') ?? this.options.directory);
  }

  /** A directory that is not there is told by name, or not at all, and a file is an error of the server's own. */
  async usable(directory: string): Promise<string> {
    const found = await stat(directory).catch(() => undefined);
    if (found?.isDirectory() && directory.startsWith('/')) return realpath(directory);
    if (found || this.behaviour.missingDirectory === 500) throw new Refused(500);
    throw new Refused(404, 'LocationNotFoundError', { location: { directory } });
  }
}
