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

  // the palette: arrows go round the field and what it found, Entrée opens the first; nothing typed outlives it
  const palette = document.getElementById("palette");
  const champ = palette?.querySelector("input[type=search]");
  const trouves = () => [...palette.querySelectorAll("[data-trouve]")];
  const ouvrirPalette = () => {
    if (!palette) return false;
    if (!palette.open) palette.showModal();
    champ.focus();
    champ.select();
    return true;
  };
  palette?.addEventListener("close", () => { champ.value = ""; palette.querySelector("#palette-resultats").replaceChildren(); });
  palette?.addEventListener("click", (e) => { if (e.target === palette) palette.close(); });
  palette?.addEventListener("keydown", (e) => {
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      const arrets = [champ, ...trouves()];
      const ici = arrets.indexOf(document.activeElement);
      const pas = e.key === "ArrowDown" ? 1 : -1;
      e.preventDefault();
      arrets[(ici + pas + arrets.length) % arrets.length].focus();
    } else if (e.key === "Escape") { // a search field would only empty itself
      e.preventDefault();
      palette.close();
    } else if (e.key === "Enter" && e.target === champ && palette.querySelector("#palette-resultats [name=q]")?.value === champ.value.trim() && trouves().length) {
      e.preventDefault();
      trouves()[0].click();
    }
  });

  // who speaks, of those the number or the name brought: each press goes to the next one
  const choisirAppelant = (e) => {
    if (e.key !== "F2" || e.altKey || e.ctrlKey || e.metaKey || e.shiftKey) return false;
    const tous = [...document.querySelectorAll("input[data-appelant]")];
    if (!tous.length) return false;
    const choix = tous[(tous.findIndex((bouton) => bouton.checked) + 1) % tous.length];
    choix.checked = true;
    choix.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  };
  // what was chosen while the list of people was on its way stays chosen, and the focus where it was
  let gardes = [];
  let foyer = "";
  document.addEventListener("htmx:before:swap", () => {
    gardes = [...document.querySelectorAll("#qui input:checked, #qui select")].map((c) => [c.id, c.value]);
    foyer = document.activeElement?.closest("#qui") ? document.activeElement.id : "";
  });
  document.addEventListener("htmx:after:swap", () => {
    for (const [id, valeur] of gardes) {
      const c = document.getElementById(id);
      if (c?.matches("select")) c.value = valeur;
      else if (c) c.checked = true;
    }
    if (foyer) document.getElementById(foyer)?.focus();
    gardes = [];
  });
  // an answer that left before the agent chose does not undo the choice
  const choisis = new Map();
  document.addEventListener("change", (e) => { if (e.target.type === "radio") choisis.set(e.target.name, e.target.id); });
  document.addEventListener("htmx:after:swap", () => {
    for (const id of choisis.values()) { const bouton = document.getElementById(id); if (bouton) bouton.checked = true; }
  });
  // somebody whose file lives joins it, somebody else opens one: still to be changed by hand
  document.addEventListener("change", (e) => {
    if (!e.target.matches("input[data-appelant]")) return;
    const suite = document.getElementById(e.target.dataset.ensuite);
    if (suite) { suite.checked = true; choisis.set(suite.name, suite.id); }
  });

  document.addEventListener("keydown", (e) => {
    if (racine.dataset.raccourcis !== "oui") return;
    if (e.ctrlKey && e.key === "Enter") {
      const formulaire = e.target.closest("form") ?? document.querySelector("form[data-principal]");
      if (formulaire) { e.preventDefault(); formulaire.requestSubmit(formulaire.querySelector("button.principal")); }
      return;
    }
    if (e.altKey && !e.ctrlKey && e.code === "KeyN") { if (aller("nouveau")) e.preventDefault(); return; }
    if (e.ctrlKey && !e.altKey && e.key.toLowerCase() === "k") { if (ouvrirPalette() || aller("chercher")) e.preventDefault(); return; }
    if (choisirAppelant(e)) { e.preventDefault(); return; }
    if (e.ctrlKey || e.altKey || e.metaKey || enSaisie(e.target)) return;
    if (e.key === "n") { if (aller("nouveau")) e.preventDefault(); }
    else if (e.key === "/") { if (ouvrirPalette() || aller("chercher")) e.preventDefault(); }
    else if (e.key === "u") { if (aller("annuler")) e.preventDefault(); }
    else if (e.key === "?") { if (aller("aide")) e.preventDefault(); }
    else if (e.key === "p") { if (aller("prendre")) e.preventDefault(); }
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

  // « Annuler » stays ten seconds, longer while somebody is on it; the server takes it a little longer still
  for (const offre of document.querySelectorAll("[data-annuler]")) {
    const retirer = () => {
      if (offre.matches(":hover, :focus-within")) setTimeout(retirer, 1000);
      else offre.remove();
    };
    setTimeout(retirer, 10000);
  }

  // a form leaves once: the second click waits for the page that is already on its way
  document.addEventListener("submit", (e) => {
    const formulaire = e.target;
    if (formulaire.method !== "post" || formulaire.dataset.plusieurs !== undefined) return;
    if (formulaire.dataset.parti) { e.preventDefault(); return; }
    formulaire.dataset.parti = "oui";
  });
  window.addEventListener("pageshow", () => { for (const f of document.querySelectorAll("form[data-parti]")) delete f.dataset.parti; });

  // long groups start folded where the screen is a telephone's; on paper everything is open
  const replis = () => [...document.querySelectorAll("details.repli")];
  if (window.matchMedia("(max-width: 760px)").matches) for (const r of document.querySelectorAll("details[data-repli]")) r.open = false;
  // and a list's cards their essentials, until asked for all; without this file everything is shown
  for (const table of document.querySelectorAll("table[data-courte]")) {
    if (!table.querySelector("tbody .second") || !window.matchMedia("(max-width: 760px)").matches) continue;
    const bouton = document.createElement("button");
    const dire = () => {
      bouton.textContent = table.classList.contains("courte") ? "Montrer toutes les colonnes" : "Montrer l’essentiel";
      bouton.setAttribute("aria-expanded", String(!table.classList.contains("courte")));
    };
    bouton.type = "button";
    bouton.className = "deplier";
    bouton.addEventListener("click", () => { table.classList.toggle("courte"); dire(); });
    table.classList.add("courte");
    table.before(bouton);
    dire();
  }
  window.addEventListener("beforeprint", () => { for (const r of replis()) { r.dataset.avant = r.open ? "oui" : "non"; r.open = true; } });
  window.addEventListener("afterprint", () => { for (const r of replis()) if (r.dataset.avant) { r.open = r.dataset.avant === "oui"; delete r.dataset.avant; } });

  // without scrolling: what a pushed number brought stands above the notes
  document.querySelector("[data-focus]")?.focus({ preventScroll: true });
})();
