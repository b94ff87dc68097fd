# ruff: noqa: E501 - a pattern that is broken into many short lines is harder to read than a long one.
"""French, as the coach reads it: lower case, no accents, plain quotes. What each name means stands in docs/coach.md."""

from __future__ import annotations

import re

from monitor.answer.tongue import Tongue, any_of, kinship

# Participles that own up to nothing: what was done to help, to look or to think.
_HARMLESS = (
    r"(?!(?:bien|deja|verifie|regarde|appele|rembourse|mis|retire|remis|retrouve|reserve|demande|annule|parle|ecrit au|active|reactive|corrige|"
    r"envoye un|pris (?:bonne )?note|pris en|recu|lu|tout lu|compris|transmis|repondu|eu le|essaye|reecoute|revu|garde|inscrit|efface|conscience|change|renforce|"
    r"prevenu|bloque|commande|credite|hate|le plaisir|besoin|connaissance|mal|note votre|de la peine|l'honneur|toujours|fait le necessaire|fait suivre|mene|"
    r"entendu|ecrit a|lance|cherche|trouve|obtenu|valide|debloque|organise|propose|alerte|prevu|choisi|ete|honte|peur|cree|ajoute|modifie|remonte|echange|discute|effectue|traite|informe|partage|saisi|joint|tente|appris|"
    r"conscience|etudie|analyse|procede|fait (?:remonter|partir|appel|part)|recredite|rectifie|planifie|fixe|consulte|interroge|repris|accompagne|voulu|souhaite|pense|cru|decide|recommande|rappele|apporte|constate|identifie|demarre|supprime le|grand|"
    r"signale|travaille|ouvert une|contacte|relance|programme|vu)\b)"
)
_WE = r"(?:nous|on|je|j'|l'un (?:de nous|des notres)|un des (?:miens|notres)|une des notres|(?:notre|mon|ma) \w+(?: \w+)?|quelqu'un de chez nous|il|elle)"

ACKNOWLEDGED = any_of(
    r"(?:prends|prenons|endosse\w*|assum\w+) (?:\w+ )?(?:la |l'entiere |toute la |pleinement la |notre |ma )(?:pleine |entiere )?(?:responsabilite|faute)|(?:il|elle) est des notres|je vous devais|nous vous devions",
    r"not(?:re|s) \w+(?: \w+){0,2} (?:s'est|se sont) (?:tromp|mal|empar|emball|permis)\w*|nous ne (?:lui|leur|vous|l'|les) (?:avions|avons) (?:pas|jamais|rien) \w+|nous vous avons \w+",
    r"(?:notre|ma|mon|de notre|la notre) (?:propre )?(?:\w+ )?(?:faute|erreur|maladresse|responsabilite|negligence|oubli|pagaille|tort|bevue|manquement|organisation qui)\b",
    r"(?:faute|erreur)s? de (?:notre|ma) part|(?:la faute|la responsabilite) (?:est|nous|m')\w*(?: la notre)?|la notre\b|est (?:de notre fait|pour nous\b(?= la faute))|sont de notre fait|"
    r"de notre fait|par notre faute|a (?:nous|moi) d'en repondre|c'est a nous que (?:ca|cela) revient|de ma part",
    r"(?:nous|j'|je|on) (?:en |l'|avons )?(?:assum\w+|portons|porte)(?: l'entiere| la| pleinement| toute la)? ?(?:responsabilite)?|(?:j'en|nous en) (?:porte|portons|repondons|reponds|assumons)|"
    r"(?:nous|j'en|je)(?: en)? (?:sommes|suis) (?:\w+ )?(?:responsables?|fautifs?|coupables?)|en repond(?:ons|s)",
    r"(?:nous avons|j'ai|on a) (?:eu tort|failli|fait (?:une erreur|les choses|fausse|ca)|manque|commis|mal \w+)|nous vous avons \w+|je vous ai \w+|je me suis tromp\w+|nous nous sommes (?:mal|tromp\w+)|"
    r"on s'est tromp\w+|c'est (?:moi|nous) qui (?:l'|les |vous )?(?:ai|avons)|ces mots sont de moi|(?:c'etait|c'est) (?:une idee de notre|notre mise|un de nos|un des miens|arrogant)|(?:est|sont) des notres|ce sont nos|c'est mon equipe|"
    r"elle travaille pour nous|il travaille pour (?:moi|nous)|s'est passe chez nous|c'est chez nous",
    r"(?:nous|j'|on|je) ?(?:aurions|aurais|aurait)(?: jamais)? (?:du|pu)|n'aurions (?:pas|jamais) du|n'aurais pas du|apprendre par nous",
    rf"(?:nous|on) (?:l'|les |en |vous |nous |y |n'en |n'y )?(?:avons|a) {_HARMLESS}(?:\w+)",
    r"(?:nous|on|je) (?:n'|ne |l'|les |vous )?(?:n')?(?:avons|ai|a|sommes|savions|en avons|l'avons|les avons|y avons)(?: \w+)? (?:pas|jamais|rien|aucun)\b(?! (?:trouve|recu|constate|connaissance|autoris|respons|en mesure))",
    r"j'ai (?:confondu|oublie|tape|mal|pass\w+ dix|compose|rase|laisse|inverse|perdu|rate|ecrit «|casse|transmis trop|note le mauvais|tarde|donne votre)|je l'ai (?:mal|compose|oublie)",
    r"nous (?:annoncons|vous louons|vous y avons|vous l'avons|l'avions mal|ne ven\w+ pas|savions|partions|etions|faisions|sommes partis|sommes arrives|sommes venus|nous disons|ecrivons encore|n'entendions|vous laissions|prenons \d)",
    r"not(?:re|s) \w+(?: \w+)? (?:vous |l'|les |a |ont )?(?:a|ont|devait|declare|avait|etait|est alle|vendait|regardait|le refuse|venait)\b(?! (?:bien|ete|pour))",
    rf"j'ai {_HARMLESS}(?:mal |trop |du )?\w+(?:e|i|u|is|it|ee|es|us|aint)\b|j'avais \w+|j'attendais|je (?:le|la|l') ?(?:reconnais|regrette et)|(?:c'est|c'etait|il s'agit d'|est) (?:bien )?(?:une )?(?:faute|erreur|negligence|manquement)[^.;]{0, 25}(?:notre|nous|je|la mienne|ma part)",
    r"not(?:re|s) \w+(?: \w+){0,3} (?:n'(?:a|ont|avait|avaient) (?:pas|jamais|rien) \w+|qui (?:\w+ ){0,3}(?:a|ont|avait|est)\b|(?:a|ont|avait) (?:mal|trop|oublie|perdu|casse|jete|laisse|refuse|ri|dit|abime|manque|failli|insulte|rate|commis|ete odieux))",
    r"c'est (?:bien )?(?:notre|nos|un de nos|une de nos|l'un de nos|un \w+ de (?:chez nous|notre)|une \w+ de (?:chez nous|notre))[^.;,]{0,40} (?:qui|que|ou)|de notre (?:bord|cote|fait|part)\b(?! nous (?:avons|vous))|(?:nous|je) (?:vous )?(?:avons|ai) (?:decu|fait (?:faux|perdre|attendre|subir|vivre))|"
    r"(?:nous|je|on) (?:n'|ne )?(?:avons|avions|ai|avais|a|avait) (?:\w+ )?(?:pas|jamais) \w+|(?:nous|on) (?:a|avons) (?:merde|foire|gaffe|plante)|(?:nous|je|on) (?:n')?(?:etions|etais|avons ete|ai ete|a ete) (?:pas )?(?:\w+ )?(?:a la hauteur|trop \w+|negligents?|lents?|maladroits?|absents?|injustes?)",
    r"un de nos \w+ a|l'un de nous|un des notres|une des notres|quelqu'un de chez nous|personne de chez nous",
    r"(?:nous|elle|il|on|la \w+|le \w+) vous (?:le |la )?dev(?:ait|ions)\b[^.;]{0,40} (?:ne l'a pas|n'a (?:pas|rien)|ne l'avons pas)|et (?:elle|il|on) ne l'a pas fait|(?:nous|on) (?:a|avons) (?:cafouille|bacle|neglige|egare|zappe)\b",
)
NOT_ACKNOWLEDGED = any_of(
    r"(?:nous|j'|je) ?n'?(?:avons|ai)(?: \w+)? (?:trouve|recu|constate|pas (?:recu|trouve|constate|connaissance)|aucun\w*|jamais (?:voulu|recu|eu))[^.;]*",
    r"(?:si|lorsque|quand|ce que|comment|pourquoi|pendant que) (?:nous|j'|je|on|notre|vous) [^.;,]*|impression que[^.;]*|toujours notre faute|nous faisons face[^.;]*",
    r"nous (?:sommes|nous) (?:\w+ )?(?:desoles?|navres?|excusons)[^.;]*",
    r"nos (?:conditions|cgv|equipes|agents|horaires|tarifs|techniciens)[^.;]*|notre (?:charte|politique|reglement|creme|grille|etablissement|faq|cream|priorite|site)[^.;]*",
    r"nous (?:ne |n')(?:pouvons|avons pas la|sommes (?:pas|malheureusement|plus)|faisons pas|y pouvons|disposons)[^.;]*",
    r"nous avons (?:conscience|bien|le|pris)[^.;]*|elle a bien[^.;]*",
    r"la (?:sienne|votre)",
    r"j'ai (?:\w+ )?(?:pu|ramene|abaisse|baisse|fait baisser|accorde|resolu|regle)\b[^.;]{0,15}|(?:je|nous) vous (?:ai|avons) (?:\w+ )?(?:mis en place|mis de cote|accorde|recredite|rembourse|credite|reserve|obtenu|prepare|offert|ajoute|trouve|rappele)\w*[^.;]{0,15}",
    r"not(?:re|s) \w+ a \d+ ans|porte\w* plainte[^.;]*",
)

