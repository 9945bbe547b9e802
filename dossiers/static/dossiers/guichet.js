// Keyboard and small comforts. Everything works without this file; nothing is kept in the browser.
(() => {
  "use strict";
  const racine = document.documentElement;
  const enSaisie = (cible) => cible.closest("input, textarea, select, [contenteditable]") !== null;
  const aller = (nom) => {
    const lien = document.querySelector(`[data-raccourci="${nom}"]`);
    if (!lien) return false;
    if (lien.matches("input")) lien.focus();
    else if (lien.matches("dialog")) lien.showModal();
    else lien.click();
    return true;
  };
  const lignes = () => [...document.querySelectorAll("[data-ligne]")].filter((l) => !l.closest("details:not([open])"));
  let rang = -1;
  const choisir = (pas) => {
    const toutes = lignes();
    if (!toutes.length) return;
    toutes[rang]?.classList.remove("choisie");
    rang = Math.min(toutes.length - 1, Math.max(0, rang + pas));
    toutes[rang].classList.add("choisie");
    toutes[rang].querySelector("a")?.focus();
  };

  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey && e.key === "Enter") {
      const formulaire = e.target.closest("form") ?? document.querySelector("form[data-principal]");
      if (formulaire) { e.preventDefault(); formulaire.requestSubmit(formulaire.querySelector("button.principal")); }
      return;
    }
    if (racine.dataset.raccourcis !== "oui") return;
    if (e.altKey && !e.ctrlKey && e.code === "KeyN") { if (aller("nouveau")) e.preventDefault(); return; }
    if (e.ctrlKey && e.key.toLowerCase() === "k") { e.preventDefault(); aller("chercher"); return; }
    if (e.ctrlKey || e.altKey || e.metaKey || enSaisie(e.target)) return;
    if (e.key === "n") { if (aller("nouveau")) e.preventDefault(); }
    else if (e.key === "/") { if (aller("chercher")) e.preventDefault(); }
    else if (e.key === "?") { if (aller("aide")) e.preventDefault(); }
    else if (e.key === "j") choisir(1);
    else if (e.key === "k") choisir(-1);
  });

  document.addEventListener("click", (e) => {
    const copie = e.target.closest("[data-copier]");
    if (copie) {
      navigator.clipboard?.writeText(copie.dataset.copier);
      copie.textContent = "copié";
    }
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(e.target)) menu.open = false;
  });

  // a form leaves once: the second click waits for the page that is already on its way
  document.addEventListener("submit", (e) => {
    const formulaire = e.target;
    if (formulaire.method !== "post" || formulaire.dataset.plusieurs !== undefined) return;
    if (formulaire.dataset.parti) { e.preventDefault(); return; }
    formulaire.dataset.parti = "oui";
  });
  window.addEventListener("pageshow", () => { for (const f of document.querySelectorAll("form[data-parti]")) delete f.dataset.parti; });

  // an answer that left before the agent chose does not undo the choice
  let choisis = [];
  document.addEventListener("htmx:before:swap", () => {
    choisis = [...document.querySelectorAll("input[type=radio]:checked")].map((bouton) => bouton.id);
  });
  document.addEventListener("htmx:after:swap", () => {
    for (const bouton of choisis.map((id) => document.getElementById(id))) if (bouton) bouton.checked = true;
  });

  // long groups start folded where the screen is a telephone's; on paper everything is open
  const replis = () => [...document.querySelectorAll("details.repli")];
  if (window.matchMedia("(max-width: 760px)").matches) for (const r of document.querySelectorAll("details[data-repli]")) r.open = false;
  window.addEventListener("beforeprint", () => { for (const r of replis()) { r.dataset.avant = r.open ? "oui" : "non"; r.open = true; } });
  window.addEventListener("afterprint", () => { for (const r of replis()) if (r.dataset.avant) { r.open = r.dataset.avant === "oui"; delete r.dataset.avant; } });

  document.querySelector("[data-focus]")?.focus();
})();
