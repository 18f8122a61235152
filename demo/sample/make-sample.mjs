// Generates the sample beside this script: `node demo/sample/make-sample.mjs`. Needs ffmpeg with libx264, freetype and
// the DejaVu fonts; takes a few minutes. The layout of strip and flash is that of strip.ts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const TEXT = join(HERE, 'text');
const SECONDS = 30;
const RATE = 25;
const BEEPS = { en: 880, fr: 1320 };

/** Nominal rates; the packager writes the measured ones. The lowest two are Baseline, without B-frames. */
const LEVELS = [
  { width: 256, height: 144, kbits: 56, profile: 'baseline' },
  { width: 426, height: 240, kbits: 90, profile: 'baseline' },
  { width: 640, height: 360, kbits: 140, profile: 'main' },
  { width: 854, height: 480, kbits: 200, profile: 'main' },
  { width: 1280, height: 720, kbits: 290, profile: 'high' },
  { width: 1920, height: 1080, kbits: 400, profile: 'high' },
];

const work = mkdtempSync(join(tmpdir(), 'sample-'));
try {
  drawScene();
  const files = LEVELS.map(encodeLevel);
  const audio = Object.entries(BEEPS).map(makeBeeps);
  // File names contain the measured rate: old ones would remain.
  for (const name of readdirSync(HERE).filter((name) => /\.ism[vat]$/.test(name))) rmSync(join(HERE, name));
  run('node', [
    'tools/run.mjs',
    'package',
    ...audio.flatMap(({ language, file }) => ['--audio', `${language}:${file}`]),
    ...['en', 'fr'].flatMap((language) => ['--text', `${language}:${join(TEXT, `${language}.vtt`)}`]),
    ...['--chapters', join(TEXT, 'chapters.vtt')],
    ...['scte35', 'notes'].flatMap((name) => ['--events', `${name}:${join(TEXT, `${name}.json`)}`]),
    ...['--out', join(HERE, 'sample.ism'), ...files],
  ]);
  run('node', ['tools/run.mjs', 'demo/sample/add-captions.ts', HERE]);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Hills at dusk, in layers that are drawn once each and slide over one another. */
function drawScene() {
  const ramp = (top, middle, low) =>
    `if(lt(Y\\,540)\\,${top}+(${middle}-${top})*Y/540\\,${middle}+(${low}-${middle})*(Y-540)/360)`;
  still('sky', 1920, 1080, {
    r: ramp(28, 190, 255),
    g: ramp(30, 92, 178),
    b: ramp(84, 120, 104),
    a: '255',
  });
  still('sun', 720, 720, {
    r: '255',
    g: '236',
    b: '190',
    a: 'if(lt(hypot(X-360\\,Y-360)\\,96)\\,255\\,max(0\\,110*(1-(hypot(X-360\\,Y-360)-96)/264)))',
  });
  const hill = (crest) => `clip((Y-(${crest}))*255\\,0\\,255)`;
  still('far', 2300, 1080, {
    r: '150-(Y-560)*0.10',
    g: '78-(Y-560)*0.06',
    b: '128-(Y-560)*0.04',
    a: hill('660+70*sin(X/310)+34*sin(X/97+1)+9*sin(X/31)'),
  });
  still('middle', 2700, 1080, {
    r: '88-(Y-640)*0.08',
    g: '48-(Y-640)*0.04',
    b: '104-(Y-640)*0.08',
    a: hill('770+60*sin(X/240+2)+28*sin(X/83)+6*sin(X/19)'),
  });
  // Each tree is in the middle of its own 210 columns, and its height depends on their number.
  const pine = '(775+45*sin(floor(X/210)*2.4)+4.2*abs(mod(X\\,210)-105-40*sin(floor(X/210)*5.1)))';
  still('near', 4200, 1080, {
    r: '30',
    g: '22',
    b: '54',
    a: hill(`min(900+44*sin(X/280)+16*sin(X/71+2)\\,${pine}+mod(Y\\,26)*0.8)`),
  });
  const body = 'hypot((X-110)/100\\,(Y-110)/108)';
  still('balloon', 220, 330, {
    r: 'if(gt(Y\\,250)\\,96\\,if(lt(mod(asin(clip((X-110)/100\\,-1\\,1))*4+20\\,2)\\,1)\\,232\\,250))',
    g: 'if(gt(Y\\,250)\\,60\\,if(lt(mod(asin(clip((X-110)/100\\,-1\\,1))*4+20\\,2)\\,1)\\,74\\,226))',
    b: 'if(gt(Y\\,250)\\,48\\,if(lt(mod(asin(clip((X-110)/100\\,-1\\,1))*4+20\\,2)\\,1)\\,72\\,196))',
    a: `255*gt(lt(${body}\\,1)+lt(abs(X-110)\\,26)*between(Y\\,272\\,312)+lt(abs(abs(X-110)-(24+(272-Y)*0.55))\\,2)*between(Y\\,200\\,272)\\,0)`,
  });
  const layers = ['sky', 'sun', 'far', 'balloon', 'middle', 'near'];
  const inputs = layers.flatMap((name) => [
    ...['-loop', '1', '-framerate', String(RATE), '-i', join(work, `${name}.png`)],
  ]);
  const graph = [
    `[0][1]overlay=x=980-n*0.4:y=80+n*0.36[a]`,
    `[a][2]overlay=x=-floor(n/2):y=0[b]`,
    `[b][3]overlay=x=240+n:y='170+26*sin(n/60)'[c]`,
    `[c][4]overlay=x=-n:y=0[d]`,
    `[d][5]overlay=x=-n*3:y=0,format=yuv420p[v]`,
  ].join(';');
  ffmpeg([
    ...inputs,
    ...['-filter_complex', graph, '-map', '[v]', '-frames:v', String(SECONDS * RATE)],
    ...['-c:v', 'libx264', '-qp', '0', '-preset', 'ultrafast', join(work, 'scene.mkv')],
  ]);
}

function still(name, width, height, { r, g, b, a }) {
  const source = `color=black:s=${width}x${height},format=rgba,geq=r='${r}':g='${g}':b='${b}':a='${a}'`;
  ffmpeg(['-f', 'lavfi', '-i', source, '-frames:v', '1', join(work, `${name}.png`)]);
}

function encodeLevel({ width, height, kbits, profile }, level) {
  const file = join(work, `${height}p.mp4`);
  const label = `${height}p  ${kbits} kbit/s`;
  const video = [
    ...[
      '-i',
      join(work, 'scene.mkv'),
      '-vf',
      `scale=${width}:${height}:flags=lanczos,${burnIn(level, label, height)}`,
    ],
    ...['-c:v', 'libx264', '-preset', 'slow', '-profile:v', profile, '-pix_fmt', 'yuv420p'],
    ...['-b:v', `${kbits}k`, '-maxrate', `${kbits * 1.5}k`, '-bufsize', `${kbits * 3}k`],
    ...['-g', '50', '-keyint_min', '50', '-sc_threshold', '0', '-r', String(RATE)],
    ...(profile === 'baseline' ? [] : ['-bf', '2']),
    ...['-passlogfile', join(work, `${height}p`)],
  ];
  ffmpeg([...video, '-pass', '1', '-f', 'null', '-']);
  ffmpeg([...video, '-pass', '2', file]);
  return file;
}

/** Level and timecode for people; flash and strip for machines. */
function burnIn(level, label, height) {
  const text = (content, y) =>
    `drawtext=font='DejaVu Sans Mono':text='${content}':fontcolor=white:fontsize=h/16:x=w*0.03:y=${y}` +
    `:box=1:boxcolor=black@0.45:boxborderw=${Math.ceil(height / 72)}`;
  const box = (x, y, w, h, color, enable) =>
    `drawbox=x=${x}:y=${y}:w=${w}:h=${h}:color=${color}:t=fill${enable ? `:enable='${enable}'` : ''}`;
  // Edges are rounded like this so that neighbours neither overlap nor leave a line between them.
  const block = (index, enable) =>
    box(
      `floor(iw*${index}/20)`,
      'ih-floor(ih/15)',
      `floor(iw*${index + 1}/20)-floor(iw*${index}/20)`,
      'floor(ih/15)',
      'white',
      enable,
    );
  const levelBits = [4, 2, 1].map((bit) => (level & bit ? 1 : 0));
  const frameBit = (k) => `gt(bitand(n\\,${2 ** k})\\,0)`;
  const frameOnes = Array.from({ length: 12 }, (_, k) => frameBit(k)).join('+');
  const levelOnes = levelBits.filter(Boolean).length;
  return [
    text(label, 'h*0.05'),
    text(`%{pts\\:hms}  %{eif\\:n\\:d\\:4}`, 'h*0.15'),
    box('iw*0.9', 'ih*0.08', 'iw*0.06', 'ih*0.1', 'black'),
    box('iw*0.9', 'ih*0.08', 'iw*0.06', 'ih*0.1', 'white', 'gte(n\\,25)*lt(mod(n\\,25)\\,3)'),
    box('0', 'ih-floor(ih/15)', 'iw', 'floor(ih/15)', 'black'),
    block(0),
    block(2),
    ...Array.from({ length: 12 }, (_, index) => block(4 + index, frameBit(11 - index))),
    ...levelBits.flatMap((bit, index) => (bit ? [block(16 + index)] : [])),
    block(19, `mod(${frameOnes}+${levelOnes}\\,2)`),
  ].join(',');
}

/** A tenth of a second of tone at each whole second from the first on. */
function makeBeeps([language, hertz]) {
  const file = join(work, `${language}.mp4`);
  const tone = `0.5*sin(2*PI*${hertz}*t)*gte(t\\,1)*lt(mod(t\\,1)\\,0.1)`;
  ffmpeg([
    ...['-f', 'lavfi', '-i', `aevalsrc='${tone}|${tone}':s=48000:d=${SECONDS}`],
    ...[
      '-c:a',
      'aac',
      '-b:a',
      '48k',
      '-metadata:s:a:0',
      `language=${language === 'en' ? 'eng' : 'fra'}`,
      file,
    ],
  ]);
  return { language, file };
}

function ffmpeg(args) {
  run('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', ...args]);
}

function run(program, args) {
  const done = spawnSync(program, args, { cwd: dirname(dirname(HERE)), stdio: 'inherit' });
  if (done.error) throw done.error;
  if (done.status !== 0) throw new Error(`${program} failed`);
}