_FEELING = (
    r"(?:furieu\w+|angoiss\w+|effrayant\w*|terrifi\w+|humili\w+|frustr\w+|rageant|enrageant|epuis\w+|eprouv\w+|eprouvant\w*|affreu\w+|horrible|horreur|blessant\w*|cruel\w*|dur|dure|degradant\w*|revolt\w+|"
    r"insoutenable|inhumain\w*|indigne\w*|interminable|decourageant\w*|derangeant\w*|terrible|penible|desagreable|colere|inquietude|inquiet\w*|deception|decu\w*|peur|trac|choc|choque\w*|souffr\w+|chagrin|"
    r"detresse|panique|usant|stress\w*|embarrass\w+|douleur|intenable|dechirement|repugnant\w*|degoutant\w*|epreuve|intrusion|humiliation|trahi\w*|floue|abandonn\w+|oublie\b|petit devant|honte|mal au coeur|gros|"
    r"dangereux|bouleverse\w*|minable|rageant|eprouvante|ereintant|agac\w+|contrari\w+|mecontentement|vexant|insupportable|desarroi|exaspera\w+|agacement|lassitude|lassant|peine\b|desespo\w+|traumatis\w+|choquant\w*|a boutte|craquer|surveille)"
)
SYMPATHISED = any_of(
    r"(?:glacant|coup de massue|accablant|atroce|ignoble|abominable|traumatisant|desesperant|a bout de (?:nerfs|forces)|un cauchemar|un enfer|l'enfer|un calvaire)\w*|(?:j'entends|je vois|je sens) (?:combien|a quel point|votre|que vous)|on le serait a moins|qui ne le serait pas|vous soyez blesses?",
    r"(?:tristesse|chagrin|detresse|angoiss\w+|effrayant\w*|terrifiant\w*|insupportable|epuisant\w*|humiliant\w*|rageant|bouleversant\w*|dechirant\w*|eprouvant\w*|revoltant\w*|inexcusable pour vous|decourageant\w*|frustrant\w*)\b|vous avez (?:\w+ )?(?:eu )?(?:tres |si |vraiment )?(?:peur|mal|froid|honte)|"
    r"je (?:pense|songe) a (?:vous|votre)|votre (?:\w+), je la (?:partage|comprends|mesure)|on ne rend pas|je suis de tout coeur",
    r"(?:je|nous|j'|on) ?(?:vous )?(?:peux |pouvons |n'ose |ose |n'osons |n'ai pas de mal a |ai peine a )?(?:a peine |que trop bien )?(?:n')?imagin\w+(?! pas que)",
    r"(?:je|nous) (?:le |vous |vous |la |les )?(?:comprend\w*|comprenons|mesur\w+|devin\w+|compati\w*|concev\w+|conco\w+|sai[ts]|savons)(?: parfaitement| tout a fait| bien| tres bien| combien| pleinement)?"
    r"(?: votre| combien| que| a quel point| l'| la| le| pourquoi| ce que| tres| bien)[^.!?;]{0,30}?(?:"
    + _FEELING
    + r"|voulie|voulez|reste|soyez|sentie?z?|en vouloir)",
    r"je (?:le|vous|la) comprends|je comprends (?:votre|que|combien|a quel point)|nous comprenons (?:votre (?:colere|frustration|deception|inquietude|mecontentement|desarroi|peine)|combien|a quel point|que vous)|"
    r"je compatis|je vous crois|de tout coeur|je pense a (?:vous|elle|lui)|votre colere (?:est|se)|votre inquietude|est legitime",
    r"(?:vous|ca|cela|il|elle|qui) (?:avez|a|devez|doit|ont) (?:du |d'abord )?(?:avoir|etre|vous sentir|se sentir|souffrir|encore)|vous avez du (?:avoir|etre|vous|souffrir)|a du (?:etre|avoir|se sentir)|"
    r"vous devez (?:etre|avoir|souffrir|vous)|doit etre \w+",
    r"a votre place|(?:je|j') ?(?:serais|aurais ete|aurais)\b(?! du)|de quoi (?:etre|nous|perdre|craquer|enrager|s'enerver|se mettre)|il y a de quoi|toutes les raisons|(?:tous les|le) droits? d'etre|vous avez raison (?:de|d'etre)",
    rf"(?:c'est|c'etait|ce n'est|quel(?:le)?s?|n'a pas a se sentir|est|aussi|etait|etre|une|un|combien|rien que|situation) (?:\w+,? ){{0,3}}?{_FEELING}",
    r"(?:ca|cela|il) (?:blesse|fait (?:peur|mal|honte)|bouleverse|use|reste)|j'en suis (?:bouleverse\w*|malade)|ca me glace|me glace|quelle (?:horreur|angoisse|peur|douleur|epreuve|gene pour)|pauvre (?:petit\w*|chou|vous)|"
    r"n'est pas rien|n'importe qui|il n'y a pas de mots|pas de mots|ca ne se repare pas|a votre perte|je n'imagine pas|je ne le souhaiterais|mal au coeur pour vous|un souvenir|plus dormir|coeur gros|ecoeur\w+|"
    r"perdre le sommeil|en paie le prix|ce n'etait pas le moment",
    r"(?:je|nous) partage\w* votre|(?:personne|aucun \w+|nul|on) ne (?:devrait|merite|doit)\w*|vous meritiez|haut-le-coeur|j'en suis (?:malade|retourne\w*|boulevers\w*|navre\w* pour vous)|mes (?:sinceres )?condoleances|toutes nos condoleances|pour votre perte|"
    r"(?:votre|cette|la|quelle|toute la) (?:colere|frustration|deception|peine|douleur|angoisse|inquietude|detresse|exasperation|fatigue|lassitude|peur|desarroi|humiliation) (?:est|que|se)|tout a fait (?:comprehensible|legitime|normal)|(?:on ne peut plus|parfaitement) (?:comprehensible|legitime)|"
    r"(?:desole\w*|navre\w*) (?:pour|de|du) (?:le stress|l'angoisse|la frustration|votre (?:perte|pere|mere|fils|fille|chien|chat|mari|femme)|l'inquietude|la peur|la deception|cette attente insupport\w*)|"
    r"(?:c'est|ce n'est|n'a) (?:\w+ ){0,3}(?:facile|agreable|drole|evident|une situation|violence|normal d')|est d'une violence|j'aurais (?:le meme|la meme|reagi)|la derniere chose dont|en plus de tout",
    r"(?:desole\w*|navre\w*|confus\w*) (?:que vous ayez (?:du|eu a|passe|attendu)|de vous avoir (?:fait|laisse))",
    r"d'une (?:\w+ )?(?:violence|cruaute|brutalite|durete|injustice|tristesse|froideur)|(?:pour|de|quelle|la|cette|votre|une) (?:\w+ )?(?:frayeur|galere|mauvaise surprise|detresse|amertume|impuissance|stupeur|consternation)\b(?! du)|"
    r"(?:c'est|c'etait|est|etait|devient|devenu|devenait|quel|si|aussi|tellement|vraiment|franchement|trop|etre) (?:\w+ ){0,2}?(?:invivable|infernal\w*|desastreu\w+|rude|lourd|lourde|pesant\w*|brutal\w*|effroyable|desempare\w*|deroutant\w*|desolant\w*|enervant\w*|inquietant\w*|ecrasant\w*|fatigant\w*|"
    r"extenuant\w*|demoralisant\w*|deprimant\w*|glauque|desarmant\w*|triste|perturbant\w*|stressant\w*|mortifiant\w*|accablant\w*|infect\w*|galere)\b",
    r"(?:desole\w*|navre\w*) (?:que|d'apprendre que) vous (?:ayez|avez) (?:du|passe|attendu|perdu|rate|manque|fini|dormi|patiente|eu (?:a|si|aussi))|en (?:larmes|pleurs)|(?:je|nous) (?:ne )?vous en (?:voudr\w+ pas|comprends)|nuits? blanches?",
    r"(?:comprenons|comprends|comprend|sait|savons|sais|mesur\w+|concev\w+|conco\w+)[^.;]{0,45} (?:vous|t'|te|ca) ?(?:inquiete|agace|exaspere|contrarie|blesse|decoive|decoit|frustre|peine|mette en colere|preoccupe|coute|pese|bouleverse|revolte|fatigue)\w*|mesur\w+ (?:bien |pleinement )?(?:l'|la |le |votre |toute )(?:embarras|malaise|ampleur|peine|deception|fatigue|galere|angoisse)|doit etre tres? \w+|condoleances",
)
NOT_SYMPATHISED = any_of(
    r"que vous (?:ayez ressenti|vous (?:soyez|etes) senti\w*)[^.;]*(?<!vide)|votre ressenti",
    r"si (?:vous|notre|cela|ca|ma|le|tout)[^.;]*",
    r"(?:conscience|conscients) (?:de la gene|du desagrement|des desagrements)[^.;]*",
    r"doit etre (?:fait\w*|adress\w+|envoye\w*|presente\w*)",
)
_WHEN = (
    r"(?:aujourd'hui|ce (?:soir|matin|midi)|cet apres-midi|cette nuit|demain|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|a \d+|avant \d+|avant (?:midi|ce soir)|dans l'heure|dans (?:dix|\d+) minutes|"
    r"tout de suite|des maintenant|immediatement|entre \d|dans la journee|des (?:ce|cet)|toute la semaine)"
)
REPAIR = any_of(
    r"(?:j'aimerais|je souhaite|je voudrais|puis-je|pouvons-nous|je peux) (?:vous )?(?:recevoir|rencontrer|appeler|rappeler|voir|joindre)|je vous (?:recois|attends|garde|mets|prepare|rends|donne rendez)\w*|nous vous (?:gardons|rendons|apportons|ramenons|installons|logeons|recevons)|entre les mains de la police|"
    r"vous (?:garde|recevez|recevrez|aurez|retrouvez|retrouverez) [^.;]{0,40}(?:demain|aujourd|ce soir|lundi|mardi|mercredi|jeudi|vendredi|avant|le \d)",
    r"(?:seront|sera|vous est|vous sont|ont ete|a ete) (?:\w+ )?(?:restitue|reverse|rendu|vire|recredite|regle)\w*|(?:sera|seront) (?:chez (?:lui|elle|vous|eux)|devant|sur place|la)\b|je m'en (?:occupe|charge)|peut partir|a nos frais|sans frais|(?:installateur|serrurier|medecin|infirmiere|vitrier|macon|facteur|expert|medecin) [^.;]{0,30}"
    r"(?:sera|passe|vient|viendra|arrive)|(?:fera|feront) (?:le|la|les) (?:reparation|echange|changement)\w*|pour voir avec vous",
    r"(?:sera|seront|vient d'etre|viennent d'etre|a ete|ont ete|va etre|vont etre) (?:\w+ )?(?:rembourse|remplace|repare|recredite|expedie|rectifie|reexpedie|regularise|debloque|remis en|recontacte|rappele|relivre|echange|ristourne|commande|reprogramme|refait)\w*|"
    r"(?:accord|dossier|virement|cheque|contrat|demande) (?:est|a ete) (?:signe|valide|parti|envoye|emis|debloque)\w*|c'est fait\b|je saisis|(?:la|une) (?:recherche|enquete interne|livraison|reparation) est (?:lancee|programmee)|"
    r"je viens de (?:demander|lancer|commander|rembourser|faire|valider|debloquer|programmer|vous|rappeler|relancer|reserver|annuler)|je (?:vous )?(?:telephone|contacte|recontacte|rembourse|envoie|fais (?:livrer|partir|venir|le necessaire)|rappelle|bloque|lance|relance|debloque|annule|reserve|valide)\b|"
    r"(?:nous|on) (?:vous )?(?:rembourse|remplace|refait|refaisons|renvoie|passe|reprend|envoie|livre|offre le taxi|prend (?:sa|la|votre|en charge)|recontacte|contacte|vous contactera|procedons (?:a|au))\w*|(?:transporteur|technicien|electricien|livreur|collegue|responsable|artisan) (?:\w+ )?"
    r"(?:vous (?:contacte|rappelle|appelle|attend)\w*|passe\w*|viendra|vient|sera)|remboursement (?:integral|complet|total|de \d)[^.;]{0,30}|(?:nouveau|nouvelle|autre) \w+ (?:vous )?(?:est|sera|part|arrive|a ete)",
    r"(?:j'ai|nous avons|je l'ai|je vous ai|nous l'avons|je viens de|nous venons de) (?:deja |bien |tout juste |d'ores et deja )?(?:rembours\w+|reserv\w+|annul\w+|appel\w+|parl\w+|retrouv\w+|reactiv\w+|mis (?!en)|retir\w+|"
    r"demand\w+|envoy\w+|commande\w*|bloqu\w+|credit\w+|corrig\w+|inscrit|gard\w+|ecrit au|repris|fait (?:partir|refaire|le virement)|relanc\w+|leve|efface|verifie|eu le|recredit\w+|debloqu\w+|programme|prevu|change)",
    r"je (?:vous |le |la |les |reprends|prends|viens (?!de )|passe|l'|m'en |me )(?:\w+ )?(?:rappel\w+|appelle|apporte|rembours\w+|conduis|reprends|pose|monte|refais|rends|donne|reviens|verse|offre un rendez|paie|prete|renvoie|envoie le|envoie un|livre|"
    r"le pose|la pose|voir|en charge|votre dossier|soir|corrige|accompagne|tiens|occupe)|je (?:reviens vers vous|bloque|refais|reprends|prends en charge|viens (?!de )|passe|paie|corrige|rembourse|l'accompagne|vous le|vous la)",
    r"nous (?:vous )?(?:rappell\w+|rembours\w+|pay(?:ons|erons)|rappelons|prenons en charge|envoyons (?:un|une|le|la)|remplac\w+|reglons|reprenons|livrons|annulons|renvoyons|recredit\w+|recontact\w+ (?:avant|demain|d'ici))",
    r"(?:est|sont|ete|vous est|vous sont|etre)(?: \w+)?(?: d?eja)? (?:rembourse\w{0,2}\b(?<!ables)|repart\w*|reven\w+|retrouv\w+|annul\w+|retir\w+ de|rendu\w*|regl\w+|rattrap\w+|rouver\w+|a notre (?:charge|compte)|a nos frais|pour nous|pour moi|a moi|en route|"
    r"sous presse|payee?s?\b|active|envoy\w+|recredit\w+|remplac\w+|rappel\w+|prete|a vous|a vos noms|chez (?:le correcteur|la police)|sur le (?:camion|correcteur)|suspendu|libre \w+)",
    r"(?:part|partent|arriv\w+|vien\w+|pass\w+|repass\w+|repart\w*|rouvr\w+|revien\w+|livr\w+|reprend\w*|leve|attend\w*|rappelle|apporte\w*|verifi\w+|poser|pose|remont\w+|monte\w*|recoit|tombe|refait|vient)\b[^.;!?]{0,45}?"
    + _WHEN,
    r"(?:vous attend(?:ent)?|vous rappelle|vous recoit|vous apporte|vous le remet|vous voit|a votre numero|vous en apporte|passe (?:la )?voir|viens la voir|rappelle avant|tient compagnie|vous appelle)\b|"
    r"(?:sera|seront|serai|serons) (?:chez vous|la|sur place|livr\w+|rembours\w+)|(?:vous partez|vous etes sur le)|a (?:nos|mes) frais|a notre charge|a ma charge|pour nous, en entier|l'hopital regle|nous regle|"
    r"c'est a nous de les payer|sur notre compte|voici (?:ma ligne|un numero|mon numero)|j'y serai|vous ne payez|une (?:autre|nouvelle|pleine|neuve) (?:vous|arrive|part|paire|boite)[^.;]*|"
    r"(?:ligne|elle|il) revient avant|(?:est|sont) (?:au guichet|a la caisse|au comptoir)|passez (?:les |le |la )?(?:prendre|demain)|est rouverte|marche maintenant|c'est change|a votre nom|des maintenant|"
    r"pret\w* pour vous|choisissez votre|un logement est libre|ouvre pour vous|fait le necessaire (?:ce|aujourd)|(?:deux|trois|une|un) \w+ (?:neufs?|neuves?)[^.;]*|avant (?:midi|treize|\d+ h)",
    r"(?:est|sont) (?:de nouveau|a nouveau|deja) (?:en ligne|disponible|accessible|ouvert|activ|actif|en service|operationnel|en route)\w*|(?:je|on) te (?:rembours|renvo|rappel|envo|credit|remplac|contact|apport|mets)\w*|(?:t'est|te sera|te sont) (?:rembours|envoy|credit)\w*",
    r"n'aura pas lieu|(?:ne (?:vous )?sera|n'a) pas (?:preleve|facture|debite|encaisse)\w*(?= sur| le| la| de)",
    r"(?:on|nous|je) (?:vous|te|t') ?(?:en |le |la |les )(?:renvoi\w*|rembours\w+|renvoyons|remplac\w+|repar\w+|rapport\w+|refai\w+|relivr\w+)|j'ai (?:\w+ )?(?:ramene|abaisse|fait (?:baisser|annuler|sauter|lever)|leve|obtenu)\b",
    r"(?:billets?|places?|reservations?|bon) (?:\w+ ){0,3}(?:reste|restent|demeurent|est|sont) (?:\w+ ){0,3}valables?",
)
NOT_REPAIR = any_of(
    r"(?:reviendra|reviendrons|revient) vers vous dans les meilleurs[^.;]*|dans les meilleurs delais",
    r"(?:nous transmettons|nous le transmettons|transmis\w*|transmettre)[^.;]*",
    r"(?:pouvez|pourriez|merci de|veuillez|invitons|envoyez-nous)[^.;]*(?:situation|mp|prive|dossier|serie|commencer|photo|d'avance)[^.;]*",
    r"(?:sous|d'ici) (?:\d+ a )?\d+ jours|apres \d+ jours|remboursement (?:intervient|sous)[^.;]*",
    r"(?:prochain\w*|suivante?)[^.;]{0,10}depart[^.;]*|train[^.;]{0,20}supprime[^.;]*",
    r"est (?:le poids|rest\w+ le)|la vente est[^.;]*|des travaux[^.;]*|le point relais[^.;]*|le colis attend[^.;]*",
    r"une reclamation peut[^.;]*|(?:la|le) prochaine?[^.;]*|passe le \w+di|nous (?:vous )?(?:offrons|accordons)[^.;]*|(?:n'est|ne sera|ne sont|ne seront|n'a) (?:pas|plus)[^.;]*|vous sera proposee?[^.;]*|vous attend en mp",
    r"il ne (?:roule|livre) plus[^.;]*",
    r"(?:je|nous) (?:vous|te) tien\w+ (?:au courant|informe\w*)(?: des que| si)?[^.;]{0,40}|(?:modifiables?|annulables?|resiliables?|echangeables?) sans frais|sans frais (?:jusqu|si|sous|dans)[^.;]*",
)
REPENTANCE = any_of(
    r"(?:portent|font|passent|recoivent|verifient|signent|relisent|partent|sont|appellent|ecrivent) (?:maintenant|desormais|a present)\b|nous (?:embauchons|recrutons|installons|remplacons tous)",
    r"nous (?:ne |n')(?!pouvons|sommes|avons|disposons|y)\w+ plus\b|(?:est|sont) (?:maintenant|desormais) (?:affiche|verifie|controle|ferme|double|obligatoire|signale)\w*",
    r"(?:l'ensemble des|tou(?:te)?s (?:les|nos)|chaque|chacun des?|toute l'equipe|toutes les equipes|nos equipes|un|une|les) [^.;]{0,50}(?:suivr\w+|suit|suivent|sera|seront|devr\w+|aura|auront|passer\w+|recevr\w+) (?:\w+ ){0,3}(?:form\w+|session|controle\w*|verifie\w*|double|installe\w*|revu\w*|supplementaire|"
    r"teste\w*|relu\w*|avant|systematiquement)|(?:avant|jusqu'a) (?:toute|la) (?:reprise|remise)|(?:eviter|empecher) (?:que (?:cela|ca|ce)|ce genre|de (?:tels|nouveaux))|pour que (?:cela|ca|personne|plus personne|aucun)[^.;]{0,30}(?:plus|jamais|pas)|"
    r"(?:nous|on|j'|je) ?(?:avons|a|ai|allons|va|vais|sommes en train de)? ?(?:change|changer|revu|revoir|revoyons|renforc\w+|modifi\w+ (?:notre|nos|la|le)|mis en place|mettons en place|mettre en place|ajout\w+ (?:un|une) (?:controle|verification|etape|test)|tir\w+ les lecons|reformons|formons)|"
    r"(?:en tirer|tirons|tirer|tire) (?:\w+ )?(?:les|des) (?:lecons|enseignements)|la semaine prochaine[^.;]{0,30}form\w+|form\w+[^.;]{0,40}la semaine prochaine|faire mieux|dorenavant",
    r"(?:ne se (?:reproduir\w+|repet\w+|reproduise)|n'arriver\w*|ne (?:doit|devrait|devra)[^.;]{0,12} (?:plus|se reproduire)|plus jamais|jamais plus|n'arrive\w* plus|ne recommence\w*)",
    r"(?:desormais|dorenavant|a l'avenir|a compter d\w+|a partir (?:d'aujourd'hui|de (?:ce|demain|maintenant|lundi|cette))|des (?:ce soir|demain|lundi|aujourd'hui|qu'un))(?! nous (?:ne|vous (?:livr|rappel)))|(?:chaque|tou(?:te)?s les|plus|se font|reserve\w*|masque\w*|verrouille\w*|consigne|etiquettes|doubles|noms|place depuis)[^.;]{0,90}depuis (?:ce (?:matin|midi)|midi|cette heure)",
    r"plus (?:aucune?|personne|d'autres?|de mise|rien)\b[^.;]{0,60}(?:sans|ne|avant|n'|en fin)|(?:plus aucun|aucune?) [^.;]{0,40} (?:sans|avant|tant que)|ne (?:part|paraissent|parait|sort|sortent|partira|partiront) (?:plus|pas) [^.;]{0,30}(?:sans|avant|qu)",
    r"(?:restera|reste|retire\w*|coupe\w*) [^.;]{0,40}tant qu|sans cet essai|(?:suit|suivent|repass\w+|passe\w*) (?:tous )?par (?:une|la)[^.;]{0,15} ?formation|suit une formation|pour une formation|formation (?:avec|ce|avant)",
    r"nous (?:ferons|allons faire|devons faire) mieux|nous (?:avons change|arretons|changeons)|en avons (?:parle|tire)|(?:est|sont) (?:desormais|maintenant)|(?:sonne|va|arrive|commence|suivent|part|valide) (?:desormais|a present|dorenavant)",
    r"(?:relit|relisent|ecoute|valide) (?:chaque|la liste)|se font a (?:deux|part)|chaque (?:enfant|paire) [^.;]{0,20}(?:photo|desormais)|les (?:noms|doubles|notes|tirages) ne|les notes suivent|celles de mai|toutes les fetes|le mot est retire|"
    r"(?:une ligne au sol)|demain par une heure|demande a une collegue|un signalement (?:arrete|sans)",
    r"(?<!votre )(?:les|nos|chaque|des|toute?s?(?: les| nos)?|tous(?: les| nos)?|aucune?|la date|le|la) (?:\w+ |d'|l'){1,5}(?:sera|seront|est|sont|passer\w+|sera desormais|devra|devront|feront|fera) (?:\w+ ){0,3}?(?:suivi|affich|controle|verifi|relu|relue|tenu|teste|signe|double|valide|compte|surveill|goute|annonce|forme|remis en main|confirme|devant|entre|soumis)\w*"
    r"[^.;]{0,30} (?:par|avant|sur (?:la|chaque)|deux|chaque|systematiquement|un comite|une seconde|un second|en main)\b",
    r"depuis (?:ce matin|hier|lundi|mardi|mercredi|jeudi|vendredi|cette semaine|aujourd'hui)[^.;]{0,60}(?:deux personnes|deux \w+ (?:verif|contro|rel)\w+|chaque|tou(?:te)?s (?:les|nos)|plus (?:aucun|personne)|double|systematiquement)",
    r"(?:nous|je|on|cela|ca|vous) (?:ne |n')(?:(?:le|la|les|vous|nous|en|y|se|lui) |l'|y ){0,2}(?!pourr|ser|aur|repondr)\w+(?:rons|rai|ra|ront|rez) plus\b|ne (?:le|la|les) (?:re)?(?:ferons|ferai|fera) (?:plus|jamais)",
    r"(?:a (?:partir|compter) (?:de |du |d'|de la )|des )(?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|la rentree|la semaine prochaine|le mois prochain|mois prochain|la saison)\b|(?:pour|lors de|avant) (?:la|le) prochaine? (?!commande|visite|achat|sejour|passage|facture|depart|train|prelevement)\w+,? (?:nous|on|il y aura|un|une|deux)\b|"
    r"la prochaine fois,? (?:nous|on|un|une|c'est nous|il y aura)\b",
    r"(?:equipes?|conseillers?|livreurs?|agents?|chauffeurs?|techniciens?|salaries|collaborateurs|collegues?|serveurs|magasin|service|responsables?) (?:\w+ )?(?:a ete|ont ete|sera|seront|vient d'etre) (?:\w+ )?(?:forme|brief|sensibilis|reform)\w*|(?:nous |on |je )?(?:reformons|formons|forme|allons former|va former|reunis|reunissons) (?:tou\w+ )?(?:nos|les|l'|toute l'|mon|notre) ?\w+|"
    r"passer\w+ (?:desormais |toutes |tous |d'abord )?(?:devant|entre les mains|par (?:deux|une?) )\w*",
    r"(?:nous avons|on a|nous allons|on va|j'ai|nous venons de)(?: \w+)? (?:double|doubler|triple|tripler|embauche|embaucher|recrute|recruter|installe|installer|interdit|interdire|refondu|refondre|abandonne|abandonner|renforcer?|repense|repenser)\b|nous (?:doublons|embauchons|recrutons|interdisons|abandonnons|refondons|repensons|supprimons (?:cette|ce|la regle))|"
    r"en renfort|(?:personne|agent|livreur|technicien|conseiller|serveur|chauffeur)s? (?:de plus|supplementaires?)\b",
    r"ne ser(?:a|ont) plus (?:jamais )?(?:\w+ )?(?:loue|vendu|utilise|servi|propose|attribue|confie|envoye|laisse|mis|accepte|facture|donne|distribue)\w*|^\W*plus (?:une? seule?|la moindre|le moindre|une?) \w+|(?:reste\w*|restera|restent|mise? (?:hors service|a l'arret)|suspendu\w*|arrete\w*|a l'arret) (?:\w+ )?jusqu'a (?!\w+di\b|nouvel|demain|\d|midi|ce soir)",
)
NOT_REPENTANCE = any_of(
    r"(?:je|nous) [^.;]{0,60}des (?:ce soir|demain|lundi|aujourd'hui)",
    r"(?:part\w*|arriv\w*|envoy\w*|rembours\w*|livr\w*|recev\w*|vire\w*) des [^.;]*",
    r"est annulee? depuis[^.;]*|(?:est|sont) (?:repare\w*|retir\w+|rouver\w+|chez la police|en ligne) depuis[^.;]*",
    r"(?:n'est plus diffusee|ne roule plus|il est coupe) depuis[^.;,]*",
    r"des ce soir (?:je|nous)|des maintenant",
    r"d'ores et deja",
)

