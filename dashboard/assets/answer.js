/* Writing an answer: the coach hears of it when the fingers rest, and the words go into the clipboard on request. */
(function () {
  "use strict";
  const READ_AFTER = 250; // ms after the last key: the coach
  const KEEP_AFTER = 1500; // ms after it: the draft is kept
  const timers = {};

  function page(element) {
    return element.id.replace(/-reply$/, "");
  }

  function tell(id, props) {
    window.dash_clientside.set_props(id, props);
  }

  // What has gone out, was given up or decided leaves its fields empty; not those of who was opened meanwhile.
  function clear(done, chosen) {
    if (!done || !done.clear.length || done.for !== chosen) return window.dash_clientside.no_update;
    done.clear.forEach((name) => tell(done.page + "-" + name, { value: "" }));
    return done.at;
  }

  // What became of a press stands beside the person it was about, however late the server says it.
  function beside(said, open) {
    return said && said.for === open ? said.words : "";
  }

  // A press on somebody in the heard clock: the box is for this person now.
  document.addEventListener("click", function (event) {
    const pressed = event.target.closest && event.target.closest("#incident-clock .waiter");
    if (!pressed) return;
    document.getElementById("incident-box").scrollIntoView({ block: "nearest" });
    tell("incident-chosen", { data: pressed.dataset.mention });
  });
  window.dash_clientside = Object.assign({}, window.dash_clientside, { answer: { clear: clear, beside: beside } });

  function later(name, delay, act) {
    clearTimeout(timers[name]);
    timers[name] = setTimeout(act, delay);
  }

  function rest(box) {
    clearTimeout(timers[box.id + " keep"]);
    delete timers[box.id + " keep"];
    tell(page(box) + "-rest", { data: Date.now() });
  }

  document.addEventListener("input", function (event) {
    const box = event.target;
    if (!box.matches || !box.matches("textarea.js-draft")) return;
    later(box.id + " read", READ_AFTER, () => tell(page(box) + "-typed", { data: Date.now() }));
    later(box.id + " keep", KEEP_AFTER, () => rest(box));
  });

  // Whoever goes elsewhere must not lose the last second of typing.
  document.addEventListener("focusout", function (event) {
    const box = event.target;
    if (box.matches && box.matches("textarea.js-draft") && timers[box.id + " keep"]) rest(box);
  });

  function byHand(box, words) {
    box.focus();
    box.select();
    try {
      return box.value === words && document.execCommand("copy");
    } catch (_error) {
      return false;
    }
  }

  document.addEventListener("click", function (event) {
    const link = event.target.closest && event.target.closest("a.js-copy");
    if (!link) return;
    const box = link.closest(".replybox").querySelector("textarea.js-draft");
    const words = link.dataset.words;
    const said = page(box) + "-replied";
    if (box.value !== words) {
      // The link was made for other words: they are read first.
      event.preventDefault();
      tell(page(box) + "-typed", { data: Date.now() });
    } else if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(words).then(
        () => tell(said, { children: link.dataset.copied }),
        () => tell(said, { children: byHand(box, words) ? link.dataset.copied : link.dataset.select })
      );
    } else if (byHand(box, words)) tell(said, { children: link.dataset.copied });
    else if (!link.dataset.tried) {
      event.preventDefault(); // the next press opens the page
      link.dataset.tried = "1";
      tell(said, { children: link.dataset.select });
    }
  });
})();
