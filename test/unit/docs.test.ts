import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '../..');
const pages = ['.', 'docs', 'docs/adr', 'examples'].flatMap((folder) =>
  readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join(folder, name)),
);

it.each(pages)('%s links to what is there', (page) => {
  const text = readFileSync(path.join(root, page), 'utf8');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
  const here = links.filter((link) => !/^(https?:|mailto:|#)/.test(link));
  const broken = here.filter((link) => !existsSync(path.join(root, path.dirname(page), link.split('#')[0]!)));
  expect(broken).toEqual([]);
});

it.each(pages)('%s links to headings that are there', (page) => {
  const broken: string[] = [];
  for (const [, link] of readFileSync(path.join(root, page), 'utf8').matchAll(/\]\(((?!https?:)[^)\s]*#[^)\s]+)\)/g)) {
    const [file, anchor] = link!.split('#') as [string, string];
    const target = path.join(root, file === '' ? page : path.join(path.dirname(page), file));
    if (!target.endsWith('.md') || !anchorsOf(readFileSync(target, 'utf8')).includes(anchor)) broken.push(link!);
  }
  expect(broken).toEqual([]);
});

/** As GitHub makes them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ +(.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
