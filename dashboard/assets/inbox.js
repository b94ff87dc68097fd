/* Opens what is pressed in the list and marks it, without asking the server for the list again. */
(function () {
  "use strict";
  let chosen = null;
  const notes = new Map(); // mention -> the note that was typed beside it and not kept

  function set(element, name, value) {
    if (value === null) element.removeAttribute(name);
    else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }

  function draw() {
    document.querySelectorAll("#inbox-list .item").forEach(function (item) {
      const isOpen = chosen !== null && item.dataset.mention === chosen;
      item.classList.toggle("on", isOpen);
      set(item, "aria-current", isOpen ? "true" : null);
    });
  }

  function tell(id, props) {
    window.dash_clientside.set_props(id, props);
  }

  // What was begun beside one person stays with them: the next one is met with nothing typed or chosen.
  function change(from, to) {
    const note = document.getElementById("inbox-note");
    if (from === to || !note) return;
    if (note.value.trim()) notes.set(from, note.value);
    else notes.delete(from);
    tell("inbox-note", { value: notes.get(to) || "" });
    notes.delete(to); // it is in the field now, and goes back from there
    tell("inbox-label", { value: null });
  }

  function choose(id) {
    change(chosen, id);
    chosen = id;
    draw();
    tell("inbox-chosen", { data: id });
  }

  // A note is kept by now: it leaves the field, unless somebody else is open or more was typed meanwhile.
  function kept(note) {
    if (!note) return window.dash_clientside.no_update;
    const field = document.getElementById("inbox-note");
    if (notes.get(note.for) === note.words) notes.delete(note.for);
    if (chosen === note.for && field && field.value === note.words) tell("inbox-note", { value: "" });
    return window.dash_clientside.no_update;
  }

  // One listener for all, so that the page need not know each of a hundred.
  document.addEventListener("click", function (event) {
    const pressed = event.target.closest && event.target.closest("#inbox-list .item, #inbox-back");
    if (pressed) choose(pressed.id === "inbox-back" ? null : pressed.dataset.mention);
  });

  // The list is new, or something was chosen by the address.
  function mark(_items, id) {
    chosen = id || null;
    requestAnimationFrame(draw);
    setTimeout(draw, 100); // a long list may be drawn later than that
    return chosen;
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, { inbox: { mark: mark, kept: kept } });
})();
