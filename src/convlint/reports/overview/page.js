// What is hovered or focused lights up with what belongs to it, in picture and text; tables can be sorted.
'use strict';
(() => {
  const $ = (query, from = document) => [...from.querySelectorAll(query)];
  const shown = node => node.getClientRects().length > 0;
  const boxes = line => $(`a[data-l="${line}"]`).filter(shown);
  let hot = [];
  const light = event => {
    hot.forEach(node => node.classList.remove('hot'));
    hot = [];
    const at = event.target.closest('[data-l]');
    if (!at) return;
    const line = at.dataset.l, row = document.getElementById('L' + line);
    const own = at.id && at.closest('svg') ? [at] : boxes(line);
    if (row) hot.push(row);
    hot.push(...own);
    for (const box of own) {
      for (const edge of $(`path[data-t="${box.id}"]`)) {
        hot.push(edge);
        const from = document.getElementById(edge.dataset.s);
        if (from) hot.push(from);
      }
      hot.push(...$(`path[data-s="${box.id}"]`));
    }
    hot.forEach(node => node.classList.add('hot'));
  };
  document.addEventListener('mouseover', light);
  document.addEventListener('focusin', light);
  document.addEventListener('click', event => {
    const link = event.target.closest('a[data-b]');
    const box = link && boxes(link.dataset.b)[0];
    if (!box) return;
    event.preventDefault();
    box.scrollIntoView({block: 'center', inline: 'center'});
    box.focus();
  });
  for (const head of $('th[data-c]')) {
    const button = document.createElement('button');
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const body = head.closest('table').tBodies[0], column = +head.dataset.c;
      const down = head.getAttribute('aria-sort') !== 'descending';
      const value = row => +row.cells[column].dataset.v;
      const rows = [...body.rows].sort((a, b) => down ? value(b) - value(a) : value(a) - value(b));
      $('th[aria-sort]', head.parentNode).forEach(other => other.removeAttribute('aria-sort'));
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      body.append(...rows);
    });
  }
})();
