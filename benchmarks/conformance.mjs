// The image calls of OpenAI's JavaScript SDK, as conformance.py runs them; BASE is the API's address.
import OpenAI, { toFile } from 'openai';
import { deflateSync, crc32 } from 'node:zlib';

const client = new OpenAI({ apiKey: 'sk-benchmark', baseURL: process.env.BASE, maxRetries: 0 });
const common = { model: 'gpt-image-2.5-flare', size: '1024x1024', quality: 'low' };

function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

function png(hole) {
  const size = 1024;
  const rows = Buffer.alloc(size * (size * 4 + 1));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const inside = hole && x >= 300 && x < 600 && y >= 300 && y < 600;
      rows.set([0, 128, 128, inside ? 0 : 255], y * (size * 4 + 1) + 1 + x * 4);
    }
  }
  const head = Buffer.from([0, 0, 4, 0, 0, 0, 4, 0, 8, 6, 0, 0, 0]);
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

const file = (hole) => toFile(png(hole), 'picture.png', { type: 'image/png' });
const pictures = (answer, count) => {
  const whole = answer.data.length === count && answer.data.every((one) => Buffer.from(one.b64_json, 'base64').length > 100);
  if (!whole || answer.usage.total_tokens !== answer.usage.input_tokens + answer.usage.output_tokens) throw new Error('not whole');
};
const stream = async (events, partials) => {
  const kinds = [];
  for await (const event of events) kinds.push(event.type.split('.')[1]);
  if (kinds.join() !== [...Array(partials).fill('partial_image'), 'completed'].join()) throw new Error(kinds.join());
};
const refused = async (status, call) => {
  try {
    await call();
  } catch (error) {
    if (error.status !== status) throw new Error(`${error.status} instead of ${status}`);
    return;
  }
  throw new Error(`no ${status}`);
};

const calls = {
  'generate': async () => pictures(await client.images.generate({ prompt: 'a fox', n: 2, ...common }), 2),
  'generate, stream': async () =>
    stream(await client.images.generate({ prompt: 'a fox', stream: true, partial_images: 2, ...common }), 2),
  'edit': async () => pictures(await client.images.edit({ image: await file(), prompt: 'a boat', ...common }), 1),
  'edit, mask': async () =>
    pictures(await client.images.edit({ image: await file(), mask: await file(true), prompt: 'x', ...common }), 1),
  'edit, three images': async () =>
    pictures(await client.images.edit({ image: [await file(), await file(), await file()], prompt: 'x', ...common }), 1),
  'edit, stream': async () =>
    stream(await client.images.edit({ image: await file(), prompt: 'x', stream: true, partial_images: 1, ...common }), 1),
  'models': async () => { for await (const model of client.models.list()) await client.models.retrieve(model.id); },
  '400': () => refused(400, () => client.images.generate({ prompt: 'a fox', ...common, size: '1x1' })),
  '404': () => refused(404, () => client.models.retrieve('nothing')),
  '424': () => refused(424, () => client.images.generate({ prompt: 'a fox demo:error=unknown', ...common })),
};
let good = 0;
for (const [name, call] of Object.entries(calls)) {
  try {
    await call();
    good += 1;
  } catch (error) {
    console.log(`  ${name}: ${error.message}`);
  }
}
console.log(`openai-node: ${good} of ${Object.keys(calls).length} calls answered as OpenAI does`);
