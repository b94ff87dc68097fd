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
    write();
  }

  function tell(id, props) {
    window.dash_clientside.set_props(id, props);
  }

  // The field holds what was typed for whoever is open, also after the page was drawn anew.
  function write() {
    const note = document.getElementById("inbox-note");
    const typed = notes.get(chosen) || "";
    if (note && note.value !== typed) tell("inbox-note", { value: typed });
  }

  // What was begun beside one person stays with them: the next one is met with nothing typed or chosen.
  function change(to) {
    if (chosen === to) return;
    chosen = to;
    write();
    tell("inbox-label", { value: null });
  }

  function choose(id) {
    change(id);
    draw();
    tell("inbox-chosen", { data: id });
  }

  // A note is kept by now: it leaves its field, unless more was typed meanwhile.
  function kept(note) {
    if (note && notes.get(note.for) === note.words) {
      notes.delete(note.for);
      write();
    }
    return window.dash_clientside.no_update;
  }

  // One listener for all, so that the page need not know each of a hundred.
  document.addEventListener("click", function (event) {
    const pressed = event.target.closest && event.target.closest("#inbox-list .item, #inbox-back");
    if (pressed) choose(pressed.id === "inbox-back" ? null : pressed.dataset.mention);
  });

  document.addEventListener("input", function (event) {
    if (event.target.id !== "inbox-note" || chosen === null) return;
    if (event.target.value) notes.set(chosen, event.target.value);
    else notes.delete(chosen);
  });

  // The list is new, or something was chosen by the address.
  function mark(_items, id) {
    change(id || null);
    requestAnimationFrame(draw);
    setTimeout(draw, 100); // a long list may be drawn later than that
    return chosen;
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, { inbox: { mark: mark, kept: kept } });
})();