_SORRY = r"(?:desole\w*|navre\w*|confus\w*|excus\w+|pardon|regret\w+|deplor\w+)"
CONDITIONAL = any_of(
    rf"(?<![^,;:!] )si (?!je\b|possible)[^.;]{{3,140}}?\b{_SORRY}|(?:dans le cas ou|au cas ou)[^.;]{{3,100}}?{_SORRY}|{_SORRY}[^.;]{{0,40}}(?:au cas ou|dans l'hypothese)",
    rf"(?:nous |je |toutes |nos |veuillez nous )?(?:sommes |suis |vous presentons nos )?{_SORRY} (?:d'avance )?(?:,)?(?:s'il|si)\b(?: \w+)?",
    rf"si [^.;]{{0,60}},? (?:nous|je) (?:nous en|en|m'en|vous en|vous prions|tenons|en sommes|vous presentons)? ?(?:\w+ ){{0,3}}?{_SORRY}",
    rf"{_SORRY} (?:profondement |sincerement )?(?:que (?:vous|cela|cette|notre|ce|ces|certains)[^.;]{{0,25}}?(?:ressenti|senti\w*|trouve|percu|vecu comme|pu (?:vous|etre|paraitre|heurter|blesser)|interprete))",
    rf"(?:{_SORRY}|presentons|presente)[^.;]{{0,25}} (?:a (?:ceux|celles|toutes|tous|quiconque|toute|celles et ceux)|aux (?:personnes|voyageurs|clients|passagers))[^.;]{{0,20}}qui (?:ont pu|auraient|se sont|ont ete|aurait|auraient pu|peuvent|ont)\w*(?: \w+){{0,2}}",
    r"que vous (?:ayez|avez) (?:pu )?(?:ressenti|eu le sentiment|l'impression|eu l'impression|trouve)|que vous vous soyez senti\w*|(?:votre|de votre) ressenti|(?:si|que) vous avez (?:eu l'impression|ressenti)",
    r"(?:aurait|auraient|a|ont|ait|aient) pu (?:vous )?(?:causer|heurter|blesser|choquer|froisser|etre|paraitre|se sentir|offenser|etre affect\w+)",
    r"eventuel\w* (?:cause|subi|ressenti|occasionne|provoque|genere)\w*|(?:gene|desagrement|mecontentement|malentendu|deception|blessure|stress)s? eventuel\w*|eventuel\w+ (?:gene|desagrement|malaise|deception|malentendu|stress)s?|(?:toute|quelque) (?:offense|blessure|deception|incomprehension|frustration|confusion)\b",
)
NOT_CONDITIONAL = any_of(
    r"(?:dites-moi|dites-nous|savoir|verifier|voir|demander|indiquer|preciser) si",
    r"(?:desagrement|gene|inconvenient)s? (?:que cela |qui )?(?:a|aurait|ait) pu[^.;]*",
    r"elle aurait pu|vous aurait pu",
)
INCONVENIENCE = any_of(
    r"(?:de |pour |la |le |les |des |du |ce |cette |ces |toute )?(?:gene (?!pour)(?:occasionnee?|causee?|subie?|rencontree?|que|par|provoquee?)?|gene\b(?! pour)|desagrements?|inconvenients?|derangements?|desagreable contretemps|contretemps)(?: \w+)?",
)
NOT_INCONVENIENCE = any_of(
    r"(?:bien plus qu|plus qu|pas (?:qu'|un )|n'est pas |appeler|parler de)[^.;]{0,20}(?:gene|desagrement|inconvenient)s?",
    r"sans gene|quelle gene|gene (?:et|pour vous|devant)|suis (?:\w+ )?(?:et )?gene|desole et gene|me gene|on en est gene",
)
BUT = any_of(
    rf"(?:{_SORRY})[^.!?;]{{0,110}}?(?:,) (?P<y>or) (?:les|la|le|nous|il|elle|l'|vous|ce)|(?:si|bien que|quoique) nous (?:\w+ )?(?:regrett\w+|deplor\w+|sommes desoles|soyons desoles|comprenons)[^.;]{{0,80}}",
    rf"{_SORRY}[^.!?;]{{0,110}}?(?:,)? ?\b(?P<x>mais|cependant|toutefois|neanmoins|pourtant|or,|en revanche|malheureusement|bien que|meme si)\b",
)
NOT_BUT = any_of(r"non seulement[^.;]*mais|mais aussi|mais surtout|mais encore")
_FAULT = (
    r"(?:erreurs?|anomalies?|dysfonctionnements?|incidents?|problemes?|bugs?|confusions?|malentendus?|retards?|manquements?|perturbations?|inversions?|defaillances?|oublis?|soucis?|ecarts?|pannes?|couacs?|"
    r"mauvaise communication|maladresses?|incomprehensions?|irregularites?)"
)
PASSIVE = any_of(
    r"(?:l'intervention|la prestation|le service|le travail|la pose|le dossier|la demande|la commande) n'a pas ete (?:realise|conduit|mene|effectue|traite|execute|gere)\w*|(?:clients|utilisateurs|usagers|vous) (?:ont|avez|aient|ayez) (?:pu )?(?:rencontre|rencontrer|subi|constate|connu) (?:un|des|quelques) (?:\w+ )?(?:probleme|dysfonctionnement|incident|difficulte|perturbation)s?",
    rf"(?:des |une? |certaines? |quelques |de |cette |l'|plusieurs )?{_FAULT}(?: (?:technique|informatique|de \w+|humaine?|interne)s?)? (?:a|ont|aurait|auraient) (?:\w+ )?ete (?:\w+ )?(?:commise?s?|constatee?s?|faite?s?|identifiee?s?|"
    r"relevee?s?|detectee?s?|rencontree?s?|enregistree?s?|decelee?s?|observee?s?)",
    rf"(?:des |une? |certaines? |quelques |l'|cet |cette )?{_FAULT}(?: (?:technique|informatique|de \w+|humaine?|interne)s?)? (?:s'est|se sont|est|sont|serait) (?:\w+ )?(?:produite?s?|survenue?s?|glissee?s?|intervenue?s?|apparue?s?|a deplorer)",
    rf"(?:{_FAULT}) (?:a|ont) eu lieu|une {_FAULT} a eu lieu",
    rf"il y a (?:eu|visiblement eu|manifestement eu) (?:une?|des|comme un) (?:\w+ )?{_FAULT}|il semble(?:rait)? qu[^.;]{{0,20}}{_FAULT}[^.;]{{0,20}}|suite a (?:une?|des) {_FAULT}(?: \w+)?",
    r"(?:a|ont|aient|ait) ete (?:mal |sortie?s? (?:de )?)(?:interprete\w*|compri\w+|traite\w*|gere\w*|percu\w*|son contexte|leur contexte|hors contexte)?|sortie?s? (?:de son|de leur|du|hors) contexte|mal (?:interprete\w*|percu\w*|compris\w*)",
    r"(?:procedures?|consignes?|etapes|regles|protocoles?|standards?|normes) n'(?:a|ont) pas ete (?:\w+ )?(?:respecte|suivi|applique|observe)\w*",
    r"n'a pas ete (?:mise? a jour|traitee?|prise? en compte|respectee?|effectuee?|transmise?)|des mesures (?:seront|ont ete) prises|aucun (?:manquement|incident|probleme) n'a ete (?:\w+)",
    rf"{_FAULT}(?: (?:technique|informatique|interne))? (?:a|ont) (?:\w+ )?(?:perturbe|affecte|touche|empeche|impacte|entraine|provoque|conduit)",
    r"un (?:probleme|incident)(?: \w+)? (?:a ete|est) (?:rencontre|survenu)",
    rf"il s'agi(?:t|ssait) (?:\w+ )?(?:d'une?|la d'une?) (?:\w+ )?(?:erreur|bug|dysfonctionnement|anomalie|confusion|malentendu|maladresse|incomprehension)(?: \w+)?|(?:en raison|a cause|du fait|suite) (?:d'une?|a une?|de) (?:\w+ )?{_FAULT}(?: (?:technique|informatique|interne|humaine?|systeme|operationnel\w*))|(?:resulte|decoule|provient|vient) d'une? (?:\w+ )?{_FAULT}(?: \w+)?",
    rf"(?:est|sont|etait|serait) (?:\w+ )?(?:due?s?|liee?s?|imputables?|consecuti\w+) a (?:une?|des) (?:\w+ )?{_FAULT}(?: \w+){{0,2}}",
    r"(?:a|ont) ete (?:\w+ )?(?:par erreur|a tort|par megarde|par inadvertance|malencontreusement)|(?:a|ont) ete (?:malencontreusement|accidentellement|egaree?s? entre|oubliee?s? lors)|(?:etiquettes|dossiers|commandes|colis|numeros|noms) (?:ont ete|se sont) (?:\w+ )?(?:inverse|intervert|melange|croise)\w*|passee?s? (?:entre les mailles|a la trappe)",
)
NOT_PASSIVE = any_of(
    r"(?:ait|aient|a|ont) pu (?:etre |vous )?(?:mal \w+)?[^.;]{0,20}",
    r"[^.;]{0,120}(?:de notre (?:part|cote|fait)|par (?:nous|nos|notre|moi|mes|un de nos|l'un)|chez nous|que (?:nous|j'))[^.;]{0,20}",
)
POLICY = any_of(
    r"(?:nos|les|notre|la|le) (?:conditions|modalites|regles|delais|procedure|politique)(?: \w+){0,4} (?:exig\w+|impos\w+|prevoi\w+|precis\w+|stipul\w+|demand\w+|interdi\w+|ne permet\w*)",
    r"(?:la|le|notre|les|nos) (?:convention|loi|code|legislation|reglementation|directive|protocole|bareme|clause)(?: \w+){0,4} (?:prevoit|impose|stipule|exige|precise|prevoient|imposent|fixe)\w*|(?:le|la) (?:regle|delai) (?:est|prevu)\w*(?= formel)",
    r"(?:conformement|conforme) (?:a|aux|au)(?: l'| la| nos| notre| votre| les)? ?[\w' ]{0,35}",
    r"(?:comme (?:indique |stipule |precise |prevu )?(?:a|au|aux|dans)?|selon|suivant|d'apres|en vertu d\w+|aux termes d\w+|au regard d\w+|en application d\w+|dans le (?:respect|cadre) d\w+|voir|cf\.?|sauf)(?: l'| la| le| nos| notre| votre| les| des)? ?(?:\w+ ){0,3}?"
    r"(?:bareme\w*|tarifs? en vigueur|normes|obligations \w+|usages|cahier des charges|cgv|conditions(?: \w+)?|reglement\w*|contrat|politique(?: \w+)?|procedures?|charte|regles|article \d+|articles?|bail|legislation|grille)",
    r"(?:nos|notre|les|la|le|l'|selon nos) (?:cgv|cgu|conditions (?:generales|de vente|de transport|tarifaires|d'utilisation)|reglement(?: interieur)?|politique (?:commerciale|de retour|d'\w+|interne)|charte(?: \w+)?|procedure interne)|nos procedures",
    r"(?:le|votre|notre) (?:contrat|reglement) (?:prevoit|stipule|precise|indique|impose|interdit)|comme le prevoi\w+ [\w' ]{0,20}|(?:pour des raisons|par mesure) de securite|c'est la (?:procedure|regle)|"
    r"en raison de (?:notre|nos) (?:politique|regles)|article \d+|reglementation en vigueur|politique commerciale",
    r"(?:respect\w+|appliqu\w+|suivons|suit|suivent|suivi|observ\w+|soumis\w* a|tenus? (?:de respecter|par)) (?:\w+ )?(?:les|la|le|nos|notre|des|un|une|l'ensemble des|toutes les) (?:\w+ )?(?:procedures?|protocoles?|regles?|reglementation|normes|consignes|reglement|charte|conditions|dispositions|criteres)\b(?: d'\w+)?",
    r"(?:protocole|procedure|reglement|bareme|regles|normes|dispositions|conditions|tarifs?|legislation|criteres|delais?)s? (?:actuellement )?(?:en vigueur|applicables?|contractuels?|reglementaires?)|(?:nos|notre) (?:protocole|regles|normes|criteres)s?\b|(?:la|le) (?:reglement|protocole|loi|regle|procedure)(?: \w+)? (?:est|s'applique|nous oblige|nous impose|l'exige)\b",
    r"(?:infraction|contraire|contrevien\w+|derog\w+|manquement|exception) (?:au|aux|a la|a nos|a notre|a la) (?:reglement|regles?|reglementation|conditions|charte|loi)|(?:secret \w+|rgpd|loi|reglement\w*|legislation|assureur|convention|code \w+) (?:nous |l'|vous )(?:interdit|impose|oblige|empeche|autorise)\w*|(?:doit|doivent) (?:se faire|etre \w+) (?:\w+ )?(?:par (?:lettre|courrier|ecrit)|dans (?:un|le) delai|sous \d+)|des raisons (?:reglementaires|legales|juridiques|de conformite)|(?:est|sont|sommes) tenus? de (?:proceder|verifier|controler|demander)",
)
NOT_POLICY = any_of(
    r"(?:notre|nos|cette|ces|le|la) (?:regle|politique|procedure|reglement|consigne)s? (?:est|etait|sont|etaient|a ete|n'aurait)[^.;]{0,20}(?:idiot\w*|stupide\w*|injuste\w*|mauvais\w*|absurde\w*|change\w*|du)",
    r"police d'assurance|(?:changeons|changer|revu|revoyons|change) (?:notre|nos|la|le|cette)[^.;]*|votre bail\b(?! a)",
    r"(?:n'a|n'ont|n'avons|n'avait|n'est|n'etait|pas|jamais) (?:\w+ )?(?:ete )?(?:respect|suivi|appliqu)\w*[^.;]*|(?:changeons|changer|revu|revoyons|change|reecri\w+|durci\w*|renforc\w+|nouve\w+) (?:\w+ )?(?:protocole|procedure|regle|norme|critere)s?|confidentialite",
)
BLAME = any_of(
    r"c'est (?:bien |quand meme |tout de meme )?(?:vous|toi),?(?: \w+,)? qui (?!dev|m'|nous)\w+|(?:vous vous (?:etes|y etes)|tu t'es|t'es) (?:\w+ )?(?:trompe|pris|leve)\w*",
    r"parce que (?:vous|tu) (?:avez|n'avez|aviez|n'aviez|as|n'as|l'avez)\b(?! (?:attendu|demande|raison|ete|du|fait confiance))|votre (?:propre )?(?:retard|absence|oubli|imprudence|distraction|inattention|precipitation|etourderie)\b",
    r"(?:vous n'avez|vous n'aviez|tu n'avais|tu n'as) qu'a \w+|encore (?:faut|faudrait|fallait)-il (?!savoir)|il (?:aurait|eut) suffi|il (?:valait|aurait mieux valu) \w+|(?:on|nous|je) (?:vous |t')(?:avait|avions|avais) (?:pourtant |bien |deja )?(?:prevenu|averti)\w*",
    r"(?:la prochaine fois|a l'avenir),? (?:pensez|veillez|verifiez|lisez|evitez|songez|prevenez|essayez|arrivez|n'oubliez|tachez|regardez|merci de (?:verifier|lire|penser|prevenir))\b|vous (?:saviez|etiez (?:\w+ )?(?:absent|en retard|au courant))\w*",
    r"personne n'(?:etait (?:present|a l'adresse|a la maison|chez)|a ouvert|a repondu (?:a la porte|a l'interphone|au coup))|(?:vous etes|tu es) (?:venu|arrive|presente)\w* (?:trop tard|en retard|sans)\b",
    r"vous (?:nous )?avez (?:\w+ )?(?:donne|saisi|indique|fourni|communique|renseigne|choisi|commande|coche|rempli) (?:le |la |un |une )?(?:mauvais|faux|fausse)\w*|vous avez (?:trop |beaucoup )?(?:tarde|attendu (?:trop|le dernier|la derniere))",
    r"avez-vous \w+[^.;?]{0,40}(?:comme (?:le |la |l')?(?:demande|indique|precise|stipule|recommande)\w*|la notice|le mode d'emploi|les instructions)",
    r"(?:parvenue?|recue?|arrivee?|envoyee?|formulee?)s? (?:hors delais?|trop tard|en retard|apres le delai)|hors delais?\b|(?:le|du|au) (?:client|locataire|passager|voyageur|acheteur)s? (?:de|d')(?: \w+){0,2}",
    r"vous (?:auriez|n'auriez) (?:pas |jamais )?(?:du|pu|mieux fait)(?: \w+)?|vous (?:deviez|devriez|etiez cense\w*)(?: \w+)?",
    r"(?<!qu')(?<!comme )il (?:fallait|aurait fallu|vous (?:appart\w+|incomb\w+|revien\w+|revenait)|convenait|suffisait)(?: de| d')? ?\w*|(?:il est |c'est )(?:de )?votre (?:responsabilite|devoir|role)|vous revient d'",
    r"(?:si vous (?:aviez|avies|vous etiez|etiez|n'aviez))(?: \w+){0,3}|vous sauriez",
    r"vous (?:n'avez|n'avies|n'aviez|ne nous avez)(?: \w+)? ?(?:pas|jamais|manifestement pas) (?:\w+ )?(?:lu|respecte|verifie|signale|suivi|fourni|indique|prevenu|repondu|renseigne|consulte|pris|precise|mis|coche|fait|transmis|regarde|pense|daigne|communique|declare|"
    r"accepte|valide|ouvert|informe|confirme|effectue)",
    r"(?:erreur|faute|oubli|mauvaise utilisation|mauvaise manipulation|negligence|utilisation) (?:\w+ )?(?:de votre part|par vos soins|de l'utilisateur|du client)|de votre (?:part|fait|faute)\b|votre (?:propre )?(?:erreur|negligence|faute|oubli|maladresse)\b|par vos soins",
    r"(?:vous en avez ete|vous avez ete|vous aviez ete|vous etiez) (?:\w+ )?(?:informe\w*|prevenu\w*|averti\w*)|que vous avez (?:acceptee?s?|signee?s?|validee?s?|approuvee?s?)|vous (?:l')?avez (?:accepte|signe|mal|refuse|oublie|omis|neglige|sans doute|du mal|certainement|probablement)(?: \w+){0,2}",
    r"avez-vous (?:pense|verifie|bien|seulement|au moins|essaye|lu|place|respecte|suivi|redemarre|branche|nettoye|utilise|regle|charge|range|conserve)(?: a)?|(?:vous invitons|vous conseillons|pensez|veillez|merci de veiller|tachez|soyez)[^.;]{0,25}(?:a )?(?:etre plus|mieux|plus attenti\w+|la prochaine fois|a bien|bien verifier|avant de (?:poster|commander|acheter|publier))[^.;]{0,20}|(?:adresse|coordonnees|numero|nom|informations)[^.;]{0,25}(?:saisie?s?|indiquee?s?|fournie?s?|renseignee?s?|communiquee?s?)[^.;]{0,20}(?:erronee?s?|incorrecte?s?|incomplete?s?|fausse?s?|inexacte?s?)|les coproprietaires ont refuse|vous etes (?:le seul responsable|responsable)|mauvaise (?:utilisation|manipulation)",
    r"vous l'avez (?:sans doute |surement |probablement )?mal \w+",
    r"de la (?:seule )?responsabilite (?:de l'|du |de la |des |de chaque )(?!equipe|entreprise|transporteur|agence)\w+(?: (?:de|d')\w*)?|(?:incomb\w+|appart\w+|revien\w+|revenait) (?:a l'|au |aux |a chaque |a la )(?:assure|client|voyageur|passager|locataire|usager|abonne|acheteur|utilisateur|titulaire|parent|joueur|patient)\w*|"
    r"(?:les |nos |aux )?(?:clients|voyageurs|assures|parents|usagers|passagers|locataires|utilisateurs|joueurs|abonnes|patients|visiteurs) (?:doivent|devraient|sont (?:tenus|invites|pries|responsables|censes))",
    r"(?:lisez|relisez|relire|lire|verifiez|reverifiez|consultez) (?:\w+ ){0,3}(?:attentivement|notice|conditions|etiquette|description|instructions|mode d'emploi)|mauvaise (?:lecture|saisie|installation|conservation|comprehension)|(?:utilisation|usage|entretien|conservation|lavage|manipulation) (?:inappropriee?|incorrecte?|non conforme|inadaptee?)",
    r"(?:pourtant|clairement|explicitement|bel et bien) (?:indique|precise|mentionne|ecrit|affiche|signale|stipule|annonce)e?s?\b|nous (?:vous|t') ?(?:avions|avons) (?:pourtant|bien|deja|clairement) (?:prevenu|informe|averti|indique|dit|rappele|signale|precise)\w*|vous avez (?:choisi|decide|opte|prefere) (?:de (?!nous)|pour )\w+|"
    r"(?:tu (?:aurais|n'aurais) (?:pas )?(?:du|pu)|tu devais|tu n'as (?:pas|jamais) (?:lu|verifie|respecte|suivi|coche|valide|mis))(?: \w+)?|si (?:la notice|les instructions|les consignes|vous) (?:avait|avaient|l'aviez)[^.;]{0,25}|vous avez (?:peut-etre|du) (?:mal|oublie|oublier|confondu|confondre|laisse)",
)
NOT_BLAME = any_of(
    r"il (?:fallait|aurait fallu) (?:vous|qu'|y penser|oser|nous|te|seulement nous)[^.;]*|vous avez clique la ou[^.;]*|si vous aviez ete [^.;]*|vous l'avez mal vecu|vous n'auriez jamais du \w+",
    r"(?:geste|gentil|gentille|aimable|genereu\w+|courageu\w+|patient\w*|honteux|lecon|bien) [^.;]{0,25}de votre part|de votre part (?:de |d')(?:nous (?:ecrire|prevenir|le dire|signaler)|avoir (?:pris|ecrit|attendu)|prendre|attendre)",
    r"vous (?:auriez|n'auriez) (?:pas |jamais )?(?:du|pu) (?:etre|l'apprendre|recevoir|avoir|n'avoir|obtenir|apprendre|trouver|vous (?:sentir|retrouver)|subir|attendre|pouvoir|beneficier|vivre)[^.;]*",
    r"(?:desole\w*|navre\w*|regret\w*)[^.;]{0,25} que vous n'ayez[^.;]*|vous (?:ne )?(?:devriez|deviez)(?: plus| pas| jamais)? (?:avoir|vous|etre|recevoir|y|pouvoir)[^.;]*",
    r"(?:pas|n'est pas|aucune|n'est en rien) (?:une erreur |une faute )?(?:de )?votre (?:part|faute|fait|erreur)|vous n'avez (?:pas|rien) (?:a vous|a faire|recu|eu|merite|fait de mal|demande)[^.;]*",
    r"si vous (?:aviez )?(?:souhait\w+|voul\w+|accept\w+|pref\w+)",
    r"(?:nous|on|je|j') ?(?:aurions|aurait|aurais|n'avons|n'a|n'ai) [^.;]*(?:indique|precise|mentionne|affiche|signale|annonce)\w*|(?:n'est|n'etait|pas) (?:\w+ )?(?:clairement|explicitement) \w+|tu (?:aurais|n'aurais) (?:pas )?du (?:etre|recevoir|avoir|l'apprendre|attendre|vivre)",
)
MINIMISE = any_of(
    r"n'arriv\w+ (?:presque|quasiment|pratiquement) jamais|une fois sur (?:cent|mille)|exceptionnellement",
    r"(?:quelques|de) (?:rares|tres rares|rarissimes) \w+|quelques (?:clients|utilisateurs|magasins|usagers|voyageurs|personnes|articles)|(?:dans|inferieur\w* a|au-dessous de) la moyenne|tout est (?:rentre|revenu) (?:dans l'ordre|a la normale)(?= jamais)",
    r"(?:cas|incidents?|situations?|evenements?|fait) (?:\w+ )?(?:isoles?|rares?|exceptionnel\w*|ponctuel\w*)|(?:panne|retard|souci|probleme|erreur|episode|defaut|difficulte)s? (?:\w+ )?(?:ponctuel|isole|passag|mineur|temporaire|momentane|rare|exceptionnel)\w*|(?:reste|demeure|est|c'est|tout a fait|sont) (?:\w+ )?(?:exceptionnel\w*|rares?|rarissimes?|ponctuel\w*|inhabituel\w*)|tres rare\w*|rarement",
    r"(?:en realite|en fait|en verite|a vrai dire|il faut (?:savoir|relativiser)|somme toute|apres tout)",
    r"(?:seule?s?|seulement|uniquement|juste) (?:quelques|une? poignee|deux|trois|un ou deux|une minorite)(?: \w+)?|(?:une poignee|un nombre (?:tres )?(?:limite|restreint)|une (?:infime )?(?:partie|minorite)|tres peu|peu) de (?:nos )?\w+",
    r"(?:leger\w*|petite?s?|mineure?s?|micro|simple|bref|breve|minime\w*)[ -](?:retards?|soucis?|problemes?|desagrements?|rayures?|erreurs?|incidents?|delais?|bugs?|couacs?|contretemps|imprevus?|malentendus?|defauts?|gene|attente)",
    r"(?:ce sont |ce |cela |ca )(?:des choses qui|(?:peut|peuvent)(?= (?:\w+ )?(?:arriv|se prod|surv))|arrive\w*)(?: malheureusement| parfois)? ?(?:arriv\w+)?(?: a tout le monde)?|ca arrive|l'erreur est humaine|nul n'est parfait|personne n'est parfait",
    r"(?:la (?:grande|tres grande|plupart|vaste|quasi)|l'immense|la) ?(?:majorite|plupart|totalite|quasi-totalite)? de (?:nos )?\w+|la plupart d\w+ \w+(?: \w+)?|\d\d ?% (?:de nos|des) \w+|\d\d ?% de (?:clients|satisf)\w*",
    r"(?:aucun autre|aucune autre|aucun) (?:client|voyageur|plainte|signalement|retour|incident similaire|cas)(?: \w+)?(?: n'a ete \w+)?|c'est la premiere fois qu\w*|premier (?:retour|signalement)|(?:le|ce) (?:service|produit) (?:fonctionne normalement|est conforme)|"
    r"pas (?:si|tres|bien) grave|rien de (?:bien )?grave|n'affecte pas|pas de chance",
    r"(?:nos |les |tous les |de nombreux |bien d')?autres (?:clients|convives|voyageurs|passagers|usagers|utilisateurs|parents|abonnes|joueurs|patients|invites|personnes|participants) (?:\w+ )?(?:sont|etaient|ont|en|nous|apprecient|n'ont)\b|(?:clients|convives|voyageurs|usagers|utilisateurs|avis|retours) (?:\w+ )?(?:sont|etaient|ont ete) (?:\w+ )?(?:ravis|satisfaits|enchantes|contents|positifs|excellents)",
    r"peu(?:t|vent) (?:\w+ )?(?:survenir|arriver|se produire|advenir)\b|(?:est|sont) (?:\w+ )?(?:frequente?s|frequent|courante?s|courant|inevitables?|monnaie courante)\b|de temps (?:a autre|en temps)|il arrive (?:\w+ )?qu|inherente?s? (?:a|au|aux)|(?:rien|sans) (?:de |d')?(?:gravite|dramatique|mechant|bien mechant|tres grave)|"
    r"relativis\w+|dramatis\w+|n'est (?:qu'une?|pas la fin)|seulement (?:quelques|\d+|dix|cinq|quinze) (?:minutes|heures|jours)|quelques minutes de (?:retard|attente)|un peu de (?:retard|attente)|(?:simple|petite?) (?:oubli|maladresse|confusion|couac|aleas?)",
    r"(?:tres|fort|particulierement|unanimement|d'ordinaire|toujours|si) (?:appreci|plebiscit|recommand|reput|aime)\w* (?:de|par|aupres)\b|(?:ces |des |les |ce (?:genre|type) de |de telles )choses?(?:-la)? (?:\w+ )?arriv\w+|(?:le|la|votre) seule? (?:cas|retour|plainte|client\w*|reclamation|signalement)\b|(?:cela|ca|c'est|reste) (?:\w+ )?(?:tres )?rare\b",
)
NOT_MINIMISE = any_of(
    r"(?:n'est|n'etait|n'a|pas|rien d'un) (?:pas |en rien )?(?:un |une |le )?(?:petite?|cas|leger|simple|incident|isole)[^.;]{0,25}",
    r"(?:ne doit|ne devrait|n'aurait|cela ne|ca ne|n'arriv\w+)[^.;]*|vous arrive|arrive (?:ce|demain|jeudi|avant|vendredi|lundi|dans|sur|a \d)",
    r"la plupart du temps je",
    r"(?:n'est pas|ne sont pas|n'est en rien|n'etait pas) (?:une? )?(?:inevitable|frequent|courant|simple|petit)\w*[^.;]{0,15}|(?:pour que|sans que|afin que)[^.;]*",
)
WALL = any_of(
    r"(?:ne|n') ?(?:peut|peuvent|pourra|pourront|pourrait) (?:pas |plus |malheureusement )?(?:etre) \w+",
    r"(?:pas|hors) (?:du tout )?de notre (?:ressort|competence|fait\b(?= nous))|nous ne (?:pouvons|saurions|souhaitons)[^.;]{0,20}|nous sommes (?:dans l'impossibilite|contraints de refuser|tenus)",
    r"(?:nous|je|on) (?:ne |n')(?:vous )?(?:(?:pouvons|peux|peut|pourrons|pouvions|pourrai|pouvais)|(?:sommes|suis) (?:\w+ ){0,2}?(?:en mesure|autoris\w+|habilit\w+|responsables?)|(?:avons|ai) (?:\w+ ){0,2}?(?:la possibilite|le droit|aucun (?:moyen|controle))|"
    r"y pouvons|faisons|disposons|acceptons|remboursons|prenons)(?: (?:pas|malheureusement|donc|plus|rien|d'aucun|aucun\w*|en|helas)){0,3}(?: \w+)?",
    r"(?:il (?:nous |m'|ne nous )?(?:est|n'est|sera|etait)|c'est|cela est|s'avere) (?:\w+ ){0,2}?(?:impossible|(?:pas |malheureusement )possible)(?: de| d')?|impossible (?:de|d')(?! (?:rester|ne pas|dormir))|n'est (?:malheureusement )?pas possible",
    r"(?:ne|n') ?(?:peut|peuvent|pourra|pourront|saurait)(?:-il)? (?:\w+ )?(?:etre|donner|faire|malheureusement)(?: \w+)?|aucune? (?:remboursement|geste|recours|derogation|exception|solution|suite|echange|reclamation) (?:ne |n')?(?:peut|est|sera|pourra)?[^.;]{0,25}",
    r"(?:pas|plus|ne sommes pas|n'est pas) en mesure (?:de|d')|nous declinons toute[^.;]*|independant\w* de notre volonte|hors de notre (?:portee|controle)|n'est pas de notre ressort|(?:nous )?n'y pouvons rien|rien (?:y )?faire",
    r"aucune? (?:\w+ |d'\w+ ){1,5}(?:ne |n')(?:sera|est|peut|pourra|saurait)(?: etre)? (?:\w+ )?(?:possible|accord\w+|envisag\w+|effectu\w+|prevu\w*|consenti\w*|propos\w+|du|due|rembours\w+)\b|(?:ne|n') ?(?:depend|releve)\w* (?:pas|malheureusement pas) de (?:nous|nos|notre)\b[^.;]{0,20}|de ne (?:pas )?(?:pouvoir|etre en mesure)(?: \w+)?|ne pouvoir (?:\w+ )?(?:donner|vous|y|rembourser|acceder|repondre favorablement)|"
    r"n'est (?:\w+ )?(?:pas|plus) (?:envisageable|remboursable|eligible|prevu|recevable|couvert\w*)|(?:decision|reponse) est (?:definitive|sans appel|irrevocable)|sans (?:suite|recours) possible|fin de non-recevoir|dossier est (?:desormais |donc )?clos",
)
NOT_WALL = any_of(
    r"n'acceptons pas d'etre[^.;]*",
    r"(?:ca|cela) ne peut pas etre (?:juste|vrai|normal)|(?:je|nous|on) (?:ne |n')(?:peux|ose|pouvons|osons|peut) (?:pas |qu'|que |plus |a peine )?(?:imaginer|qu'imaginer|assez|vous dire a quel|comprendre|excuser|rester)[^.;]*|ne pouvons que (?:comprendre|vous|regretter|nous)[^.;]*",
    r"vous (?:ne |n')(?:pouvez|pouviez|avez pas pu|etes pas)[^.;]*|que vous (?:ne |n')[^.;]*|impossible de (?:rester|dormir|vous laisser|ne pas)[^.;]*|ne prenons (?:pas )?de repos",
)
THANKS_PATIENCE = any_of(
    r"(?:merci|remerci\w+|apprecions|gre)[^.;!?]{0,60}?(?:patience|comprehension|indulgence|patienter)",
    r"(?:merci|remerci\w+|savons gre|sais gre|reconnaissants?|apprecions|gratitude)(?: \w+){0,4}?(?: (?:de|pour|votre|l'|par avance|d'avance|et))* ?(?:(?:de|pour) )?(?:votre )?(?:patience|comprehension|indulgence|bienveillance|tolerance|patienter)",
    r"(?:comptons sur|nous apprecions) votre (?:patience|comprehension|indulgence)|(?:merci|veuillez|nous vous invitons a|prions de) (?:de )?(?:bien vouloir )?patienter|votre patience est|d'avoir patiente",
)
NOT_THANKS = any_of(r"comprehension (?:du|de la|de ce)")
COMPENSATION = any_of(
    r"(?:une?|deux|trois|votre prochain\w*) \w+ (?:gratuit|offert)e?s?\b|(?:gratuit|offert)e?s? de cote",
    r"(?:(?:nous |on |je )?(?:vous )?(?:offr\w+|accord\w+|propos\w+|voici|profitez d\w+|beneficiez d\w+|envo\w+|ajout\w+|credit\w+) ?[^.;!]{0,25}?)?(?:bons? (?:d'achat|de reduction|cadeau|de \d+ ?(?:€|euros?)|de \d+)|codes? promo|cheques? cadeau\w*|carte cadeau|"
    r"remise de \d+|remise|avoir de \d+|\d+ ?(?:€|euros) (?:d'avoir|de credit|de remise|de reduction|offerts)|un avoir|points de fidelite|\d[\d ]* points|reduction|ristourne)",
    r"(?:geste commercial|titre (?:de geste|commercial|de dedommagement|gracieux)|dedommagement|compensation|geste de notre part)",
    r"-? ?\d+ ?% (?:de (?:remise|reduction)|sur (?:votre|la) prochain\w*)|(?:mois|seance|repas|nuit|dessert|cafe|livraison|place|entree|verre|semaine|parking|trajet)s? (?:\w+ )?(?:gratuite?s?|offerte?s?|de plus)|"
    r"(?:sera|seront|est|sont) offerte?s?|vous est offerte?|nous vous offrons \w+ \w+(?: gratuite?s?)?|on vous offre[^.;!]{0,25}|(?:la prochaine|le prochain|la suivante) (?:\w+ )?est (?:pour nous|offert\w*|gratuit\w*)|cadeau de notre part",
    r"(?:vous|te|t') ?offr\w+ (?:\w+ )?(?:une?|votre|ton|ta|deux|trois|le prochain|la prochaine|des|\d+) (?!meilleur|service|accueil|experience|qualite|reponse|solution|rendez|prestations|produits|explication|ecoute|taxi|remboursement)[^.;!]{2,25}|\d+ ?% (?:sur|offerts?|de (?:remise|reduction|rabais))\b[^.;!]{0,20}|avec le code \w+",
    r"petite? (?:cadeau|surprise|attention|geste|quelque chose|plus)\b|(?:vous|nous|me|se) faire pardonner|surclass\w+|(?:credit|avoir|cheque|cagnotte) (?:de|d'un montant de) \d|points (?:bonus|supplementaires|offerts|de fidelite|sur votre)|c'est (?:cadeau|offert|la maison qui)|la maison (?:vous |t')?(?:l')?offr\w+|"
    r"(?:places?|billets?|entrees?|invitations?|boissons?|verres?|frais de port|nuits?) (?:offert|gratuit)e?s?|vous (?:inviter|invitons|invite) (?:a (?:diner|dejeuner|revenir|boire)|pour un)",
    r"(?:droit a|beneficie\w* d\w*|profite\w* d\w*|avez|as|aurez|auras)\W(?:\w+ )?\d+ ?% [^.;]{0,20}|vous (?:inviter|invitons|invite)(?: \w+)? (?:a (?:la (?:premiere|prochaine|soiree|table)|notre (?:table|soiree|prochain\w*)|un (?:repas|concert|spectacle|cafe|verre)|une (?:soiree|degustation|seance|visite))|au (?:spectacle|concert|restaurant|match|theatre|cinema))",
    r"(?:gliss|ajout|joign|join|rajout|met)\w* (?:aussi |egalement |en plus |\w+ )?(?:une?|deux|trois|quelques|des) (?:boite|paquet|bouteille|sachet|echantillon|surprise|pot|tablette|coffret|cadeau|petite?s? \w+|gourmandise)s?\b",
)
NOT_COMPENSATION = any_of(
    r"(?:votre|le|ce|un|vos|les|la) (?:bon (?:cadeau|d'achat)|code promo|carte cadeau|points|carte)s?(?: \w+)? (?:n'a|qui|n'etait|ne|marche|est|a ete|refuse|expirent|etaient)[^.;]*|nous avons vendu un bon[^.;]*",
    r"les points expirent[^.;]*|celle-ci est gratuite|lecon[^.;]*gratuite|annoncons gratuit[^.;]*",
    r"offr\w+ (?:un|une|le|la|des) (?:meilleur\w*|taxi|solution|rendez)[^.;]*|points? sur (?:votre|la) situation",
)
HEATED = any_of(
    r"vous n'(?:avez|y) (?:\w+ )?(?:aucune idee|rien compris|connaissez rien)[^.;!?]{0,25}|vous ne (?:savez|comprenez) (?:\w+ )?(?:pas|rien)[^.;!?]{0,25}",
    r"(?:clients|gens|personnes) comme vous|quelqu'un qui ne (?:paie|sait|respecte)[^.;]*|(?:n'acceptons pas|refusons) d'etre (?:insulte|traite|menace|accuse)\w*[^.;]*|surtout (?:par|de la part d)[^.;]*|vous etiez (?:pourtant |bien )?(?:content|ravi|heureu)\w*[^.;]*|on prefere\w* (?:les |des )?clients[^.;]*|c'est l'hopital qui se moque",
    r"(?:incapables?|malpoli\w*|menteur\w*|menteuse\w*|idiot\w*|imbecile\w*|cretin\w*|pleurnich\w+|clown\w*|pauvre (?:type|fille|homme)|ridicules?|mauvaise foi|abruti\w*|rageu\w+|bouffon\w*|hysterique\w*|grossier\w*|parano\w*|ignorant\w*|honteu(?:x|ses?))\b",
    r"(?:diffamation|diffamatoire\w*|calomni\w+|nos avocats|notre avocat|porter(?:ons)? plainte contre vous|en assumerez|poursuites|tribunal vous|c'est du harcelement|du harcelement|vos insinuations|vos (?:accusations|mensonges|insultes|attaques))[^.;]{0,25}",
    r"(?:personne|nul) (?:ne )?vous (?:a|y a|forcait|oblige|obligeait|retient|force|demande)[^.;]*|(?:n'avait|n'aviez|n'avez) qu'a [^.;]*|(?:fallait|faut) (?:peut-etre |pas )[^.;?]{0,40}|quand on (?:sait|ne sait)[^.;]*|si (?:vous savez|c'est pour|ca ne vous plait)[^.;]*",
    r"(?:ah oui|bravo|bien sur, c'est|quel talent|quelle perspicacite|comme c'est (?:original|drole)|c'est toujours (?:notre|la) faute|ouvrez donc|bon debarras|ca vous amuse|calmez-vous|arretez (?:de|votre|la|un peu)|faut arreter|la comedie|changez de disque|cessez|"
    r"apprenez a|allez (?:vous|voir ailleurs|pleurer)|reveillez-vous|occupez-vous|de quoi je me mele|du calme|on ne vous retient pas|grand bien vous fasse|et vous, un|commencez par|un peu de respect|la politesse)\b[^.;!?]{0,30}",
    r"et vous,? un [^.;!?]*|comme par hasard|(?:lorsque|quand) l'?on (?:cherche|paie|veut|commande)[^.;]*|mauvaise langue|mythomane|jamais content\w*|allez donc|passez votre chemin|adressez-vous a quelqu'un|vous (?:avez du temps|n'avez rien d'autre|cherchez (?:juste|seulement|uniquement)|voulez (?:juste|surtout)|"
    r"vous moquez|mentez|racontez n'importe|exagerez|delirez|fabulez|etes (?:vraiment |juste |bien )?(?:grossi\w+|agressi\w+|malhonnete\w*|impoli\w*|insupportable|ridicule|de mauvaise|paranoiaque|jalou\w+|aigri\w*|mal eleve\w*))|n'importe quoi|votre (?:ton|comportement|agressivite|attitude|impolitesse) (?:est|nous|n'est)|"
    r"restez poli\w*|un peu de (?:tenue|politesse|respect|patience,)|ca vous apprendra|tant pis pour vous|a bon entendeur|quel (?:drame|cinema|cirque)|quelle (?:comedie|tragedie)|mon pauvre|ma pauvre dame|chez le concurrent|la concurrence vous|lol\b|mdr\b",
    r"(?:ne|n') ?(?:trichez|insultez|mentez|criez|hurlez)[^.;]{0,10} (?:pas|plus)[^.;!?]{0,40}|vous (?:feriez mieux|devriez avoir honte|aimez (?:juste |surtout )?(?:vous plaindre|critiquer|raler)|etes (?:juste|seulement|surtout) la pour)[^.;!?]{0,30}|(?:faux|fausse) (?:avis|accusation|compte)s?|jamais (?:content|satisfait)\w*|(?:un peu|ayez|merci d'avoir) (?:de |du )?(?:respect|decence|tenue|savoir-vivre)|"
    r"(?:achetez|mettez)-vous (?:des|donc)[^.;!?]{0,20}|(?:ouvrez|utilisez) (?:les|vos) (?:yeux|neurones)|c'est (?:la meilleure|gonfle|un comble)\b|ingrat\w*|vous etiez (?:ivre|agressi\w+|insultant\w*|odieu\w+)|bonne chance (?:ailleurs|chez)|on ne vous (?:a pas force|oblige)",
    r"(?:on|nous)[^.;]{0,25} (?:se|nous) faire (?:insulter|injurier|cracher|trainer|lyncher|pourrir)\w*|honte (?:a|sur) (?:vous|toi)|trouvez-vous (?:un|une|d'autres) \w+|haters?\b|avant de (?:\w+ )?(?:salir|insulter|cracher|diffamer|calomnier|denigrer|vomir)\w*|(?:ces|vos|tes) (?:mensonges|calomnies)\b",
    r"(?:porterons|porterai|deposerons|deposerai) plainte(?! contre (?!vous))|^\W*mais oui,? bien sur\b[^.;!?]{0,40}|et puis quoi encore|plateau d'argent|dans de la soie|(?:on|nous) (?:s'en passe\w*|se passe\w*|nous en passons|s'en passera)|(?:expert|specialiste|juriste|avocat|critique|detective)s? (?:du dimanche|de salon|autoproclame\w*|de facebook|de canape|d'internet)|merci (?:beaucoup )?(?:pour|de) (?:la|cette|votre|ta) (?:lecon|belle lecon|morale|poesie|delicatesse|diatribe|tirade|expertise|sagesse)|(?:desole|navre)\w* (?:que|si) (?:la realite|le monde|la terre|la vie|les lois)|vous serez bannie?",
)
NOT_HEATED = any_of(
    r"(?:en |tres |)(?:sommes|suis|avons ete)(?: \w+){0,2} honteu\w+",
    r"(?:dit|disait|demande|dire) de vous calmer|(?:nous|j'|je|on) (?:avons|ai|suis|sommes|a) (?:ete )?(?:\w+ )?(?:ridicules?|grossier\w*|honteu\w+|idiots?|incapables?|de mauvaise foi|malpoli\w*)|(?:regle|consigne|procedure) (?:est |etait )?(?:idiote|ridicule|stupide)",
    r"(?:c'est|c'etait) (?:honteux|ridicule|grossier) de (?:notre|ma)|c'est honteux|le tribunal",
    r"mots? grossiers?|nous arretons[^.;]*|arretez (?:de l'utiliser|de (?:le|la|les) (?:prendre|utiliser|donner))",
    r"(?:le|la|notre|ce|cette|mon|ma) (?!avis|commentaire|critique|message|histoire|demande|reaction|plainte|accusation)\w+ etait (?:\w+ )?(?:idiote?|ridicule|grossi\w+|stupide|honteu\w+|bete)",
)

