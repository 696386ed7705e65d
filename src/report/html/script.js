'use strict';
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const form = document.getElementById('filter');
  const rows = all('.clients tbody tr');
  const cards = all('details.client');
  const output = form.querySelector('output');

  // The text of each, once: reading it anew at every key would be slow for thousands.
  const texts = new Map();
  const text = (element) => {
    if (!texts.has(element)) texts.set(element, element.textContent.toLowerCase());
    return texts.get(element);
  };

  const apply = () => {
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const severity = form.elements.severity.value;
    const kind = form.elements.kind.value;
    const fits = (element) => {
      const rank = Number(element.dataset.rank);
      if (severity === '0' ? rank !== 0 : rank < Number(severity || 0)) return false;
      if (kind && element.dataset.kind !== kind) return false;
      return words.every((word) => text(element).includes(word));
    };
    const named = new Set();
    let shown = 0;
    for (const card of cards) {
      const fit = fits(card);
      if (fit) named.add(card.id);
      card.hidden = !fit;
    }
    for (const row of rows) {
      const link = row.querySelector('th a');
      const fit = fits(row) || (link !== null && named.has(link.hash.slice(1)));
      row.hidden = !fit;
      if (fit) {
        shown += 1;
        const card = link && document.getElementById(link.hash.slice(1));
        if (card) card.hidden = false;
      }
    }
    output.textContent = shown === rows.length ? '' : `${shown} of ${rows.length} clients`;
  };

  form.hidden = false;
  let timer = 0;
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(apply, 120);
  });
  form.addEventListener('reset', () => setTimeout(apply, 0));
  form.addEventListener('submit', (event) => event.preventDefault());

  // A link to something inside a closed part opens it.
  const reveal = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    for (let at = target; at; at = at.parentElement) {
      if (at.tagName === 'DETAILS') { at.open = true; at.hidden = false; }
    }
    if (target) target.scrollIntoView();
  };
  addEventListener('hashchange', reveal);
  reveal();

  // All parts, opened for printing and put back after it.
  let closed = [];
  addEventListener('beforeprint', () => {
    closed = all('details:not([open])');
    for (const part of closed) part.open = true;
  });
  addEventListener('afterprint', () => {
    for (const part of closed) part.open = false;
  });

  const findings = document.getElementById('h-findings');
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
    findings.after(button);
  }
})();
