"""The French of the hashtag brake, the quiet switch and the thanks lane, by its English."""

from __future__ import annotations

_HASHTAG = {
    "Hashtag": "Hashtag",
    "What is this hashtag about?": "De quoi parle ce hashtag ?",
    "Before a tag or a name goes into a post, read what people mean by it now. Only a person says OK.": (
        "Avant de mettre un hashtag ou un nom dans une publication, lisez ce que les gens en disent maintenant. "
        "Seule une personne dit OK."
    ),
    "Hashtag or name": "Hashtag ou nom",
    "#WhyIStayed, Hurricane Sandy": "#PourquoiJeSuisRestée, tempête Alex",
    "Look": "Regarder",
    "I have read what it is about": "J’ai lu de quoi il s’agit",
    "Sign it": "Signer",
    "Looked at lately": "Regardés récemment",
    "Nobody has looked at a tag yet.": "Personne n’a encore regardé de hashtag.",
    "Write a hashtag or a name first.": "Écrivez d’abord un hashtag ou un nom.",
    "Only those who answer may ask the networks. What they have looked at stands below.": (
        "Seuls ceux qui répondent peuvent interroger les réseaux. Ce qu’ils ont regardé se trouve plus bas."
    ),
    "Tick that you have read it, then sign.": "Cochez que vous avez lu, puis signez.",
    "Look at a tag first.": "Regardez d’abord un hashtag.",
    "Nobody has looked at it within the hour: look first, then read.": (
        "Personne ne l’a regardé depuis une heure : regardez d’abord, puis lisez."
    ),
    "The newest posts of others": "Les derniers messages des autres",
    "Nothing that others wrote could be read.": "Rien de ce que d’autres ont écrit n’a pu être lu.",
    "posts of others": "messages des autres",
    "danger in their words": "de danger dans leurs mots",
    "tragedy, of {bar} that stop": "de tragédie, arrêt à {bar}",
    "kind": "aimables",
    "angry": "en colère",
    "first seen here": "vu ici pour la première fois",
    "of the usual number in two hours": "du nombre habituel en deux heures",
    # reasons
    "{n} of {all} posts speak of people hurt or in danger: {words}.": (
        "{n} messages sur {all} parlent de gens blessés ou en danger : {words}."
    ),
    "Together the posts read like a tragedy ({share} of 100).": (
        "Pris ensemble, les messages se lisent comme une tragédie ({share} sur 100)."
    ),
    "Only our own posts use it: what others mean by it is not known.": (
        "Seuls nos propres messages l’emploient : on ne sait pas ce que d’autres en disent."
    ),
    "No post of anybody was found: what it is about is not known.": (
        "Aucun message de personne : on ne sait pas de quoi il s’agit."
    ),
    "Only {n} posts were found, too few to tell.": "Seulement {n} messages, trop peu pour juger.",
    "Only one post was found, too few to tell.": "Un seul message, trop peu pour juger.",
    "All posts are by one person.": "Tous les messages sont d’une seule personne.",
    "Only {n} people wrote all of the posts.": "Seulement {n} personnes ont écrit tous les messages.",
    "The newest post is {n} days old: what it is about today is not known.": (
        "Le dernier message date de {n} jours : on ne sait pas de quoi il s’agit aujourd’hui."
    ),
    "{n} of {all} posts are in a language that is not read here ({lang}).": (
        "{n} messages sur {all} sont dans une langue qui n’est pas lue ici ({lang})."
    ),
    "Some posts have words of danger, perhaps in jest: {words}.": (
        "Quelques messages ont des mots de danger, peut-être pour rire : {words}."
    ),
    "{n} times as many posts as usual in the last two hours: something happened.": (
        "{n} fois plus de messages que d’habitude depuis deux heures : il s’est passé quelque chose."
    ),
    "{n} of 100 posts are angry.": "{n} messages sur 100 sont en colère.",
    "People speak of: {words}.": "On parle de : {words}.",
    "Nobody has said that they have read what it is about.": "Personne n’a dit avoir lu de quoi il s’agit.",
    "{who} has read what it is about.": "{who} a lu de quoi il s’agit.",
    "No network was asked: only what is stored here could be read.": (
        "Aucun réseau n’a été interrogé : seul ce qui est gardé ici a pu être lu."
    ),
    "{source} could not be asked: {why}.": "{source} n’a pas pu être interrogé : {why}.",
    "{source} was not asked: {why}.": "{source} n’a pas été interrogé : {why}.",
    "Nobody has looked at it lately.": "Personne ne l’a regardé récemment.",
    "{n} lines of the file could not be read.": "{n} lignes du fichier n’ont pas pu être lues.",
    "No post of the file holds the tag: all of them were read as if they did.": (
        "Aucun message du fichier ne contient le hashtag : tous ont été lus comme s’ils le contenaient."
    ),
    "it did not answer in time": "il n’a pas répondu à temps",
    "its answer makes no sense": "sa réponse n’a pas de sens",
    "its answer is too long to be read": "sa réponse est trop longue pour être lue",
    "what may be spent on it today is spent": "ce qui peut être dépensé aujourd’hui est dépensé",
}

