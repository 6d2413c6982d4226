/** postscope - the command for what Postfix has no command for. Today: `postscope lab [FOLDER]`. */
import { resolve } from 'node:path';
import { runLab } from './lab.ts';

const [command = 'lab', folder = 'lab', ...more] = process.argv.slice(2);
if (command === 'lab' && more.length === 0) {
  process.exit(await runLab(resolve(folder), (text) => void process.stdout.write(text)));
}
process.stderr.write('usage: postscope lab [folder]\n');
process.exit(64);
