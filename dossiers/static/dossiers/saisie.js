// Accepting what the notes suggest, by click or by Alt and a digit. Without this file the same buttons ask the server.
(() => {
  "use strict";
  const formulaire = document.querySelector("#saisie-appel");
  const aide = document.querySelector("#aide-saisie");
  if (!formulaire || !aide) return;
  document.documentElement.dataset.script = "oui";
  const notes = formulaire.elements.texte;
  const dit = document.querySelector("#saisie-dite");
  const valeur = (champ) => formulaire.elements[champ]?.value ?? "";
  const initiales = Object.fromEntries(["urgence", "canal", "issue", "suite"].map((champ) => [champ, valeur(champ)]));
  const touches = new Set();
  let parNous = false;
  let rang = -1;

  // what the agent chose is theirs, even when it is the value the field opened with
  for (const sorte of ["input", "change"]) {
    formulaire.addEventListener(sorte, (e) => { if (!parNous && e.target.name) touches.add(e.target.name); });
  }

  const prevenir = (element) => {
    parNous = true;
    // as typing does: « Qui appelle ? » looks for whoever was just accepted
    for (const sorte of ["input", "change"]) element.dispatchEvent(new Event(sorte, { bubbles: true }));
    parNous = false;
  };

  const remplir = (champ, nouvelle) => {
    if (champ === "besoins") {
      const cases = [...formulaire.querySelectorAll("input[name=besoins]")].filter((c) => c.value === nouvelle);
      for (const c of cases) { c.checked = true; prevenir(c); }
      return;
    }
    if (champ === "suite") {
      const choix = formulaire.querySelector(`input[name=suite][value="${CSS.escape(nouvelle)}"]`);
      if (choix && !touches.has("suite") && valeur("suite") === initiales.suite) choix.checked = true;
      return;
    }
    const element = formulaire.elements[champ];
    if (!element) return;
    if (champ === "communes") {
      const ecrites = element.value.split(",").map((c) => c.trim()).filter(Boolean);
      if (!ecrites.includes(nouvelle)) element.value = [...ecrites, nouvelle].join(", ");
    } else if (element.value && (touches.has(champ) || element.value !== initiales[champ])) {
      return;
    } else {
      element.value = nouvelle;
    }
    prevenir(element);
  };

  const accepter = (bouton) => {
    for (const [champ, nouvelle] of Object.entries(JSON.parse(bouton.dataset.champs))) remplir(champ, nouvelle);
  };

  const suivant = (bouton) => {
    const puces = [...aide.querySelectorAll(".puce")];
    const place = puces.indexOf(bouton.closest("li")?.querySelector(".puce"));
    (puces[place + 1] ?? puces[place - 1] ?? notes).focus();
  };

  const retirer = (bouton) => {
    if (bouton.contains(document.activeElement)) suivant(bouton);
    bouton.closest("li, .alerte").remove();
  };

  const ecarter = (bouton) => {
    const garde = document.createElement("input");
    Object.assign(garde, { type: "hidden", name: "ecartees", value: bouton.value });
    formulaire.append(garde);
    retirer(bouton);
    prevenir(garde);
  };

  const toutAccepter = () => {
    for (const puce of [...aide.querySelectorAll(".puce[data-sure]")]) { accepter(puce); puce.closest("li").remove(); }
    if (!formulaire.contains(document.activeElement)) notes.focus();
  };

  aide.addEventListener("click", (e) => {
    const bouton = e.target.closest("button");
    if (!bouton || bouton.name === "proposer") return;
    e.preventDefault();
    if (bouton.name === "accepter") { accepter(bouton); retirer(bouton); }
    else if (bouton.name === "ecarter") ecarter(bouton);
    else if (bouton.dataset.tout !== undefined) { notes.focus(); toutAccepter(); }
  });

  document.addEventListener("keydown", (e) => {
    const chiffre = /^Digit(\d)$/.exec(e.code)?.[1];
    if (!e.altKey || e.ctrlKey || e.metaKey || chiffre === undefined) return;
    e.preventDefault();
    if (chiffre === "0") { toutAccepter(); return; }
    const puce = aide.querySelector(`.puce[data-touche="${chiffre}"]`);
    if (puce) { accepter(puce); retirer(puce); }
  });

  // a panel drawn again keeps the focus where it was
  document.addEventListener("htmx:before:swap", () => {
    rang = [...aide.querySelectorAll(".puce")].indexOf(document.activeElement);
  });
  document.addEventListener("htmx:after:swap", () => {
    const puces = [...aide.querySelectorAll(".puce")];
    if (rang >= 0 && document.activeElement === document.body) (puces[Math.min(rang, puces.length - 1)] ?? notes).focus();
    const resume = aide.querySelector("[data-dit]")?.dataset.dit ?? "";
    if (dit && dit.textContent !== resume) dit.textContent = resume;
  });
})();
