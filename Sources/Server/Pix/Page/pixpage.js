"use strict";

(() => {
  const main = document.getElementById("main");
  const notice = document.getElementById("notice");
  const charge = () => document.getElementById("charge");
  if (!charge()) return;

  const isFinal = () => ["expired", "cancelled", "refunded"].includes(charge().dataset.status);
  const say = (text) => { notice.textContent = text; };

  // The time that is left, by the server's clock: this machine's may be wrong.
  let ahead = 0;
  const setClock = () => { ahead = Number(charge().dataset.now) - Date.now(); };
  const tick = () => {
    const line = document.getElementById("left");
    const clock = document.getElementById("countdown");
    if (!line || !clock) return;
    const seconds = Math.ceil((Number(charge().dataset.expires) - Date.now() - ahead) / 1000);
    if (seconds <= 0) return end(line);
    line.hidden = false;
    const two = (number) => String(number).padStart(2, "0");
    const days = Math.floor(seconds / 86400);
    const hours = Math.floor(seconds / 3600) % 24;
    const rest = two(Math.floor(seconds / 60) % 60) + ":" + two(seconds % 60);
    const day = days > 0 ? days + " " + main.dataset.days + " " : "";
    clock.textContent = day + (days + hours > 0 ? hours + ":" + rest : rest);
  };

  // Its time is up: from now on nobody is shown what to pay, whether or not the server can say so just now.
  const end = (line) => {
    const hadFocus = charge().contains(document.activeElement);
    for (const part of charge().querySelectorAll("#qr, .how, #code, label[for=code], .tools, .time")) part.remove();
    line.remove();
    document.getElementById("explanation").textContent = main.dataset.over;
    if (hadFocus) document.getElementById("heading").focus();
    say(main.dataset.over);
  };

  const copy = async () => {
    const field = document.getElementById("code");
    try {
      await navigator.clipboard.writeText(field.value);
      say(main.dataset.copied);
    } catch {
      // Without HTTPS there is no clipboard of that kind.
      field.focus();
      field.select();
      let isDone = false;
      try { isDone = document.execCommand("copy"); } catch { isDone = false; }
      if (isDone) document.getElementById("copy").focus();
      say(isDone ? main.dataset.copied : main.dataset.notCopied);
    }
  };

  const prepare = () => {
    const button = document.getElementById("copy");
    if (button) {
      button.hidden = false;
      button.addEventListener("click", copy);
      const field = document.getElementById("code");
      field.addEventListener("focus", () => field.select());
    }
    const share = document.getElementById("share");
    if (share && navigator.share) {
      share.hidden = false;
      share.addEventListener("click", () => {
        navigator.share({ text: document.getElementById("code").value }).catch(() => {});
      });
    }
    tick();
  };

  // Another state of the charge, as the server wrote it.
  const show = (fresh) => {
    const old = charge();
    // An answer that was long on its way is older than what is shown.
    if (Number(fresh.dataset.now) < Number(old.dataset.now)) return;
    if (fresh.dataset.version === old.dataset.version) return;
    const hadFocus = old.contains(document.activeElement);
    old.replaceWith(fresh);
    setClock();
    prepare();
    const heading = document.getElementById("heading");
    document.title = heading.textContent.trim() + " · " + document.getElementById("amount").textContent;
    if (hadFocus) heading.focus();
    say(heading.textContent.trim());
  };
  const parse = (html) => new DOMParser().parseFromString(html, "text/html").getElementById("charge");

  let source = null;
  let poll = 0;
  const stopPolling = () => { clearInterval(poll); poll = 0; };
  let isLooking = false;
  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
      if (!answer.ok) return;
      if (notice.textContent === main.dataset.lost) say("");
      const fresh = parse(await answer.text());
      if (fresh) show(fresh);
      if (isFinal()) stopPolling();
    } catch {
      say(main.dataset.lost);
    } finally {
      isLooking = false;
    }
  };
  const startPolling = () => {
    if (!poll && !isFinal()) poll = setInterval(look, 4000);
  };

  const listen = () => {
    if (isFinal()) return;
    if (!window.EventSource) return startPolling();
    source = new EventSource(main.dataset.events + "&after=" + encodeURIComponent(charge().dataset.version));
    source.onopen = () => {
      main.dataset.live = "on";
      stopPolling();
      if (notice.textContent === main.dataset.lost) say("");
    };
    source.addEventListener("status", (event) => {
      const fresh = parse(JSON.parse(event.data).html);
      if (fresh) show(fresh);
      if (isFinal()) source.close();
    });
    source.onerror = () => {
      main.dataset.live = "off";
      if (isFinal()) return source.close();
      startPolling();
      // Turned away, not cut off: the browser does not come back by itself.
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, 15000);
    };
  };

  setClock();
  prepare();
  setInterval(tick, 500);
  listen();
})();
