"""The French of the past: all incidents, a review, what was judged, what is printed."""

from __future__ import annotations

REVIEW: dict[str, str] = {
    "#{tag} was used at {at} although the look-up said {verdict}.": (
        "#{tag} a été utilisé le {at} alors que la vérification disait {verdict}."
    ),
    "#{tag} was used at {at}; nobody had looked it up.": (
        "#{tag} a été utilisé le {at} ; personne ne l’avait vérifié."
    ),
    "A page to print": "Une page à imprimer",
    "Accident: we caused it without meaning to": "Accident : nous l’avons causé sans le vouloir",
    "All of them": "Tous",
    "A part of them": "Une partie",
    "There is none before incident {n}.": "Il n’y en a pas avant l’incident {n}.",
    "Here stand, and are searched, those from {first} to {last}.": (
        "Ici, pour lire et chercher, ceux du {first} au {last}."
    ),
    "Older ones": "Plus anciens",
    "The newest": "Les plus récents",
    "not counted: too many": "non compté : trop nombreux",
    "All {n} hashtags were looked up before.": "Les {n} mots-dièse avaient tous été vérifiés.",
    "Apology": "Excuses",
    "As it was seen then": "Tel qu’on le voyait alors",
    "At most {n} letters in each field. Nothing was kept.": (
        "{n} lettres au plus dans chaque champ. Rien n’a été gardé."
    ),
    "At most eight, each with somebody who does it.": "Huit au plus, chacune avec quelqu’un qui la fait.",
    "At most {n} complaints in 10 min; the shaded band is the usual.": (
        "Au plus {n} plaintes en 10 min ; la bande colorée est l’habitude."
    ),
    "At worst": "Au pire",
    "At {at} we published “{words}”": "Le {at}, nous avons publié « {words} »",
    "At {at} we said “{words}”": "Le {at}, nous avons dit « {words} »",
    "Bad": "Mauvais",
    "Began": "Début",
    "By what had come in: the dark line is what we saw then, the pale one what we know today.": (
        "D’après ce qui était arrivé : le trait foncé est ce que nous voyions alors, le trait pâle ce que nous "
        "savons aujourd’hui."
    ),
    "Calm": "Calme",
    "Choose two.": "Choisissez-en deux.",
    "Each of {n} replies has words of its own.": "Chacune des {n} réponses a ses propres mots.",
    "Every source was there, as far as we know.": "Toutes les sources étaient là, pour autant que nous sachions.",
    "Everybody who complained was heard.": "Tous ceux qui se sont plaints ont été entendus.",
    "First post and first amplifier": "Premier message et premier relais",
    "Good": "Bon",
    "Hardly anybody spoke of death or harm.": "Presque personne n’a parlé de mort ou de blessés.",
    "Heard as a defence": "Entendu comme une défense",
    "Heard as a defence: “{words}”": "Entendu comme une défense : « {words} »",
    "Hour (complaints of posts)": "Heure (plaintes sur messages)",
    "How it spread, per hour and source": "Comment cela s’est répandu, par heure et par source",
    "How long it took": "Combien de temps il a fallu",
    "Impact": "Effets",
    "Impact, and what we could not see": "Effets, et ce que nous n’avons pas pu voir",
    "Incidents": "Incidents",
    "Incidents by day": "Incidents par jour",
    "Letters: {sent} sent, {gone} given up, {waiting} to leave.": (
        "Lettres : {sent} envoyées, {gone} abandonnées, {waiting} à envoyer."
    ),
    "Luck": "Chance",
    "No answer of ours to anybody was seen.": "Aucune réponse de nous à qui que ce soit n’a été vue.",
    "No answer of ours was seen.": "Aucune réponse de nous n’a été vue.",
    "No post of it had come in yet.": "Aucun message n’était encore arrivé.",
    "No.": "N°",
    "Nobody had noticed anything yet.": "Personne n’avait encore rien remarqué.",
    "Nobody has called it a false alarm.": "Personne n’a parlé de fausse alerte.",
    "Nobody has said yet whether we were victim, whether it was an accident or preventable.": (
        "Personne n’a encore dit si nous étions victimes, si c’était un accident ou si c’était évitable."
    ),
    "Nobody has written a summary yet.": "Personne n’a encore écrit de résumé.",
    "Nobody is known to have complained.": "Personne ne s’est plaint, pour autant que l’on sache.",
    "Nobody owned it": "Personne ne s’en est chargé",
    "Nobody waited to be heard.": "Personne n’attendait d’être entendu.",
    "Nobody was told anything.": "Personne n’a été prévenu.",
    "Nobody with more followers than its author passed it on, as far as we know.": (
        "Personne ayant plus d’abonnés que son auteur ne l’a relayé, pour autant que nous sachions."
    ),
    "None of {n} replies blames, belittles or is heated; {hostile} of them answer hostile posts.": (
        "Aucune des {n} réponses n’accuse, ne minimise ni ne s’emporte ; {hostile} d’entre elles répondent à des "
        "messages hostiles."
    ),
    "None of {n} replies thanks somebody for a complaint.": (
        "Aucune des {n} réponses ne remercie quelqu’un pour une plainte."
    ),
    "Find an incident": "Trouver un incident",
    "{a} to {b} of {n}": "{a} à {b} sur {n}",
    "Back": "Précédents",
    "Next": "Suivants",
    "Nothing has been decided yet.": "Rien n’a encore été décidé.",
    "Nothing was kept. {who} has written here since you opened this page:": (
        "Rien n’a été gardé. {who} a écrit ici depuis que vous avez ouvert cette page :"
    ),
    "Nothing of ours but answers went out meanwhile.": "Rien de nous n’est parti entre-temps, sauf des réponses.",
    "Noticed": "Remarqué",
    "Numbers of the formula": "Nombres de la formule",
    "On people first, then on us": "Sur les gens d’abord, puis sur nous",
    "One incident": "Un incident",
    "One text went to {n} people, first at {at}: “{words}”": (
        "Un même texte est allé à {n} personnes, d’abord le {at} : « {words} »"
    ),
    "Only the first {n} posts are looked at one by one; the counts are of all.": (
        "Seuls les {n} premiers messages sont regardés un par un ; les comptes portent sur tous."
    ),
    "Our answers": "Nos réponses",
    "Our own accounts are not named in the rules, so nothing of ours could be seen.": (
        "Nos propres comptes ne sont pas nommés dans les règles : rien de nous n’a pu être vu."
    ),
    "Our part in it": "Notre part",
    "Owner: {who}": "Responsable : {who}",
    "Pause": "Pause",
    "Planned for {at} and not held: “{words}”": "Prévu pour le {at} et non retenu : « {words} »",
    "Play": "Lire",
    "Posts already out": "Messages déjà publiés",
    "Preventable: we knew, or should have known": "Évitable : nous savions, ou aurions dû savoir",
    "Private people have pseudonyms.": "Les particuliers portent des pseudonymes.",
    "Review of incident {n}": "Bilan de l’incident {n}",
    "Sameness": "Ressemblance",
    "Say what is to be done first.": "Dites d’abord ce qui est à faire.",
    "See it live": "Le voir en direct",
    "Somebody closed it as “not a crisis”: a false alarm.": (
        "Quelqu’un l’a clos comme « pas une crise » : une fausse alerte."
    ),
    "Summary": "Résumé",
    "Take it along": "À emporter",
    "Taken": "Pris en charge",
    "Thanked for a complaint as if it were praise: “{words}”": (
        "Remercié pour une plainte comme pour un éloge : « {words} »"
    ),
    "The alarms": "Les alertes",
    "The curve": "La courbe",
    "The machine's words: {words}": "Les mots de la machine : {words}",
    "The quiet switch was on from {at}.": "Le silence était actif depuis le {at}.",
    "The six rules": "Les six règles",
    "There are eight already: choose one of them and change it.": (
        "Il y en a déjà huit : choisissez-en une et changez-la."
    ),
    "There has been no incident. That is good news, or too little to see.": (
        "Il n’y a eu aucun incident. C’est une bonne nouvelle, ou bien il y a trop peu à voir."
    ),
    "Time unheard": "Temps sans écoute",
    "Too few replies of ours to compare: {n}.": "Trop peu de réponses de nous à comparer : {n}.",
    "To put your words in their place, press once more.": (
        "Pour mettre vos mots à leur place, appuyez encore une fois."
    ),
    "Two side by side": "Deux côte à côte",
    "Victim: it was done to us as well": "Victime : nous l’avons subi aussi",
    "Waited until the end": "A attendu jusqu’à la fin",
    "We used no hashtag.": "Nous n’avons utilisé aucun mot-dièse.",
    "What could have gone otherwise": "Ce qui aurait pu tourner autrement",
    "What did not; no names": "Ce qui a mal marché ; sans nommer personne",
    "What happened, in five sentences": "Ce qui s’est passé, en cinq phrases",
    "What is there": "Ce qui y est",
    "What is to be done": "Ce qui est à faire",
    "What it was about": "De quoi il s’agissait",
    "What shows it": "Ce qui le montre",
    "What they wrote": "Ce qu’ils ont écrit",
    "What was good, what was bad, what was luck": "Ce qui fut bon, mauvais, ou de la chance",
    "What we make of it": "Ce que nous en retenons",
    "What went well": "Ce qui a bien marché",
    "Which": "Laquelle",
    "Who signed": "Qui a signé",
    "With the names of private people: keep it safe.": "Avec les noms de particuliers : à garder en lieu sûr.",
    "Write it down": "L’écrire",
    "Written down by Smoulder on {at}.": "Écrit par Smoulder le {at}.",
    "a burst of posts": "une rafale de messages",
    "a change of mood": "un changement d’humeur",
    "a new one": "une nouvelle",
    "a person decides this": "une personne en décide",
    "and another": "et un autre",
    "blames them": "les accuse",
    "compensation early": "compensation trop tôt",
    "complaints": "plaintes",
    "first amplifier": "premier relais",
    "heated": "emporté",
    "lately {span}": "récemment {span}",
    "makes it small": "minimise",
    "more complaints than usual": "plus de plaintes que d’habitude",
    "never heard": "jamais entendus",
    "no date": "sans date",
    "no defence": "aucune défense",
    "no incident began": "aucun incident n’a commencé",
    "nobody did it": "personne ne l’a fait",
    "nobody has said yet": "personne ne l’a encore dit",
    "nobody knows why": "personne ne sait pourquoi",
    "nobody yet": "personne encore",
    "not kept": "non gardé",
    "not written here": "pas écrite ici",
    "not yet known": "pas encore connu",
    "nothing of an apology": "rien d’une excuse",
    "now": "maintenant",
    "one topic again and again": "un même sujet, encore et encore",
    "past": "passé",
    "people who complained": "personnes qui se sont plaintes",
    "person {n}": "personne {n}",
    "pile-on under one post": "attroupement sous un message",
    "posts of ours": "messages de nous",
    "private people have pseudonyms": "les particuliers ont des pseudonymes",
    "quiet off": "silence inactif",
    "quiet on": "silence actif",
    "repair": "réparation",
    "repeats no. {n}": "répète le n° {n}",
    "repeats what was said": "reprend ce qui a été dit",
    "slow burn over hours": "feu lent sur des heures",
    "somebody on the list, or a word": "quelqu’un de la liste, ou un mot",
    "sorry with an “if”": "désolé avec un « si »",
    "sorry, but": "désolé, mais",
    "still open": "encore ouvert",
    "sympathy": "compassion",
    "taken": "pris en charge",
    "takes responsibility": "prend ses responsabilités",
    "the crowd": "la foule",
    "the machine": "la machine",
    "today we know of {n}": "aujourd’hui nous en connaissons {n}",
    "until it was calm": "avant le calme",
    "until somebody took it": "avant que quelqu’un s’en charge",
    "until the first person was heard": "avant la première personne entendue",
    "until we apologised": "avant nos excuses",
    "until we noticed": "avant de le remarquer",
    "wanted {span}": "visé {span}",
    "watch": "vigilance",
    "we ({handle})": "nous ({handle})",
    "what changes": "ce qui change",
    "words of its own": "ses propres mots",
    "wrote the review": "a écrit le bilan",
    "{bad} of {all}": "{bad} sur {all}",
    "{day}, late": "{day}, en retard",
    "{kept} kept, {broken} broken": "{kept} tenues, {broken} enfreintes",
    "{kept} kept, {broken} broken, {none} without evidence": "{kept} tenues, {broken} enfreintes, {none} sans indice",
    "{n} complaints in 10 min had come in": "{n} plaintes en 10 min étaient arrivées",
    "{n} hours more": "encore {n} heures",
    "{n} in the last month": "{n} depuis un mois",
    "{n} of them a storm": "dont {n} tempête",
    "{n} of them storms": "dont {n} tempêtes",
    "{n} of {all} people who complained were heard.": (
        "{n} des {all} personnes qui se sont plaintes ont été entendues."
    ),
    "{n} of {all} replies repeat what the person had said.": (
        "{n} réponses sur {all} reprennent ce que la personne avait dit."
    ),
    "{n} of {all} take responsibility.": "{n} sur {all} prennent leurs responsabilités.",
    "{n} people were never heard:": "{n} personnes n’ont jamais été entendues :",
    "{n} person was never heard:": "{n} personne n’a jamais été entendue :",
    "{n} planned posts were held.": "{n} messages prévus ont été retenus.",
    "{n} post was deleted since: its words are gone from here as well.": (
        "{n} message a été supprimé depuis : ses mots ont disparu d’ici aussi."
    ),
    "{n} posts spoke of death or harm.": "{n} messages parlaient de mort ou de blessés.",
    "{n} posts were deleted since: their words are gone from here as well.": (
        "{n} messages ont été supprimés depuis : leurs mots ont disparu d’ici aussi."
    ),
    "{n} replies came within 15 seconds: nobody reads that fast.": (
        "{n} réponses sont venues en moins de 15 secondes : personne ne lit si vite."
    ),
    "{n} replies went to people who thanked us or asked.": (
        "{n} réponses sont allées à des gens qui remerciaient ou demandaient."
    ),
    "{n} sources saw nothing": "{n} sources ne voyaient rien",
    "{n} still open": "{n} encore ouvert(s)",
    "{n} thing is still to be done": "{n} chose reste à faire",
    "{n} things are still to be done": "{n} choses restent à faire",
    "{rule} found it with the alarm.": "{rule} : trouvé avec l’alerte.",
    "{rule} found it {span} later.": "{rule} : trouvé {span} plus tard.",
    "{rule} found something {span} before.": "{rule} : quelque chose de trouvé {span} avant.",
    "{source} could not be seen when it rang": "{source} n’était pas visible au moment de l’alerte",
    "{source} from {start} to {end}: {reason}": "{source} de {start} à {end} : {reason}",
    "{who}, alone": "{who}, seul(e)",
    "{who}, {at}": "{who}, {at}",
    "{who}, {other} agreed": "{who}, avec l’accord de {other}",
    "“inconvenience”": "« désagrément »",
    "“unable to”": "« nous ne pouvons pas »",
    "Minute": "Minute",
    "Would it have rung earlier?": "Aurait-on été alerté plus tôt ?",
    "A replay of the four weeks before, at each sensitivity.": (
        "On rejoue les quatre semaines d’avant, à chaque sensibilité."
    ),
    "{step}: not at all": "{step} : pas du tout",
    "{span} earlier": "{span} plus tôt",
    "at the same time": "au même moment",
    "{span} later": "{span} plus tard",
    "{share} done": "{share} faits",
}
