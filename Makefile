# Guichet: « make aide » says what each target does.
SHELL := /bin/sh
PORT ?= 8000
PY := .venv/bin/python
export PORT
unexport VIRTUAL_ENV

.PHONY: aide demo demo-neuve test test-services verifier bench captures documenter installer installer-dev

aide: ## dit ce que fait chaque commande
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## / : /'

installer:
	@sh deploy/amorce.sh execution

installer-dev:
	@sh deploy/amorce.sh developpement

demo: installer ## installe ce qui manque et démarre tout sur http://127.0.0.1:8000 (PORT= change le port)
	@exec $(PY) -m guichet.demo

demo-neuve: installer ## repart de zéro, puis démarre
	@$(PY) -m guichet.postgres effacer
	@exec $(PY) -m guichet.demo

test: installer-dev ## tous les essais, depuis un clone nu
	@$(PY) -m guichet.postgres demarrer essai
	@rc=0; $(PY) -m pytest -n 2 --dist loadgroup || rc=$$?; $(PY) -m guichet.postgres arreter essai; exit $$rc

test-services: installer-dev ## les essais de données et de tâches sur PostgreSQL et Redis de Debian
	@sh deploy/essais_services.sh

verifier: installer-dev ## style, types, imports, migrations, déploiement
	@sh deploy/verifier.sh

bench: installer ## mesures et rapports, dans var/bench.json (DOSSIERS= change la taille)
	@$(PY) -m guichet.postgres demarrer
	@$(PY) manage.py bench --dossiers $${DOSSIERS:-100000}

captures: installer-dev ## les captures d’écran du README
	@$(PY) -m guichet.postgres demarrer essai
	@$(PY) -m pytest -q tests/navigateur/test_captures.py --captures

documenter: installer ## réécrit docs/workflows depuis le code
	@$(PY) -m guichet.postgres demarrer
	@$(PY) manage.py documenter_workflows
