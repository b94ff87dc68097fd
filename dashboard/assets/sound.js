/* A quiet sound when a storm begins: off unless the address asks for it, and silent until somebody presses once,
   because no browser plays anything before that. Two soft tones, never louder than a spoken word, once a storm. */
(function () {
  "use strict";
  let audio = null;
  let wasStorm = null; // not known yet: a page that opens in a storm stays silent

  function tone(at, frequency, volume) {
    const oscillator = audio.createOscillator();
    const gain = audio.createGain();
    oscillator.type = "sine";
    oscillator.frequency.value = frequency;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(volume, at + 0.06);
    gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.9);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(at);
    oscillator.stop(at + 1);
  }

  function play(notes) {
    if (!audio) return;
    notes.forEach(function (frequency, n) {
      tone(audio.currentTime + 0.05 + 0.35 * n, frequency, 0.12);
    });
    const box = document.querySelector(".wall .sound");
    if (box) box.dataset.played = String(Number(box.dataset.played || 0) + 1);
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest && event.target.closest("#wall-sound");
    if (!button) return;
    audio = audio || new AudioContext();
    audio.resume();
    play([523]); // the test: whoever pressed hears that it works
    button.parentElement.classList.add("allowed");
  });

  setInterval(function () {
    if (!document.querySelector(".wall .sound") || !document.querySelector(".wall .state")) return;
    if (document.documentElement.classList.contains("lost")) return;
    const isStorm = document.querySelector(".wall .state.storm") !== null;
    if (isStorm && wasStorm === false) play([440, 349]);
    wasStorm = isStorm;
  }, 1000);
})();
