// How the checks of this folder tell what they found.

/** Collects breaches as `file:line rule: why` and sets the exit code. */
export class Report {
  constructor(name) {
    this.name = name;
    this.lines = new Set();
  }

  add(file, line, rule, why) {
    this.lines.add(`src/${file}:${line} ${rule}: ${why}`);
  }

  addGeneral(rule, why) {
    this.lines.add(`${rule}: ${why}`);
  }

  /** Adds what makes every other answer worthless: sources that were not parsed whole, or not at all. */
  addUnread(project) {
    for (const file of project.unseen) this.add(file, 1, 'unseen', 'tsconfig.json does not include this file');
    for (const error of project.syntaxErrors) this.addGeneral('syntax', `${error.fileName ?? ''} ${error.text}`);
    if (project.modules.length === 0) this.addGeneral('nothing-seen', 'there is no module under src/');
  }

  /** Prints the breaches and one line of summary. */
  finish(summary) {
    for (const line of this.lines) console.log(line);
    const count = this.lines.size;
    console.log(`${this.name}: ${summary}, ${count === 1 ? '1 breach' : `${count} breaches`}`);
    process.exitCode = count === 0 ? 0 : 1;
  }
}
