'use strict';
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const form = document.getElementById('filter');
  const rows = all('.clients tbody tr');
  const cards = all('details.client');
  const output = form.querySelector('output');
  const ranks = ['info', 'low', 'medium', 'high', 'critical'];
  const fields = all('input, select', form);

  // What is shown or hidden with a client, and what belongs to a rule alone.
  const ofClients = all('[data-client]').filter((part) => !part.matches('.clients tr'));
  const causes = all('[data-clients]');
  const findings = all('article.finding');
  const rules = all('#rules details[data-rule]');
  const sections = all('.nothing').map((note) => [note, note.closest('section')]);
  const items = 'tr[data-client], tbody[data-client], details.client, details[data-rule]';
  const remaining = items.split(', ').map((item) => `${item}:not([hidden])`).join(', ');

  // The filter is in the address, so that a filtered page can be linked: #?rule=role-admin
  const wanted = () => {
    const query = location.hash.startsWith('#?') ? location.hash.slice(2) : '';
    return new URLSearchParams(query);
  };

  const fitsSeverity = (value, severity) => {
    if (!value) return true;
    if (ranks.includes(value)) return severity === value;
    return ranks.indexOf(severity) + 1 >= Number(value);
  };

  const fitsClient = (row, filter) => {
    const data = row.dataset;
    const severity = filter.get('severity');
    if (severity === '0' && data.rank !== '0') return false;
    if (severity && severity !== '0' &&
      !data.severities.split(' ').some((one) => one && fitsSeverity(severity, one))) return false;
    for (const name of ['kind', 'tier', 'organisation', 'owner']) {
      const value = filter.get(name);
      if (value && data[name] !== value) return false;
    }
    const rule = filter.get('rule');
    if (rule && !data.rules.split(' ').includes(rule)) return false;
    const words = (filter.get('text') || '').toLowerCase().split(/\s+/).filter(Boolean);
    return words.every((word) => data.names.includes(word));
  };

  const apply = () => {
    const filter = wanted();
    for (const field of fields) {
      const value = filter.get(field.name) || '';
      if (field.value !== value) field.value = value;
    }
    const rule = filter.get('rule');
    const severity = filter.get('severity');
    const fits = (part) => (!rule || part.dataset.rule === rule) &&
      (severity === '0' || fitsSeverity(severity, part.dataset.severity || ''));
    const shown = new Set();
    for (const row of rows) {
      const fit = fitsClient(row, filter);
      if (fit) shown.add(row.dataset.client);
      row.hidden = !fit;
    }
    const isFiltered = [...filter.values()].some(Boolean);
    for (const part of ofClients) {
      const other = part.dataset.rule && rule && part.dataset.rule !== rule;
      part.hidden = isFiltered && (!shown.has(part.dataset.client) || Boolean(other));
    }
    for (const cause of causes) {
      const some = cause.dataset.clients.split(' ').some((index) => shown.has(index));
      cause.hidden = isFiltered && !(some && fits(cause));
    }
    for (const finding of findings) finding.hidden = isFiltered && !fits(finding);
    for (const part of rules) part.hidden = Boolean(rule) && part.dataset.rule !== rule;
    for (const [note, section] of sections) {
      note.hidden = !isFiltered || section.querySelector(remaining) !== null;
    }
    output.textContent = isFiltered ? `${shown.size} of ${rows.length} clients` : '';
  };

  form.hidden = false;
  const write = () => {
    const filter = new URLSearchParams();
    for (const field of fields) if (field.value) filter.set(field.name, field.value);
    const query = filter.toString();
    history.replaceState(null, '', query ? `#?${query}` : '#clients');
    apply();
  };
  let timer = 0;
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(write, 120);
  });
  form.addEventListener('reset', () => setTimeout(write, 0));
  form.addEventListener('submit', (event) => event.preventDefault());

  // Columns are sorted by a button in their heading; equal rows keep their order.
  const body = document.querySelector('.clients tbody');
  const tiers = ['none', 'as its user', 'ordinary', 'unknown', 'sensitive', 'escalating', 'admin'];
  const positions = new Map(rows.map((row, index) => [row, index]));
  const keys = {
    name: (row) => row.dataset.names,
    organisation: (row) => row.dataset.organisation,
    rank: (row) => -positions.get(row),
    kind: (row) => row.dataset.kind,
    tier: (row) => tiers.indexOf(row.dataset.tier),
    lifetime: (row) => Number(row.dataset.lifetime),
    changed: (row) => row.dataset.changed || '',
  };
  const headings = all('th[data-sort]');
  const sort = (heading) => {
    const first = ['rank', 'tier', 'lifetime'].includes(heading.dataset.sort) ? 'descending' : 'ascending';
    const now = heading.getAttribute('aria-sort');
    const direction = now === first ? (first === 'ascending' ? 'descending' : 'ascending') : first;
    for (const other of headings) other.removeAttribute('aria-sort');
    heading.setAttribute('aria-sort', direction);
    const key = keys[heading.dataset.sort];
    const sign = direction === 'ascending' ? 1 : -1;
    const keyed = rows.map((row, index) => [key(row), index, row]);
    keyed.sort(([a, i], [b, j]) => (a < b ? -sign : a > b ? sign : i - j));
    body.append(...keyed.map(([, , row]) => row));
  };
  for (const heading of headings) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'sort';
    button.textContent = heading.textContent;
    button.addEventListener('click', () => sort(heading));
    heading.replaceChildren(button);
  }

  // A link to something inside a closed part opens it; a link to a filter shows the findings.
  const reveal = () => {
    apply();
    if (location.hash.startsWith('#?')) {
      document.getElementById('filter').scrollIntoView();
      return;
    }
    const target = location.hash && document.getElementById(location.hash.slice(1));
    for (let at = target; at; at = at.parentElement) {
      at.hidden = false;
      if (at.tagName === 'DETAILS') at.open = true;
    }
    if (target) target.scrollIntoView();
  };
  addEventListener('hashchange', reveal);
  if (location.hash) reveal();

  // Cards are opened for printing and put back after it.
  let closed = [];
  addEventListener('beforeprint', () => {
    closed = cards.filter((card) => !card.open);
    for (const card of closed) card.open = true;
  });
  addEventListener('afterprint', () => {
    for (const card of closed) card.open = false;
  });

  const heading = document.getElementById('h-findings');
  if (cards.length > 1) {
    const button = document.createElement('button');
    button.type = 'button';
    const say = () => {
      button.textContent = cards.some((card) => !card.open) ? 'Open all' : 'Close all';
    };
    button.addEventListener('click', () => {
      const open = cards.some((card) => !card.open);
      for (const card of cards) card.open = open;
      say();
    });
    say();
    // Cards are opened and closed one by one, too, or all at once.
    let later = 0;
    document.addEventListener('toggle', () => {
      clearTimeout(later);
      later = setTimeout(say, 50);
    }, true);
    heading.after(button);
  }
})();