_QUIET = {
    "Quiet": "Silence",
    "Quiet: {why}": "Silence : {why}",
    "Quiet ON since {at}, {who}": "Silence depuis {at}, {who}",
    "Quiet ON since {at}": "Silence depuis {at}",
    "Quiet off": "Pas de silence",
    "One switch for everything that is planned. It ends when somebody ends it, and not before.": (
        "Un interrupteur pour tout ce qui est prévu. Le silence finit quand quelqu’un y met fin, pas avant."
    ),
    "Why it is to be quiet": "Pourquoi le silence",
    "In a few words: they stand on the wall": "En quelques mots : ils seront au mur",
    "Turn quiet on": "Faire silence",
    "I have looked at what happened, and end it in my name": (
        "J’ai regardé ce qui s’est passé, et j’y mets fin en mon nom"
    ),
    "End the quiet": "Lever le silence",
    "Quiet is off": "Pas de silence",
    "What is planned may go out.": "Ce qui est prévu peut partir.",
    "Quiet is ON since {at}": "Silence depuis {at}",
    "said {who}: ": "dit {who} : ",
    "Nothing that is planned may go out. Nothing ends it but a person.": (
        "Rien de ce qui est prévu ne doit partir. Seule une personne y met fin."
    ),
    "Are people hurt in incident {n}?": "Des gens sont-ils blessés dans l’incident {n} ?",
    "{n} person speaks of the hurt": "{n} personne parle de blessés",
    "{n} people speak of the hurt": "{n} personnes parlent de blessés",
    " ({words})": " ({words})",
    "{who} says: people are hurt. Nobody is thanked meanwhile.": (
        "{who} dit : des gens sont blessés. On ne remercie personne pendant ce temps."
    ),
    "{who} says: nobody is hurt.": "{who} dit : personne n’est blessé.",
    "Until somebody says, nobody is thanked: think of turning quiet on.": (
        "Tant que personne ne l’a dit, on ne remercie personne : pensez à faire silence."
    ),
    "Yes, people are hurt": "Oui, des gens sont blessés",
    "No, nobody is hurt": "Non, personne n’est blessé",
    "That nobody is hurt is for {who} to say, who has the incident.": (
        "C’est à {who}, qui s’occupe de l’incident, de dire que personne n’est blessé."
    ),
    "What is planned": "Ce qui est prévu",
    "No planned post is known here: nobody has told us of any.": (
        "Aucune publication prévue n’est connue ici : personne ne nous en a parlé."
    ),
    "planned": "prévu",
    "held": "retenu",
    "released": "libéré",
    "kept back": "gardé",
    "collides": "se heurte",
    "look": "à voir",
    "nobody knows when": "nul ne sait quand",
    "Choose one to read it whole, with what it collides with.": (
        "Choisissez-en une pour la lire en entier, avec ce à quoi elle se heurte."
    ),
    "told by {who}, {file}": "signalé par {who}, {file}",
    "Look at: ": "À regarder : ",
    "a file": "un fichier",
    "no channel": "sans canal",
    "Nothing is known against it.": "Rien ne s’y oppose, que l’on sache.",
    "{who} said at {at}: it may go out.": "{who} a dit à {at} : cela peut partir.",
    "{who} said at {at}: keep it back.": "{who} a dit à {at} : gardez-le.",
    "It is held. When the quiet has ended it needs a yes of its own.": (
        "C’est retenu. Le silence levé, il lui faudra son propre oui."
    ),
    "Its time has passed. Whether it went out is known to its tool, not here.": (
        "Son heure est passée. Est-ce parti ? Son outil le sait, pas nous."
    ),
    "Yes, it may go out": "Oui, cela peut partir",
    "No, keep it back": "Non, gardez-le",
    "Tell of what is planned": "Dire ce qui est prévu",
    "Drop a CSV, ICS or JSON export here, or press to choose one": (
        "Déposez ici un export CSV, ICS ou JSON, ou appuyez pour en choisir un"
    ),
    "Which tool it is from": "De quel outil il vient",
    "Only when two tools count alike": "Seulement si deux outils numérotent pareil",
    "That could not be read: drop a CSV, ICS or JSON file below {n} kB.": (
        "Illisible : déposez un fichier CSV, ICS ou JSON de moins de {n} ko."
    ),
    "{n} posts read, {fresh} of them new.": "{n} publications lues, dont {fresh} nouvelles.",
    "How other tools obey": "Comment les autres outils obéissent",
    "They ask ": "Ils demandent ",
    " with a token of ": " avec un jeton de ",
    "Told by webhook at each move: {names}.": "Prévenus par webhook à chaque changement : {names}.",
    "No webhook is set up.": "Aucun webhook n’est configuré.",
    "Who did what": "Qui a fait quoi",
    "The switch was never moved.": "L’interrupteur n’a jamais bougé.",
    "Say why, in a few words: they stand on the wall.": "Dites pourquoi, en quelques mots : ils seront au mur.",
    "It is quiet already.": "Le silence est déjà fait.",
    "Tick that you end it in your name, then press once more.": (
        "Cochez que vous y mettez fin en votre nom, puis appuyez encore."
    ),
    "It was not quiet.": "Il n’y avait pas de silence.",
    "Choose a post first.": "Choisissez d’abord une publication.",
    "It is quiet: nothing goes out until somebody ends it.": "C’est le silence : rien ne part tant qu’il dure.",
    "Nothing was changed: it is not held, or it has changed since you read it.": (
        "Rien n’a changé : elle n’est pas retenue, ou elle a changé depuis votre lecture."
    ),
    # what was done, in the log
    "quiet on": "silence",
    "quiet off": "fin du silence",
    "let a post go": "a laissé partir une publication",
    "kept a post back": "a gardé une publication",
    "planned posts": "publications prévues",
    "said that people are hurt": "a dit que des gens sont blessés",
    "said that nobody is hurt": "a dit que personne n’est blessé",
    "read the tag": "a lu le hashtag",
    "left unanswered": "laissé sans réponse",
    # collisions
    "It would go out while it is quiet.": "Cela partirait pendant le silence.",
    "Nobody knows when it would go out.": "Nul ne sait quand cela partirait.",
    "{term} is STOP: look at what it is about.": "{term} est à l’arrêt (STOP) : regardez de quoi il s’agit.",
    "{term}: nobody has read what it is about.": "{term} : personne n’a lu de quoi il s’agit.",
    "It shares words with incident {n}: {words}.": "Cela reprend des mots de l’incident {n} : {words}.",
    "There is a storm at {brand}.": "Il y a une tempête chez {brand}.",
    "It has words that may hurt now: {words}.": "Des mots qui peuvent blesser en ce moment : {words}.",
    # what of a plan could not be read
    "Entry {n}: it has no text, and was left out.": "Entrée {n} : sans texte, laissée de côté.",
    "Entry {n}: its time cannot be read; it is held as if it could go out at any moment.": (
        "Entrée {n} : heure illisible ; elle est retenue comme si elle pouvait partir à tout moment."
    ),
    "Only the first {n} of {all} posts were read.": "Seules les {n} premières publications sur {all} ont été lues.",
    "{file} holds no post.": "{file} ne contient aucune publication.",
    "The file holds no post.": "Le fichier ne contient aucune publication.",
    "The file is empty.": "Le fichier est vide.",
    "The file is no CSV that can be read ({error}).": "Le fichier n’est pas un CSV lisible ({error}).",
    "No column holds the text: the first line has {columns}. Call it text.": (
        "Aucune colonne ne contient le texte : la première ligne a {columns}. Nommez-la text."
    ),
    "The file begins like JSON and is none: write a list of objects, or one object a line.": (
        "Le fichier commence comme du JSON et n’en est pas : écrivez une liste d’objets, ou un objet par ligne."
    ),
}

