'use strict';
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const form = document.getElementById('filter');
  const output = form.querySelector('output');
  const ranks = ['info', 'low', 'medium', 'high', 'critical'];
  const fields = all('input, select', form);

  // A long list has its first items in the page and the others as compressed text, which costs
  // little time until one of them is shown. The text was escaped like the page.
  const inflated = (packed) => {
    const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream();
    return new Response(stream.pipeThrough(new DecompressionStream('deflate-raw'))).text();
  };
  const nodeOf = (item) => {
    if (!item.node) {
      const template = document.createElement('template');
      template.innerHTML = item.html;
      item.node = template.content.firstElementChild;
    }
    return item.node;
  };
  const decoded = (text) => text.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(code));
  const dataOf = (item) => {
    if (!item.data) {
      const tag = item.html.slice(0, item.html.indexOf('>'));
      item.data = {};
      for (const [, name, value] of tag.matchAll(/ data-([a-z]+)="([^"]*)"/g)) {
        item.data[name] = decoded(value);
      }
    }
    return item.data;
  };
  const listOf = (box, start) => {
    if (!box) return { items: [], order: [], shown: [], limit: 0, draw: () => [] };
    const rest = box.querySelector('script[type="text/plain"]');
    const items = [...box.children].filter((node) => node !== rest)
      .map((node) => ({ node, data: node.dataset }));
    const list = { box, items, order: items, shown: items.map(nodeOf), limit: Math.max(items.length, 1) };
    const more = document.createElement('button');
    const step = list.limit;
    let fits = () => true;
    list.draw = (wanted = fits) => {
      fits = wanted;
      const fitting = list.order.filter(fits);
      const shown = fitting.slice(0, list.limit).map(nodeOf);
      if (shown.length !== list.shown.length || shown.some((node, at) => node !== list.shown[at])) {
        list.shown = shown;
        box.replaceChildren(...shown);
      }
      const left = fitting.length - shown.length;
      more.hidden = left === 0;
      more.textContent = `Show ${Math.min(step, left)} more of ${left.toLocaleString('en')}`;
      return fitting;
    };
    if (rest) {
      const packed = rest.textContent;
      rest.remove();
      list.load = async () => {
        const text = await inflated(packed);
        for (const html of text.split(new RegExp(`(?=^${start})`, 'm'))) {
          if (html.trim()) items.push({ html: html.trim() });
        }
      };
      more.type = 'button';
      more.className = 'more';
      more.addEventListener('click', () => {
        list.limit += step;
        apply();
      });
      (box.closest('table') || box).after(more);
    }
    return list;
  };
  const body = document.querySelector('.clients tbody');
  const rows = listOf(body, '<tr role="row" data-client=');
  const cards = listOf(document.querySelector('.cards'), '<details class="client" ');
  const causes = listOf(document.querySelector('.causes'), '<details class="rule" data-rule=');
  const lists = [rows, cards, causes];

  // What is shown or hidden with a client, and what belongs to a rule alone.
  const ofClients = all('[data-client]').filter((part) => !part.closest('.clients, .cards'));
  const rules = all('#rules details[data-rule]');
  const sections = all('.nothing').map((note) => [note, note.closest('section')]);
  const items = 'tr[data-client], tbody[data-client], details.client, details[data-rule]';
  const remaining = items.split(', ').map((item) => `${item}:not([hidden])`).join(', ');

  // The filter is in the address, so that a filtered page can be linked: #?rule=role-admin
  const wanted = () => {
    const query = location.hash.startsWith('#?') ? location.hash.slice(2) : '';
    return new URLSearchParams(query);
  };

  // Setting an attribute to its value costs a new layout, too.
  const hide = (part, hidden) => {
    if (part.hidden !== hidden) part.hidden = hidden;
  };

  const fitsSeverity = (value, severity) => {
    if (!value) return true;
    if (ranks.includes(value)) return severity === value;
    return ranks.indexOf(severity) + 1 >= Number(value);
  };

  // Reads the filter once: it is compared with thousands of clients.
  const clientFilter = (filter) => {
    const severity = filter.get('severity');
    const equal = ['kind', 'tier', 'organisation', 'owner', 'lives', 'age']
      .map((name) => [name, filter.get(name)]).filter(([, value]) => value);
    const rule = filter.get('rule');
    const words = (filter.get('text') || '').toLowerCase().split(/\s+/).filter(Boolean);
    return (data) => {
      if (severity === '0' && data.rank !== '0') return false;
      if (severity && severity !== '0' &&
        !data.severities.split(' ').some((one) => one && fitsSeverity(severity, one))) return false;
      if (equal.some(([name, value]) => data[name] !== value)) return false;
      if (rule && !data.rules.split(' ').includes(rule)) return false;
      return words.every((word) => data.names.includes(word));
    };
  };

  const apply = () => {
    const filter = wanted();
    for (const field of fields) {
      const value = filter.get(field.name) || '';
      if (field.value !== value) field.value = value;
    }
    const rule = filter.get('rule');
    const severity = filter.get('severity');
    const fits = (data) => (!rule || data.rule === rule) &&
      (severity === '0' || fitsSeverity(severity, data.severity || ''));
    const isFiltered = [...filter.values()].some(Boolean);
    const fitsClient = clientFilter(filter);
    const fitting = rows.draw((row) => !isFiltered || fitsClient(dataOf(row)));
    const shown = new Set(isFiltered ? fitting.map((row) => dataOf(row).client) : []);
    cards.draw((card) => !isFiltered || shown.has(dataOf(card).client));
    causes.draw((cause) => {
      if (!isFiltered) return true;
      const data = dataOf(cause);
      cause.clients ||= data.clients.split(' ');
      return fits(data) && cause.clients.some((index) => shown.has(index));
    });
    for (const card of cards.shown) {
      for (const finding of all('article.finding', card)) {
        hide(finding, isFiltered && !fits(finding.dataset));
      }
    }
    for (const part of ofClients) {
      const other = part.dataset.rule && rule && part.dataset.rule !== rule;
      hide(part, isFiltered && (!shown.has(part.dataset.client) || Boolean(other)));
    }
    for (const part of rules) hide(part, Boolean(rule) && part.dataset.rule !== rule);
    for (const [note, section] of sections) {
      note.hidden = !isFiltered || section.querySelector(remaining) !== null;
    }
    const number = (count) => count.toLocaleString('en');
    output.textContent = isFiltered
      ? `${number(shown.size)} of ${number(rows.items.length)} clients` : '';
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
  const tiers = ['none', 'as its user', 'ordinary', 'unknown', 'sensitive', 'escalating', 'admin'];
  const keys = {
    name: (row) => row.names,
    organisation: (row) => row.organisation,
    rank: (row, position) => -position,
    kind: (row) => row.kind,
    tier: (row) => tiers.indexOf(row.tier),
    lifetime: (row) => Number(row.lifetime),
    changed: (row) => row.changed || '',
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
    const keyed = rows.items.map((row, index) => [key(dataOf(row), index), index, row]);
    keyed.sort(([a, i], [b, j]) => (a < b ? -sign : a > b ? sign : i - j));
    rows.order = keyed.map(([, , row]) => row);
    apply();
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
  const found = (id) => {
    const selector = `#${CSS.escape(id)}`;
    const holds = ({ node, html }) => (node
      ? node.matches(selector) || node.querySelector(selector) !== null
      : html.includes(` id="${id}"`));
    for (const list of lists) {
      const item = list.items.find(holds);
      if (item && !nodeOf(item).isConnected) {
        list.shown = [...list.shown, item.node];
        item.node.hidden = false;
        list.box.append(item.node);
      }
    }
    return document.getElementById(id);
  };
  const reveal = () => {
    apply();
    if (location.hash.startsWith('#?')) {
      // The filter itself sticks to the top and would stay where it is.
      form.parentElement.scrollIntoView();
      return;
    }
    const id = location.hash.slice(1);
    const target = id && (document.getElementById(id) || found(id));
    for (let at = target; at; at = at.parentElement) {
      at.hidden = false;
      if (at.tagName === 'DETAILS') at.open = true;
    }
    if (target) target.scrollIntoView();
  };
  addEventListener('hashchange', reveal);
  if (location.hash) reveal();
  const loads = lists.filter((list) => list.load).map((list) => list.load());
  if (loads.length > 0) {
    Promise.all(loads).then(() => {
      for (const list of lists) list.draw();
      if (location.hash) reveal();
      performance.mark('complete');
      // The first filter does not wait for the data of thousands of rows.
      setTimeout(() => rows.items.forEach(dataOf), 100);
    });
  }

  // Cards are opened for printing and put back after it.
  let closed = [];
  addEventListener('beforeprint', () => {
    closed = cards.shown.filter((card) => !card.open);
    for (const card of closed) card.open = true;
  });
  addEventListener('afterprint', () => {
    for (const card of closed) card.open = false;
  });

  const heading = document.getElementById('h-findings');
  if (cards.items.length > 1) {
    const button = document.createElement('button');
    button.type = 'button';
    const say = () => {
      button.textContent = cards.shown.some((card) => !card.open) ? 'Open all' : 'Close all';
    };
    button.addEventListener('click', () => {
      const open = cards.shown.some((card) => !card.open);
      for (const card of cards.shown) card.open = open;
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
