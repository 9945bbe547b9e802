// Keeps what is typed: to the server at each pause, never in the browser. Without this file forms work as ever.
(() => {
  "use strict";
  const PAUSE = 500, LIMITE = 1000, REPRISE = 2000, PATIENCE = 8000, SILENCE = 60000;
  const suivis = new Map();
  let fermeture = false;

  const onglet = () => {
    // crypto.randomUUID asks for https; a house may begin on plain http
    const o = [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");
    return `${o.slice(0, 8)}-${o.slice(8, 12)}-${o.slice(12, 16)}-${o.slice(16, 20)}-${o.slice(20)}`;
  };
  const ICI = onglet();
  const champ = (f, nom) => f.querySelector(`input[type="hidden"][name="${nom}"]`);
  const chemin = (f) => new URL(f.getAttribute("action") ?? location.pathname, location.href).pathname;
  const jeton = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];

  const suivi = (f) => {
    if (!suivis.has(f)) suivis.set(f, { f, rang: 0, sale: false, envoi: null, vue: champ(f, "marque")?.value ?? "", arret: "" });
    return suivis.get(f);
  };

  const avis = (s, nom, reponse = {}) => {
    for (const a of document.querySelectorAll("[data-avis]")) {
      const montre = a.dataset.avis === nom;
      if (montre && a.hidden) {
        const heure = a.querySelector("[data-heure]"), ou = a.querySelector("[data-ou]");
        if (heure) heure.textContent = reponse.heure;
        if (ou) ou.href = reponse.ou;
      }
      if (a.hidden === montre) a.hidden = !montre;
    }
    s.avis = nom;
    s.cle_neuve = reponse.cle_neuve;
  };

  const dire = (s, texte) => { const e = s.f.querySelector("[data-etat]"); if (e) e.textContent = texte; };

  // a sign-in in another tab changes the token that every form of this page carries
  const rafraichir = () => {
    const neuf = jeton();
    if (neuf) for (const c of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) c.value = neuf;
  };

  const corps = (s) => {
    const donnees = new URLSearchParams();
    for (const [nom, valeur] of new FormData(s.f)) if (typeof valeur === "string") donnees.append(nom, valeur);
    s.rang += 1;
    donnees.set("_chemin", chemin(s.f));
    donnees.set("_marque", `${ICI}:${s.rang}`);
    donnees.set("_vue", s.vue);
    if (s.malgre) donnees.set("_malgre", "oui");
    return donnees;
  };

  const retenir = (s, vue) => {
    s.vue = vue;
    let c = champ(s.f, "marque");
    if (!c) { c = document.createElement("input"); c.type = "hidden"; c.name = "marque"; s.f.append(c); }
    c.value = vue;
    // reloaded, restored after a crash, or come back to after signing in again, this page finds its text
    const reprise = `?reprendre=${champ(s.f, "cle").value}`;
    if (chemin(s.f) === location.pathname && location.search !== reprise) history.replaceState(history.state, "", location.pathname + reprise);
  };

  const prevoir = (s, attente) => {
    clearTimeout(s.pause);
    s.pause = setTimeout(() => envoyer(s), attente);
  };

  // one sending at a time; what is typed meanwhile leaves with the next one
  const envoyer = (s) => {
    clearTimeout(s.pause); clearTimeout(s.limite); s.limite = null;
    if (s.envoi || s.arret || !s.sale) return s.envoi ?? Promise.resolve(!s.sale);
    s.envoi = poster(s).finally(() => { s.envoi = null; if (s.sale && !s.arret) prevoir(s, s.avis ? REPRISE : PAUSE); });
    return s.envoi;
  };

  const poster = async (s) => {
    rafraichir();
    s.sale = false;
    const donnees = corps(s);
    try {
      const r = await fetch(s.f.dataset.brouillon, {
        method: "POST", body: donnees, redirect: "manual", headers: { "X-CSRFToken": jeton() ?? "" }, signal: AbortSignal.timeout(PATIENCE),
      });
      if (r.ok) {
        const dit = await r.json();
        s.malgre = false;
        avis(s, "");
        dire(s, dit.dit);
        retenir(s, dit.vue);
        return true;
      }
      s.sale = true;
      dire(s, "pas encore enregistré");
      if (r.type === "opaqueredirect" || r.status === 403) { avis(s, "session"); return false; }
      if (r.status === 409) { const non = await r.json(); s.arret = non.raison; avis(s, non.raison, non); return false; }
      // the server answers, but not this: the form itself must still be able to leave
      s.impossible = true;
      avis(s, "");
      return false;
    } catch {
      s.sale = true;
      dire(s, "pas encore enregistré");
      avis(s, "hors_ligne");
      return false;
    }
  };

  const toucher = (f) => {
    const s = suivi(f);
    s.sale = true;
    ecrire();
    if (s.arret) return;
    prevoir(s, s.avis ? REPRISE : PAUSE);
    s.limite ??= setTimeout(() => envoyer(s), LIMITE);
  };

  let silence;
  const ecrire = () => {
    const temoin = document.querySelector('[data-presence] input[name="ecrit"]');
    if (!temoin) return;
    temoin.value = "oui";
    clearTimeout(silence);
    silence = setTimeout(() => { temoin.value = ""; }, SILENCE);
  };

  for (const genre of ["input", "change"]) document.addEventListener(genre, (e) => {
    const f = e.target.form;
    if (f?.dataset.brouillon !== undefined) toucher(f);
  });

  document.addEventListener("click", (e) => {
    const suite = e.target.closest("[data-suite]")?.dataset.suite;
    const s = suite && [...suivis.values()].find((c) => c.arret);
    if (!s) return;
    if (suite === "ici") s.malgre = true;
    else { champ(s.f, "cle").value = s.cle_neuve; s.vue = ""; }
    s.arret = "";
    s.sale = true;
    envoyer(s);
  });

  // what is on the screen is safe before the form leaves: a server that stops now loses nothing
  document.addEventListener("submit", (e) => {
    rafraichir();
    const s = suivis.get(e.target);
    if (!s) { fermeture = true; return; }
    if (s.arret || s.part) { e.preventDefault(); e.stopImmediatePropagation(); return; }
    if ((!s.sale && !s.envoi) || s.impossible) { fermeture = true; return; }
    e.preventDefault();
    e.stopImmediatePropagation();
    s.part = true;
    const bouton = e.submitter;
    Promise.resolve(s.envoi).then(() => envoyer(s)).then((garde) => {
      s.part = false;
      if (garde || s.impossible) e.target.requestSubmit(bouton);
    });
  }, true);

  window.addEventListener("beforeunload", (e) => {
    if (!fermeture && [...suivis.values()].some((s) => s.sale || s.envoi)) e.preventDefault();
  });
  window.addEventListener("pagehide", () => {
    for (const s of suivis.values()) if (s.sale && !s.arret && !fermeture) {
      s.sale = false;
      fetch(s.f.dataset.brouillon, { method: "POST", body: corps(s), keepalive: true, headers: { "X-CSRFToken": jeton() ?? "" } }).catch(() => {});
    }
  });
  // come back to by « Précédent » from the browser's memory: its keys may have served since
  window.addEventListener("pageshow", (e) => { fermeture = false; if (e.persisted && document.querySelector("[data-brouillon]")) location.reload(); });
  window.addEventListener("online", () => { for (const s of suivis.values()) envoyer(s); });

  // a fragment asked for by a page whose session ended would bring the sign-in page in
  document.addEventListener("htmx:before:response", (e) => {
    const r = e.detail.ctx.response;
    if (r.raw.redirected || r.status === 403 || r.status === 404) e.preventDefault();
  });
})();
