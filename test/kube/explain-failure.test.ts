import { expect, test } from 'vitest';
import { UserError } from '../../src/core/errors.ts';
import { errorFromAnswer, errorFromNetwork } from '../../src/kube/error.ts';
import { explained, explainFailure } from '../../src/kube/explain-failure.ts';

const call = { method: 'GET', path: '/version' };
const network = (code: string) =>
  errorFromNetwork(call, Object.assign(new Error(`connect ${code}`), { code }));

test.each([
  [
    'credentials that are not accepted',
    errorFromAnswer(call, 401, '{"kind":"Status","message":"Unauthorized"}'),
    'The API server does not accept the credentials (Unauthorized); log in again, or choose another context of the kubeconfig',
  ],
  [
    'a server that cannot be reached',
    network('ECONNREFUSED'),
    'The API server cannot be reached (GET /version: connect ECONNREFUSED); check the server of the kubeconfig, and the network: of a pod its NetworkPolicies and DNS',
  ],
  [
    'a server that is not trusted',
    network('SELF_SIGNED_CERT_IN_CHAIN'),
    'The API server is not trusted (GET /version: connect SELF_SIGNED_CERT_IN_CHAIN); check the certificate authority and the server of the kubeconfig',
  ],
])('%s is one sentence for the user that says what to look at', async (_, error, sentence) => {
  expect(explained(error)).toEqual(new UserError('unexpected', sentence));
  const failed = explainFailure('dump', 'Taking it', () => Promise.reject(error));
  await expect(failed).rejects.toThrow(`Taking it failed: ${sentence.replace('The', 'the')}`);
  const locked = explainFailure('lock', 'Taking the lease', () => Promise.reject(error));
  await expect(locked).rejects.toEqual(new UserError('preflight', sentence));
});

test.each([errorFromAnswer(call, 422, 'no'), network('ECONNRESET'), new Error('a defect')])(
  'what is not about access stays as it is: %s',
  (error) => {
    expect(explained(error)).toBe(error);
  },
);
