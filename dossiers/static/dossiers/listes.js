// Ticking lines: all at once, from here to there with Maj, the present line with x. Without this file each box is ticked by hand.
(() => {
  "use strict";
  const formulaire = document.querySelector("form[data-lot]");
  if (!formulaire) return;
  const cases = () => [...formulaire.querySelectorAll("input[name=d]")];
  const toutes = formulaire.querySelector("[data-tout-cocher]");
  const dit = formulaire.querySelector("[data-coches]");
  let derniere = null;
  const compter = () => {
    const cochees = cases().filter((c) => c.checked).length;
    dit.textContent = cochees ? `${cochees} dossier${cochees > 1 ? "s" : ""} coché${cochees > 1 ? "s" : ""}` : "Avec les dossiers cochés";
    toutes.checked = cochees > 0 && cochees === cases().length;
    toutes.indeterminate = cochees > 0 && !toutes.checked;
  };
  const cocherTout = (oui) => { for (const c of cases()) c.checked = oui; compter(); };
  dit.setAttribute("role", "status");
  toutes.hidden = false;
  toutes.addEventListener("change", () => cocherTout(toutes.checked));
  formulaire.querySelector("[data-tout-cocher-lien]").addEventListener("click", (e) => { e.preventDefault(); cocherTout(true); });
  formulaire.addEventListener("click", (e) => {
    if (!e.target.matches("input[name=d]")) return;
    const rangees = cases();
    if (e.shiftKey && derniere) {
      const [de, a] = [rangees.indexOf(derniere), rangees.indexOf(e.target)].sort((x, y) => x - y);
      for (const c of rangees.slice(de, a + 1)) c.checked = e.target.checked;
    }
    derniere = e.target;
    compter();
  });
  document.addEventListener("keydown", (e) => {
    if (document.documentElement.dataset.raccourcis !== "oui" || e.key !== "x" || e.ctrlKey || e.altKey || e.metaKey) return;
    if (e.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog")) return;
    const ligne = e.target.closest("[data-ligne]") ?? formulaire.querySelector("[data-ligne].choisie");
    const case_ = ligne?.querySelector("input[name=d]");
    if (!case_) return;
    case_.checked = !case_.checked;
    derniere = case_;
    compter();
  });
  window.addEventListener("pageshow", compter);
  compter();
})();