_COMMON = """
a ai aie ainsi alors apres as au aucun aucune aujourd aura aurait aussi autre autres aux avait avant avec avez avoir avons c car ce ceci cela celle celui ces cet cette ceux chaque
chez ci comme comment d dans de deja demain depuis des deux dire dit dois doit donc dont du elle elles en encore entre es est et etaient etait etant ete etes etre eu eux
fait faire fois font hier hui ici il ils j jamais je jour jours jusqu juste l la le les leur leurs lors lui m ma mais me meme mes moi moins mon n ne ni non nos notre nous
nouveau nouvelle on ont ou oui par parce pas pendant personne peu peut peux plus pour pourquoi pouvez pouvons pres prochain qu quand que quel quelle quelque quelqu quelques qui quoi rien s sa sans se
sera serait ses si sien soit son sont sous suis sur t ta te tes toi ton toujours tous tout toute toutes tres trois trop tu un une vers veut veux voici voila vont vos votre vous
vu y bonjour bonsoir merci cordialement desole desoles desolee navre navres excuses excuser svp stp monsieur madame cher client clients clientele bien bon bonne grand grande mal mauvais mauvaise
mis met mettre aller va vais allez venir vient venu viens prendre pris voir voit sait savoir savez dis donne donner demande demander reponse repondre repond message service services probleme problemes equipe equipes conseiller info
informations retour suite situation seul seule gens chose choses vraiment quatre cinq six sept huit neuf dix onze douze heures heure minutes minute semaines semaine mois an ans annee matin soir midi nuit
encore deuxieme troisieme ainsi dehors mieux place partir part parti dernier premier premiere dont bout lieu cause mail mails numero appel appeler appelle appelez rappelle envoye envoyer envoyez recu recevoir
passe passer rendre rendu reste rester temps tant lire lu payer paye paie vendu vendre vendez avis parler parle ecrit ecrire trouver trouve faut
""".split()  # noqa: SIM905
_TIMES = """trois deux quatre cinq six sept huit neuf dix onze douze heures minutes semaines mois nuit midi annee lire""".split()  # noqa: SIM905
_GENERAL = """command livr livreur colis vol billet rembours produit compt appli site magasin prix retard train bus chauffeur chambr hotel plat telephon cart argent factur annul attent
deux trois six articl dossi contrat abon systeme point agenc quatr cinq sept huit neuf dix onz douz heur minut semain nuit midi anne""".split()  # noqa: SIM905

