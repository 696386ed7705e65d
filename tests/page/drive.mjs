// Drives the HTML page in Chromium: accessibility, filters, order, links and print.
//
//   node tests/page/drive.mjs CHROMIUM PAGE [LARGE-PAGE]
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const require = createRequire(`${process.cwd()}/target/page/`);
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const [executablePath, small, large] = process.argv.slice(2);

const faults = [];
const expect = (truth, words) => {
  if (!truth) faults.push(words);
};

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
});

const open = async (path, settings = {}, fragment = '') => {
  // The page forbids foreign scripts; axe is one.
  const context = await browser.newContext({ bypassCSP: true, ...settings });
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(`script error: ${error}`));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) faults.push(`the page loads ${request.url()}`);
  });
  await page.goto(pathToFileURL(path) + fragment);
  return page;
};

for (const colorScheme of ['light', 'dark']) {
  for (const width of [390, 768, 1440]) {
    const page = await open(small, { colorScheme, viewport: { width, height: 900 } });
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    for (const { id, nodes } of violations) {
      faults.push(`axe, ${colorScheme}, ${width} pixels: ${id}: ${nodes[0].html.slice(0, 200)} ${nodes[0].failureSummary}`);
    }
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow <= 0, `${width} pixels: the page is ${overflow} pixels too wide`);
    await page.context().close();
  }
}

const visible = (page, selector) => page.locator(`${selector}:visible`).count();
const page = await open(small, { viewport: { width: 1440, height: 900 } });
const rows = await visible(page, '.clients tbody tr');

// A tile leads to the findings of its severity, in all sections, and back.
await page.locator('.tiles a').first().click();
const severity = await page.locator('.tiles a .sev').first().innerText();
await page.waitForFunction(() => location.hash.startsWith('#?severity='));
const filtered = await visible(page, '.clients tbody tr');
expect(filtered > 0 && filtered < rows, `${severity}: ${filtered} of ${rows} clients are shown`);
expect(await visible(page, `article.finding:not(.${severity.trim()})`) === 0,
  `findings of other severities than ${severity} are shown`);
expect((await page.locator('#filter output').innerText()).includes(`of ${rows}`), 'no count of clients');
await page.locator('#filter button[type=reset]').click();
await page.waitForTimeout(50);
expect(await visible(page, '.clients tbody tr') === rows, 'the filter is not cleared');

// A filter in the address works when the page is opened.
const rule = await page.locator('.first a').first().getAttribute('href');
const linked = await open(small, {}, rule);
const named = rule.split('=')[1];
expect(await visible(linked, `article.finding:not([data-rule="${named}"])`) === 0,
  `${rule}: findings of other rules are shown`);
expect(await visible(linked, '.clients tbody tr') > 0, `${rule}: no client is shown`);

// The filter says so if nothing matches, and the address keeps it.
await page.locator('#filter input[name=text]').fill('no client is called this');
await page.waitForTimeout(300);
expect(await visible(page, '.clients tbody tr') === 0, 'a client matches nonsense');
for (const section of ['#clients', '#findings', '#access']) {
  if (await page.locator(`${section} .nothing`).count() > 0) {
    expect(await visible(page, `${section} .nothing`) === 1, `${section} does not say that nothing matches`);
  }
}
expect(page.url().includes('#?text='), 'the filter is not in the address');
await page.locator('#filter button[type=reset]').click();
await page.waitForTimeout(50);

// Columns are sorted and say so.
const heading = page.locator('th[data-sort=name]');
await heading.locator('button').click();
expect(await heading.getAttribute('aria-sort') === 'ascending', 'the order is not announced');
const names = await page.locator('.clients tbody tr').evaluateAll(
  (all) => all.map((row) => row.dataset.names));
expect(names.every((name, at) => at === 0 || names[at - 1] <= name), 'clients are not sorted by name');

const pdf = await page.pdf({ format: 'A4' });
const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g).length;
console.log(`${rows} clients: ${pages} printed pages`);
expect(rows > 42 || pages <= 6, `${pages} pages are printed for ${rows} clients`);

if (large) {
  // The page is loaded when its long lists can be filtered and sorted, too. It is loaded three times:
  // other programs disturb a single measurement.
  let big;
  let loaded = Infinity;
  for (let round = 0; round < 3; round += 1) {
    if (big) await big.context().close();
    big = await open(large, { viewport: { width: 1440, height: 900 } });
    await big.waitForFunction(() => performance.getEntriesByName('complete').length > 0);
    loaded = Math.min(loaded, await big.evaluate(() => Math.max(
      performance.getEntriesByName('complete')[0].startTime,
      performance.getEntriesByType('navigation')[0].loadEventEnd)));
  }
  const count = async () => (await big.locator('#filter output').innerText()).replaceAll(',', '').match(/^(\d+) of (\d+)/);
  // A filter takes from the change of the address to the finished layout.
  const filter = (query) => big.evaluate((query) => {
    const start = performance.now();
    history.replaceState(null, '', query);
    dispatchEvent(new HashChangeEvent('hashchange'));
    document.body.getBoundingClientRect();
    return performance.now() - start;
  }, query);
  await big.waitForTimeout(1000);
  const fastest = new Map();
  let many = 0;
  // Each filter three times: other programs disturb a single measurement.
  for (let round = 0; round < 3; round += 1) {
    for (const query of ['#?severity=critical', '#?text=a', '#?severity=3', '#?severity=0', '#?text=']) {
      fastest.set(query, Math.min(fastest.get(query) ?? Infinity, await filter(query)));
      const counted = await count();
      if (counted) many = Number(counted[2]);
      if (counted) expect(Number(counted[1]) > 0, `${query}: no client matches`);
    }
  }
  const slowest = Math.max(...fastest.values());
  console.log(`${many} clients: loaded in ${loaded.toFixed(0)} ms, filtered in ${slowest.toFixed(0)} ms`);
  expect(many > 4000, `the large page has only ${many} clients`);
  expect(loaded < 1000, `${many} clients are loaded in ${loaded.toFixed(0)} ms`);
  expect(slowest < 100, `${many} clients are filtered in ${slowest.toFixed(0)} ms`);

  // The last client and its card are not in the page at first; links and the order find them.
  const before = await big.locator('.clients tbody tr').count();
  await big.locator('#clients button.more').click();
  expect(await big.locator('.clients tbody tr').count() > before, 'no more clients are shown');
  const card = await big.evaluate(() => {
    const known = new Set([...document.querySelectorAll('details.client')].map((card) => card.id));
    const links = [...document.querySelectorAll('.clients tbody a')];
    return links.map((link) => link.hash.slice(1)).findLast((id) => id && !known.has(id));
  });
  expect(card, 'every card is in the page already');
  await big.evaluate((id) => { location.hash = `#${id}`; }, card);
  await big.waitForTimeout(200);
  expect(await big.locator(`#${card}[open]`).count() === 1, `${card} is not opened by its link`);
}

await browser.close();
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 ? 1 : 0);