_THANKS = {
    "Thanks": "Mercis",
    "{n} person to thank": "{n} personne à remercier",
    "{n} people to thank": "{n} personnes à remercier",
    "Kind words get kind words back: yours, about what this person liked.": (
        "À des mots gentils, des mots gentils : les vôtres, sur ce que cette personne a aimé."
    ),
    "I have read it twice: it is meant kindly": "Je l’ai lu deux fois : c’est gentil",
    "It needs no answer": "Pas besoin de réponse",
    "Nobody is thanked now": "On ne remercie personne en ce moment",
    "The quiet switch, and who says whether people are hurt": "Le silence, et qui dit si des gens sont blessés",
    "Nobody waits for thanks: no praise of the last {n} days is open.": (
        "Personne n’attend de merci : aucun éloge des {n} derniers jours n’est sans réponse."
    ),
    "Choose one: who has waited longest stands first.": "Choisissez : qui attend depuis le plus longtemps est en tête.",
    "Take up what they liked. A thank-you that fits everybody fits nobody.": (
        "Reprenez ce qui leur a plu. Un merci qui va à tous ne va à personne."
    ),
    "people hurt": "des blessés",
    "read it twice": "à relire",
    "Noted at {at}: you have thanked them.": "Noté à {at} : vous avez remercié.",
    "The lane is closed: nobody is thanked now.": "La voie est fermée : on ne remercie personne en ce moment.",
    "It speaks of people hurt: answer it in the inbox.": "Il parle de blessés : répondez dans la boîte.",
    "Read it twice, and tick that it is meant kindly.": "Lisez deux fois, et cochez que c’est gentil.",
    "It is not there any more: somebody has answered it, or it was deleted.": (
        "Il n’est plus là : quelqu’un a répondu, ou il a été supprimé."
    ),
    "It repeats an earlier answer, or is held for another reason. Write to this person alone.": (
        "C’est une réponse déjà donnée, ou retenue pour une autre raison. Écrivez à cette personne seule."
    ),
    # doubts
    "It is not read as praise.": "On n’y lit pas un éloge.",
    "It reads like a complaint as well.": "Cela se lit aussi comme une plainte.",
    "It has hard words: {words}.": "Il y a des mots durs : {words}.",
    "It may be meant the other way round: {words}.": "C’est peut-être le contraire qui est dit : {words}.",
    "It speaks of trouble: {words}.": "Cela parle d’ennuis : {words}.",
    "It speaks of people hurt: {words}. Answer it in the inbox.": (
        "Cela parle de gens blessés : {words}. Répondez dans la boîte."
    ),
    "Quiet is on, said {who}: {why}.": "Silence, dit {who} : {why}.",
    "People are hurt in incident {n}, says {who}.": "Des gens sont blessés dans l’incident {n}, dit {who}.",
    "In incident {n} people speak of the hurt, and nobody has said yet that nobody is.": (
        "Dans l’incident {n} on parle de blessés, et personne n’a encore dit qu’il n’y en a pas."
    ),
}

BRAKES: dict[str, str] = _HASHTAG | _QUIET | _THANKS