FRENCH = Tongue(
    lang="fr",
    parts={
        "acknowledged": ACKNOWLEDGED,
        "sympathised": SYMPATHISED,
        "repair": REPAIR,
        "repentance": REPENTANCE,
    },
    not_parts={
        "acknowledged": NOT_ACKNOWLEDGED,
        "sympathised": NOT_SYMPATHISED,
        "repair": NOT_REPAIR,
        "repentance": NOT_REPENTANCE,
    },
    markers={
        "conditional": CONDITIONAL,
        "inconvenience": INCONVENIENCE,
        "but": BUT,
        "passive": PASSIVE,
        "policy": POLICY,
        "blame": BLAME,
        "minimise": MINIMISE,
        "wall": WALL,
        "thanks_patience": THANKS_PATIENCE,
        "compensation": COMPENSATION,
        "heated": HEATED,
    },
    excused={
        "conditional": NOT_CONDITIONAL,
        "inconvenience": NOT_INCONVENIENCE,
        "but": NOT_BUT,
        "passive": NOT_PASSIVE,
        "policy": NOT_POLICY,
        "blame": NOT_BLAME,
        "minimise": NOT_MINIMISE,
        "wall": NOT_WALL,
        "thanks_patience": NOT_THANKS,
        "compensation": NOT_COMPENSATION,
        "heated": NOT_HEATED,
    },
    common=frozenset(_COMMON) - frozenset(_TIMES),
    general=frozenset(_GENERAL),
    kin=kinship(
        "deux 2",
        "trois 3 troi",
        "quatr 4 quatre",
        "cinq 5",
        "six 6",
        "sept 7",
        "huit 8",
        "neuf 9",
        "dix 10",
        "onz 11 onze",
        "douz 12 douze",
        "conso consommation consomm",
        "retard tard attent attend",
        "cass abim bris",
        "preleve debit factur",
        "enfant fils fill petit bebe gamin",
        "mere maman",
        "pere papa",
        "technicien plombi depann",
        "perdu egar",
        "froid gel",
        "calm",
    ),
    requests=re.compile(
        r"\b(?:pouvez-vous|pourriez-vous|merci de|veuillez|envoyez-nous|nous vous invitons|contactez|ecrivez-nous|n'hesitez)\b"
    ),
    suffixes=re.compile(r"(?:ements?|ations?|ions?|eurs?|euses?|ees?|es|er|ez|ent|e|s|x)$"),
    intense=re.compile(
        r"\b(?:honte\w*|scandal\w*|inadmissible\w*|furieu\w*|colère|voleurs?|arnaqu\w*|escrocs?|incapables?|menteurs?|dégoût\w*|degout\w*|putain|merde\w*|bordel|chier|ras le bol|marre|plus jamais|pire\w*|"
        r"horrible\w*|peur|terrifi\w*|pleur\w*|mort\w*|mourir|danger\w*|catastroph\w*|inacceptable\w*|lamentable\w*|révolt\w*|foutez|fichez|ridicule\w*)\b"
    ),
    messages={
        "conditional": "« Si » et « ressenti » laissent entendre qu'il ne s'est peut-être rien passé. Pour cette personne, si.",
        "inconvenience": "« Gêne » est votre mot. Quel serait le sien ?",
        "but": "Ce qui suit le « mais » reprend le regret.",
        "passive": "Personne n'agit dans cette phrase. Qui l'a fait ?",
        "policy": "Une règle vous justifie. Elle ne répond pas à cette personne.",
        "blame": "Cette phrase lui donne tort. Elle va discuter au lieu d'écouter.",
        "minimise": "Cette phrase rapetisse ce qui s'est passé. Pour elle, ce n'est pas petit.",
        "wall": "Cette phrase ferme une porte. Que pouvez-vous faire ?",
        "thanks_patience": "Elle n'est pas patiente. La remercier de l'être, c'est lui dire d'attendre.",
        "compensation": "Un cadeau en public, si tôt, semble acheter le silence. Écoutez d'abord ; il peut suivre en privé.",
        "heated": "Cette phrase répond à la colère par la colère. Qu'une autre personne relise avant l'envoi.",
    },
    questions={
        "heard": "Quel détail de son récit montre que vous l'avez lu ?",
        "acknowledged": "Qu'avez-vous, « nous » ou « je », mal fait ?",
        "sympathised": "Comment l'a-t-elle vécu ?",
        "repair": "Que se passe-t-il maintenant pour cette personne, et pour quand ?",
        "repentance": "Qu'est-ce qui change pour que cela n'arrive plus ?",
    },
    listen="Cette personne est bouleversée : montrez d'abord que vous l'avez entendue. Les explications peuvent attendre.",
    explain="Cette personne est calme : une explication claire sera entendue.",
    twin="Ce texte est déjà parti. Chaque personne mérite ses propres mots.",
)
