import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import type { Group } from '../../crypto/index.ts';
import { hybrid } from '../shared/hybrid.ts';
import { nobleKem } from '../shared/noble-kem.ts';
import type { SyncGroup } from '../shared/sync-group.ts';
import type { Random } from './random.ts';

/** RFC 10024. `group` is the x25519 that the provider offers besides, so that one share can serve both. */
export function X25519MLKEM768(random: Random, group: SyncGroup): Group {
  const kem = nobleKem('X25519MLKEM768', ml_kem768, random);
  return hybrid({
    name: 'X25519MLKEM768',
    id: 4588,
    kem: () => kem,
    publicKeySize: 1184,
    ciphertextSize: 1088,
    group,
    shareSize: 32,
  });
}
