import { afterEach, expect, it, vi } from 'vitest';
import { need } from '../../support/need.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

it('is content where the condition holds', () => {
  vi.stubEnv('CI', 'true');
  expect(need('a path', 'the path is there')).toBe(true);
});

it('warns on a desk', () => {
  vi.stubEnv('CI', '');
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  expect(need(false, 'openssl is installed')).toBe(false);
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('openssl is installed'));
});

it('fails under CI', () => {
  vi.stubEnv('CI', 'true');
  expect(() => need(null, 'openssl is installed')).toThrow('openssl is installed');
});
