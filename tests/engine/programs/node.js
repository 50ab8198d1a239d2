// SPDX-License-Identifier: Apache-2.0
// Code that is hot enough for the optimising compiler, worker threads, WebAssembly, files, children, crypto.
const { Worker, isMainThread, parentPort, workerData } = require('worker_threads');
const assert = require('assert');

function hot(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum = (sum * 31 + i) % 1000003;
  return sum;
}

async function main() {
  const fs = require('fs/promises');
  const child = require('child_process');
  const crypto = require('crypto');
  const util = require('util');

  const expected = hot(3e6);
  const results = await Promise.all([1, 2].map(() => new Promise((resolve, reject) => {
    const worker = new Worker(__filename, { workerData: 3e6 });
    worker.once('message', resolve);
    worker.once('error', reject);
  })));
  assert.deepStrictEqual(results, [expected, expected]);

  await fs.mkdir('node/deep', { recursive: true });
  await fs.writeFile('node/deep/file', 'x'.repeat(1 << 20));
  await fs.copyFile('node/deep/file', 'node/copy');
  assert.strictEqual((await fs.stat('node/copy')).size, 1 << 20);
  const watched = (async () => {
    for await (const event of fs.watch('node')) return event.filename;
  })();
  const poke = setInterval(() => fs.writeFile('node/poked', ''), 20);
  assert.strictEqual(await watched, 'poked');
  clearInterval(poke);
  await fs.rm('node', { recursive: true });

  const { stdout } = await util.promisify(child.execFile)('sh', ['-c', 'echo child']);
  assert.strictEqual(stdout, 'child\n');
  const forked = child.spawnSync(process.execPath, ['--print', '6 * 7']);
  assert.strictEqual(forked.stdout.toString(), '42\n');

  const key = await util.promisify(crypto.scrypt)('word', 'salt', 32);
  assert.strictEqual(key.length, 32);

  // (module (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))
  const module = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 96, 2, 127, 127, 1, 127, 3, 2, 1, 0, 7, 7, 1, 3, 97, 100, 100, 0, 0,
    10, 9, 1, 7, 0, 32, 0, 32, 1, 106, 11]);
  const { instance } = await WebAssembly.instantiate(module);
  assert.strictEqual(instance.exports.add(2, 3), 5);
  console.log('finished');
}

if (isMainThread) main();
else parentPort.postMessage(hot(workerData));
