"""The French of the rules, the health, the people and the ways in."""

from __future__ import annotations

HOUSE: dict[str, str] = {
    "${dollars} of ${most} today, {n} of {all} posts": "{dollars} $ sur {most} $ aujourd’hui, {n} messages sur {all}",
    ", storms too": ", tempêtes comprises",
    ", under one post": ", sous un seul message",
    "A square is a storm, a ring a watch.": "Un carré est une tempête, un anneau une vigilance.",
    "About": "À propos de",
    "Accounts that never count": "Comptes qui ne comptent jamais",
    "Add to the link what the wall is to do: &room=light, &brand=NAME, &side=on (up to four brands side by "
    "side), &sound=on (a quiet sound when a storm begins; somebody must press once on that screen).": (
        "Ajoutez au lien ce que le mur doit faire : &room=light (salle claire), &brand=NOM, &side=on (jusqu’à "
        "quatre marques côte à côte), &sound=on (un son discret quand une tempête commence ; quelqu’un doit "
        "appuyer une fois sur cet écran)."
    ),
    "Add, and give me a link": "Ajouter et me donner un lien",
    "Alarms": "Alertes",
    "Alerts": "Alertes",
    "Always show posts with": "Toujours montrer les messages avec",
    "At most {n} lines in a list, of {m} letters each. Nothing was changed.": (
        "{n} lignes au plus par liste, de {m} lettres chacune. Rien n’a été changé."
    ),
    "Be silent": "Faire silence",
    "By": "Par",
    "Colleague": "Collègue",
    "Colleagues": "Collègues",
    "Complaints": "Plaintes",
    "Confirmed": "Confirmées",
    "Decided": "Décidé",
    "Each reads what a viewer reads, by a token of its own; docs/api.md says how.": (
        "Chacun lit ce que lit un lecteur, avec un jeton à lui ; docs/api.md dit comment."
    ),
    "End it": "Y mettre fin",
    "End one": "Mettre fin à",
    "Everything was seen.": "Tout a été vu.",
    "Nothing was seen: there was nothing to see with.": "Rien n’a été vu : il n’y avait rien pour voir.",
    "For how long": "Pour combien de temps",
    "For the wall at {place}, until revoked:": "Pour le mur « {place} », jusqu’à révocation :",
    "For {place}, shown once:": "Pour {place}, montré une seule fois :",
    "For {who}, once, within an hour:": "Pour {who}, une seule fois, pendant une heure :",
    "Gets in by": "Entre par",
    "Health": "Santé",
    "High rings earlier and is wrong more often; low rings late and is seldom wrong. Trying it counts the "
    "alarms of your own last {days} days at each step.": (
        "Haute alerte plus tôt et se trompe plus souvent ; basse alerte tard et se trompe rarement. L’essai "
        "compte, à chaque degré, les alertes de vos {days} derniers jours."
    ),
    "How often each rule was right": "Combien de fois chaque règle a eu raison",
    "{brand}, in the last {days} days: {kept} of {all} stored posts, {would} alarms instead of {was}.": (
        "{brand}, Ces {days} derniers jours : {kept} des {all} messages gardés, {would} alertes au lieu de {was}."
    ),
    "It may read no more.": "Il ne peut plus rien lire.",
    "Its work": "Son travail",
    "Kept": "Gardé",
    "Kept. The collector uses it from now on.": "Gardé. Le collecteur s’en sert dès maintenant.",
    "Last sign": "Dernier signe",
    "Length": "Durée",
    "Log in": "Se connecter",
    "Make admin": "Nommer admin",
    "Make responder": "Nommer répondant",
    "Make viewer": "Nommer lecteur",
    "Minutes from the first post; empty: as usual. Reviews compare with these.": (
        "Minutes depuis le premier message ; vide : comme d’habitude. Les bilans s’y comparent."
    ),
    "Name": "Nom",
    "Name of a new colleague": "Nom d’un nouveau collègue",
    "Name of the script": "Nom du script",
    "Never changed.": "Jamais changé.",
    "Never when it also says": "Jamais quand il y a aussi",
    "New one-time link": "Nouveau lien à usage unique",
    "New token": "Nouveau jeton",
    "New wall link": "Nouveau lien de mur",
    "Newest datum": "Dernière donnée",
    "Newest post": "Dernier message",
    "No alert has been needed yet.": "Aucune alerte n’a encore été nécessaire.",
    "No brand is set up.": "Aucune marque n’est configurée.",
    "No password yet? Ask whoever runs Smoulder for a one-time link.": (
        "Pas encore de mot de passe ? Demandez un lien à usage unique à qui gère Smoulder."
    ),
    "No rule has rung in the last {days} days.": "Aucune règle n’a alerté ces {days} derniers jours.",
    "No script may read.": "Aucun script ne peut lire.",
    "No source is set up: Smoulder sees nothing. Add one to the configuration file.": (
        "Aucune source n’est configurée : Smoulder ne voit rien. Ajoutez-en une au fichier de configuration."
    ),
    "No wall has a link of its own.": "Aucun mur n’a de lien à lui.",
    "No word.": "Aucun mot.",
    "Nobody has done anything yet.": "Personne n’a encore rien fait.",
    "Nobody is told meanwhile; the wall shows what happens all the same. Each has an end and a name.": (
        "Personne n’est prévenu pendant ce temps ; le mur le montre. Chaque silence a une fin et un nom."
    ),
    "Not scored": "Sans note",
    "Not seen in a day": "Non vu en un jour",
    "Not seen in the last day": "Non vu depuis un jour",
    "Nothing is silenced.": "Aucun silence.",
    "Nothing yet.": "Rien encore.",
    "Only the rules in force ring": "Seules les règles en vigueur alertent",
    "Only these rules ring": "Seules ces règles alertent",
    "Only an admin keeps rules; everybody may try them.": (
        "Seul un admin garde les règles ; tout le monde peut les essayer."
    ),
    "Our own accounts": "Nos comptes",
    "Password": "Mot de passe",
    "People": "Équipe",
    "People whose word rings at once": "Personnes dont un mot alerte aussitôt",
    "Posts": "Messages",
    "Posts in a day": "Messages en un jour",
    "Posts in an hour": "Messages en une heure",
    "Posts per word": "Messages par mot",
    "Posts that were never collected cannot be tried: a new word finds nothing in the past.": (
        "Les messages jamais collectés ne peuvent servir à l’essai : un mot nouveau ne trouve rien dans le passé."
    ),
    "Process": "Processus",
    "Processes": "Processus",
    "Put back": "Rétablir",
    "Quota and spend": "Quota et dépense",
    "Rates": "Débits",
    "Received": "Reçus",
    "Remove": "Retirer",
    "Revoke": "Révoquer",
    "Right": "Juste",
    "Rules": "Règles",
    "Say who, or where, first.": "Dites d’abord qui, ou où.",
    "Say why, and for how long.": "Dites pourquoi, et pour combien de temps.",
    "Script": "Script",
    "Scripts": "Scripts",
    "Sees that people are hurt while there is still time to answer as a person.": (
        "Voit que des gens sont blessés tant qu’il est encore temps de répondre en personne."
    ),
    "Sensitivity": "Sensibilité",
    "Silences": "Silences",
    "Silent until {at}.": "Silence jusqu’au {at}.",
    "Sources": "Sources",
    "Targets": "Objectifs",
    "That wall sees nothing any more.": "Ce mur ne voit plus rien.",
    "The newest that are kept": "Les plus récents qui restent",
    "The newest that would be left out": "Les plus récents qui seraient écartés",
    "The same words at each sensitivity: {steps}.": "Les mêmes mots à chaque sensibilité : {steps}.",
    "The silence has ended.": "Le silence a pris fin.",
    "There is a colleague of this name already.": "Il y a déjà un collègue de ce nom.",
    "There is no such colleague.": "Ce collègue n’existe pas.",
    "There is no such script.": "Ce script n’existe pas.",
    "There is no such wall.": "Ce mur n’existe pas.",
    "This trial was given up: something else was tried since. Try it once more.": (
        "Cet essai a été abandonné : autre chose a été essayé depuis. Recommencez-le."
    ),
    "This is the last admin: make another one first.": "C’est le dernier admin : nommez-en d’abord un autre.",
    "To": "À",
    "Trying the last {days} days: {share} done.": "Essai sur les {days} derniers jours : {share} faits.",
    "Unreadable deliveries": "Livraisons illisibles",
    "Version": "Version",
    "Walls": "Murs",
    "What Smoulder sees, what leaves the house, what runs.": "Ce que Smoulder voit, ce qui part, ce qui tourne.",
    "What changed": "Ce qui a changé",
    "What do these words find?": "Que trouvent ces mots ?",
    "What is watched, and how. Try it on what is stored before you keep it.": (
        "Ce qui est surveillé, et comment. Essayez sur ce qui est gardé avant d’enregistrer."
    ),
    "What it does: weekly report": "Ce qu’il fait : rapport hebdomadaire",
    "What was wrong": "Ce qui n’allait pas",
    "Where": "Où",
    "Where it hangs: lobby": "Où il est accroché : hall",
    "Where the wall hangs": "Où le mur est accroché",
    "Which rule": "Quelle règle",
    "Who changed what": "Qui a changé quoi",
    "Who may look, who may act, and who did what.": "Qui peut regarder, qui peut agir, et qui a fait quoi.",
    "Why not, lately": "Pourquoi non, récemment",
    "Without a word to watch nothing would be seen. Nothing was changed.": (
        "Sans un mot à surveiller, rien ne serait vu. Rien n’a été changé."
    ),
    "Word": "Mot",
    "Words and people": "Mots et personnes",
    "Words to watch": "Mots à surveiller",
    "about ${dollars} a month at this pace": "environ {dollars} $ par mois à ce rythme",
    "all of them": "toutes",
    "an earlier version": "une version antérieure",
    "what it costs is not known: it is not set up here any more": ("coût inconnu : elle n’est plus configurée ici"),
    "no paid quota; {n} post in the last hour": "sans quota payant ; {n} message dans la dernière heure",
    "no paid quota; {n} posts in the last hour": "sans quota payant ; {n} messages dans la dernière heure",
    "given up": "abandonné",
    "in force": "en vigueur",
    "in the newest {n} posts": "dans les {n} derniers messages",
    "in trouble": "en difficulté",
    "it lasts": "cela dure",
    "never ran": "n’a jamais tourné",
    "nobody has judged one": "personne n’en a jugé",
    "none yet": "aucun encore",
    "not running": "arrêté",
    "one a line": "un par ligne",
    "one a line; * stands for anything": "un par ligne ; * remplace n’importe quoi",
    "one-time links": "liens à usage unique",
    "over the cap": "au-delà du plafond",
    "password": "mot de passe",
    "rules in force: {n}": "règles en vigueur : {n}",
    "runs": "tourne",
    "runs dry at {at}": "épuisé le {at}",
    "sent {at}": "envoyé {at}",
    "storms too": "tempêtes aussi",
    "the cap is reached: it reads nothing until midnight UTC": (
        "le plafond est atteint : plus rien n’est lu avant minuit UTC"
    ),
    "the first version kept here": "la première version gardée ici",
    "something that stands in the configuration file only": (
        "quelque chose qui n’est que dans le fichier de configuration"
    ),
    "as usual": "comme d’habitude",
    "the same": "la même",
    "these rules: {n}": "ces règles : {n}",
    "to be sent": "à envoyer",
    "to come": "à venir",
    "tried once": "essayé une fois",
    "tried {n} times": "essayé {n} fois",
    "tries again at {at}": "réessaie à {at}",
    "which": "laquelle",
    "{at}, ended by {who}": "{at}, fin par {who}",
    "{free} GB of {total} GB free": "{free} Go libres sur {total} Go",
    "{brand}: {kept} of {all} stored posts since {at}.": "{brand} : {kept} des {all} messages gardés depuis le {at}.",
    "There is a wall of this name already: take another one, or revoke its link first.": (
        "Il y a déjà un mur de ce nom : prenez-en un autre, ou révoquez d’abord son lien."
    ),
    "{n} unreadable": "{n} illisible(s)",
    "{rule}, until {at}": "{rule}, jusqu’au {at}",
    "{step}: {n} alarms": "{step} : {n} alertes",
    "{who} is out.": "{who} n’a plus accès.",
    "{who} is {role} now, and has to log in again.": "{who} est maintenant {role} et doit se reconnecter.",
    "“Not a crisis”": "« Pas une crise »",
    "You": "Vous",
    "These pages as you read them. The wall speaks to the whole room and stays as it is.": (
        "Ces pages comme vous les lisez. Le mur parle à toute la salle et reste tel quel."
    ),
    "as the house has it": "comme la maison",
    "Time zone": "Fuseau horaire",
    "Kept.": "Gardé.",
    "Go on": "Continuer",
    "reads and judges": "lit et juge",
    "sends alerts": "envoie les alertes",
    "shows these pages": "montre ces pages",
    "Role": "Rôle",
    "Somebody has changed the rules since you opened this page: open it anew first.": (
        "Quelqu’un a changé les règles depuis que vous avez ouvert cette page : rouvrez-la d’abord."
    ),
}
