// The page works without this script. It keeps a form from being sent twice by one nervous thumb, and counts characters.
// The server ignores a second press too: each form carries a number that works once.
for (const form of document.querySelectorAll('form')) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = 'yes';
    form.setAttribute('aria-busy', 'true');
  });
}

// Going back shows the page as it was left: then the forms may be sent again.
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sent]')) {
    delete form.dataset.sent;
    form.removeAttribute('aria-busy');
  }
});

for (const area of document.querySelectorAll('textarea[maxlength]')) {
  const left = document.createElement('p');
  left.className = 'muted left';
  const show = () => {
    left.textContent = `${area.value.length} / ${area.maxLength}`;
    left.hidden = area.value.length < area.maxLength * 0.8;
  };
  area.after(left);
  area.addEventListener('input', show);
  show();
}
