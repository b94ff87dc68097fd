# ruff: noqa: E501 - a pattern that is broken into many short lines is harder to read than a long one.
"""English, as the coach reads it: lower case, plain quotes. What each name means is defined in docs/coach.md."""

from __future__ import annotations

import re

from monitor.answer.tongue import Tongue, any_of, kinship

_ADVERB = (
    r"(?:(?:really|simply|just|also|even|then|still|clearly|badly|both|all|twice|wrongly|never|actually|did) ){0,2}"
)
_OURS = (
    r"(?:i|we|(?:one|two|some) of (?:us|our (?:own )?\w+|my \w+)|(?:our|my) (?!intention|aim|customers|guests|passengers|goal|policy|records|team is)"
    r"(?:own )?(?:\w+ ){0,1}?[a-z]+|(?:a|the) colleagues?|my (?:receptionist|team) and i)"
)
# Past verbs that own up to nothing: what was done to help, to look, to think or to receive.
_HARMLESS = (
    r"(?!(?:checked|looked|spoke|received|called|rang|asked|tried (?!to sell)|wanted|emailed|informed|refunded|replied|appreciated|"
    r"understood|noticed|needed|used|hoped|tested|reviewed|changed|fixed|found|saw|heard|thought|read|cared|loved|"
    r"pulled|closed|went cold|blushed|followed|removed|issued|reached|met|designed|continued|valued|saved|"
    r"escalated|forwarded|passed|shared|noted|contacted|arranged|processed|provided|ensured|confirmed|raised|reported|alerted|notified|trained|listened|"
    r"discussed|wished|expected|believed|required|aimed|launched|created|introduced|attempted|stated|claimed|advised|delivered|hired|committed|prioritised|prioritized|"
    r"looked|checked|care|enjoyed|liked|welcomed|operated|partnered|intended|meant|followed|updated|completed|conducted|double checked|double counted|prided|had|"
    r"worked|apologised|apologized|investigated|explained|offered|responded|struck|switched|tried|added|restored|rated)\b)"
)
_PAST = (
    r"(?:\w{2,}ed|gave|took|sent|left|kept|sold|put|wrote|made|lost|broke|forgot|told|let|bent|ran|set|bought|built|"
    r"got|fell|chose|hid|fed|hit|spilt|stood|took|led|stole|tore|burnt|burned|spoilt|knew|went|shut|hung|drove|paid|charged|did|overlooked|cut|waited|threw|came|cost|stood by|packed|shrank|held|laid|lay|overslept|swore|spent|stuck|slept|sat on|froze|bit|blew|ate|drank|withdrew|overran|outgrew|mistook|misled|misheard|"
    r"caused|mislabell?ed|misread|spoke to you|hurt)"
)
_FAILED = (
    r"(?:mis\w+ed|misread|lost|broken|damaged|cancelled|canceled|left|kept you|kept your|sent you (?:the|an?|someone|somebody)|given you (?:the|wrong|bad|incorrect)|overcharged|undercharged|charged|"
    r"billed|caused|messed|screwed|dropped|failed|let|fallen|forgotten|ignored|neglected|missed|made (?:a|an|this|things|you|it (?:hard|worse|so))|taken (?:far |much |way )?(?:too|so) long|put you|"
    r"disappointed|hurt|upset|confused|delayed|delivered (?:the wrong|late|your \w+ (?:late|broken|damaged))|treated|ruined|spoiled|spoilt|wasted|got (?:this|it|that|things|your \w+) (?:so |badly )?wrong|not )"
)
_DID_NOT = (
    r"(?:didn't|did not|never|hadn't|had not|haven't|have not|weren't|couldn't be bothered|failed to|neglected to)"
    r"(?! (?:find|receive|see any|mean|intend|know of|sell|discriminate|promise))"
)

_POOR = (
    r"(?:late|slow|rude|wrong|careless|short with|cold|unkind|hopeless|useless|sloppy|lazy|unprepared|not ready|not there|asleep|dismissive|"
    r"unhelpful|deaf|silent|negligent|thoughtless|heartless|clumsy|foolish|impatient|absent)\b"
)

ACKNOWLEDGED = any_of(
    r"(?:he|she|they|it)(?:'s| is|'re| are) one of (?:ours|mine)|(?:i|we) owed? (?:you|her|him|them)|let in by us|(?:i|we) have no (?:excuse|defence|defense)",
    r"(?:our|my) (?:own )?(?:[\w']+ )?(?:fault|mistake|error|failures?|failing|doing|slip|muddle|blunder|oversight|mess|shame|"
    r"carelessness|responsibility)\b(?! to report)",
    r"(?:is|was|be|that's|it's|are|this is|all|entirely|fully) (?:entirely |all |squarely )?(?:down to us|on us\b(?! today)|on me\b)",
    r"(?:the |so is the )(?:blame|fault) (?:is|was|lies) (?:ours|mine|with (?:us|me))|so is the blame",
    r"(?:mine|ours) to answer|answer for that",
    r"(?:i|we) (?:fully |completely |do )?(?:own|take (?:full |complete |entire )?responsibility|accept (?:full |complete )?"
    r"(?:responsibility|blame)|(?:am|are|were|was) (?:fully |entirely )?(?:responsible|to blame|wrong|at fault|careless|too slow))",
    r"we're (?:fully |entirely )?(?:responsible|to blame|at fault)|i'm (?:responsible|to blame)|i was (?:arrogant|wrong)",
    r"wrong of (?:us|me)|arrogant of me|us being careless|we(?:'ve| have)? let (?:\w+ ){1,3}down|we've (?:failed|let|got this wrong)",
    rf"{_OURS} (?:should|ought)(?:n't|'ve)?(?: to)?(?: never| not)? ?(?:have )?(?:\w+)?",
    rf"{_OURS} {_ADVERB}{_DID_NOT} ?\w+",
    rf"{_OURS} (?:had|both|still)? ?(?:missed|lost|failed|let|ignored|broken|forgotten)\b",
    rf"{_OURS} (?:(?!have|has|had|would|will|can|could|was|were|be|get|got|want|need|hope|are|am|is|do|may|might|must|never|to|who|that|in|on|at|for|and|or|of|as)\w+ )?{_ADVERB}{_HARMLESS}{_PAST}\b",
    r"we (?:still )?(?:write to|threatened|kept) \w+|nobody else did|we (?:say|said) \w+ and|you say no and we ask again",
    rf"(?:{_OURS}(?:'ve| have| has)|we've|i've) (?:clearly |also |already |now |really |badly |completely |obviously |certainly )?{_FAILED}",
    r"our \w+[^.;]{0,20} (?:it |and )?(?:let you down|fell short|falls short|wasn't good enough|isn't good enough)|(?:we|i|it) (?:\w+ )?(?:fell short|let you down|messed up|screwed up|dropped the ball)",
    r"our (?:service|response|delivery|handling|communication|work)[^.;]{0,25} (?:was|has been|is) (?:\w+ )?(?:poor|bad|unacceptable|terrible|too slow|not (?:good|acceptable)|below)",
    r"(?:we|i) made (?:a|an|some|this|the) (?:\w+ )?(?:mistake|error|mess|bad|wrong)|what (?:we|i) did (?:was|is)|(?:we|i) take (?:the )?(?:blame|ownership)|(?:error|mistake|failure|oversight|slip) (?:on our|on my) (?:part|side|end)|"
    r"(?:error|mistake|failure|fault) (?:is |was )?(?:entirely |all |completely )?(?:ours|mine)|(?:i|we) (?:own|owe you) (?:this|that|it|an apology)|we're at fault|no excuse(?:s)? (?:from us|on our)|that was the wrong call",
    r"down to us|it (?:was|is) my (?:hand|list)|that was (?:my|our) (?:list|decision)",
    rf"(?:i|we|our \w+|my \w+) (?:was|were) (?:\w+ )?{_POOR}|(?:i|we)(?:'ve| have) been (?:\w+ )?{_POOR}|{_POOR} of (?:us|me|our \w+)",
    r"(?:was|were|been) (?:\w+ )?(?:caused|given|told|lost|broken|sent|left|refused|turned away|cut off|charged|misled|ignored|damaged|cancelled)\b"
    r"[^.;]{0,30} by (?:us|me|our \w+|one of (?:us|our \w+))\b",
    r"(?:fault|blame|responsibility|failure|error|mistake)[^.;]{0,20} (?:lies|rests|sits|is) (?:here |only |entirely )?with (?:us|me)\b",
    r"(?:mix-?up|slip|error|mistake|delay|hold-?up|confusion|failure|muddle|fault)[^.;]{0,20} (?:at|on) our (?:end|side|part)\b",
    r"(?:nobody|no one) (?:here|of us|(?:from|on|at|in) (?:our|my) \w+) \w+|under-?staffed|(?:hold|put|holding) our hands? up",
    r"(?:was|were) (?:our|my) (?:own )?(?!pleasure|policy|aim|goal|intention|first|last|best|team|guests?|customers?|understanding|records?)\w+\b(?! (?:to|that))",
    r"(?:we|i) (?:knew|had|saw|heard)[^.;]{0,50} and (?:took none|did nothing|said nothing|did not|didn't|let)|(?:we|i) had no (?:right|business)",
    r"because (?:we|i) (?:had|did|put|were|was|never|only)|because of our (?!policy|policies|terms|rules|commitment|size)\w+|it was (?:us|me|our \w+) (?:who|that)",
    r"(?:we are|we're|i am|i'm|it is us|we were|i was) (?:the ones?|those) who|(?:poor|bad|wrong|sloppy|careless|weak|lazy|rude) (?:\w+ )?(?:\w+ )?from (?:us|me|our \w+)\b",
    r"(?:no excuse|nothing to say) for (?:what|how|that|the|our|this)|(?:and|but|then|still) (?:still )?(?:got|did) (?:it|that|this|everything|the \w+) wrong|(?:we|i) looked away",
    r"(?:we|i) (?:was|were) too (?:proud|busy|slow|late|sure|quick|afraid|lazy|stubborn)|ours to (?:check|carry|answer|mend|prevent|notice|say|tell|bear|own|fix|keep)",
    r"should have come from (?:us|me)|what (?:i|we|our \w+|my \w+) (?:said|did|wrote|sent)[^.;]{0,30} (?:was|is|were) (?:\w+ )?(?:cruel|wrong|rude|unfair|untrue|false|unkind|hurtful|out of order|beneath us)",
    r"(?:two|three|none|some|half|all) of us \w+[^.;]{0,40} (?:neither|and nobody|and none|but none|but nobody)",
    r"(?:we|i) said [^.;]{0,30} and (?:it|we|they|nobody|i) (?:wasn't|weren't|didn't|did)",
    r"(?:we|i) (?:\w+ )?(?:mislaid|misplaced|blew|botched|bungled|fluffed|fumbled)\b|(?:is|was|are|were) (?:all |entirely |squarely )?on our (?!website|site|page|app|menu|list|way|side|radar|system|shelves)\w+",
)
NOT_ACKNOWLEDGED = any_of(
    r"(?:if|whether|what|how|where|when|why|until) (?:i|we) \w+|(?:if|whether) (?:our|my) \w+ \w+",
    r"(?:gave|give) [^.;]{0,20}(?:attention|thought)|took (?:a|another) (?:\w+ )?(?:look|moment)|did (?:everything|all|our (?:best|utmost)|what (?:we|i) could)[^.;]*",
    r"put (?:our|the) \w+ first|made (?:every|sure|an effort|contact)|went (?:through|over|back to (?:see|look|check))",
    r"held (?:a|the|our|several) (?:\w+ )?(?:meetings?|calls?|talks?|conversations?|door)|sent you an? (?:\w+ )?(?:e-?mail|text|message|link|reminder|confirmation)",
    r"our (?:technician|driver|agent|colleague|team|report)s? (?:reports?|says?|followed)",
    r"our (?:\w+ )?(?:bill|policy|policies|guidelines|terms|website|faq|products?|tents?|gloves?|cream|speeds|staff are)\b[^,.;]*",
    r"(?:take|took) (?:\w+ ){1,3}(?:seriously|off)",
    r"we (?:loved|wanted|strive|hope)[^,.;]*",
    r"(?:our|my) (?:\w+ ){1,2}(?:is|are) (?:\w+ )?(?!under|over)\w+ed\b[^,.;]{0,15}",
    r"(?:standards?|service|quality|level|experience|values|care|targets?)(?: (?:that|which))? (?:we|i) (?:\w+ )?(?:set|aim\w*|pride\w*|expect\w*|hold|strive\w*|hope\w*|want\w*|offer\w*|provide\w*)[^.;]{0,15}",
    r"(?:we|i) did (?:update|check|look|try|call|send|contact|warn|tell|inform|receive|reply|respond|offer|attempt|e-?mail|write|announce|explain|ask|refund)\b[^.;]{0,15}",
    r"while (?:we|i) (?:sort|fix|look|work|resolv|investigat|check|deal|get|got)\w*[^.;]{0,10}",
)

_FEELING = (
    r"(?:madden\w+|frustrat\w+|frighten\w+|scary|scared|terrif\w+|humiliat\w+|upset\w*|stress\w*|worry\w*|worried|disappointing|"
    r"distressing|devastat\w+|heartbreak\w+|heartless|awful|horribl\w+|horrif\w+|dreadful|terrible|exhaust\w+|infuriat\w+|insult\w+|"
    r"painful|hurt|hurts|embarrassing|degrading|cruel|mean|rotten|miserable|dismal|agony|nightmare|unsettling|unnerving|"
    r"dangerous and|tough|galling|vexing|annoying|sickening|revolting|hard on|alarming|angry|anger|annoyed|cross|irritat\w+|aggravat\w+|overwhelm\w+|hopeless|helpless|let down|appall\w+|unbearable|traumati\w+|unpleasant|daunting|disheartening|concerning|furious|livid|fuming|"
    r"exposed|cheated|shock\w*|tired of it|a pity|stings|panic|anxious|anxiety|lonely|rattled|gutted|unfair on|exclusion)\b"
)
SYMPATHISED = any_of(
    r"makes sense that you|(?:i|we) can (?:hear|see|tell|feel) how|sick with worry|worried sick|no wonder you|who wouldn't be|(?:any|every)(?:one|body) would be|of course you(?:'re| are| feel)",
    r"(?:frustrat\w+|frighten\w+|fright|scary|terrif\w+|humiliat\w+|heartbr\w+|devastat\w+|distress\w*|agoni[sz]ing|dreadful|infuriat\w+|exhausting|gutted|exasperat\w+|maddening|horrified|mortified|beside yourself|harrowing|nerve.?wracking|embarrassing|worrying|unsettling)\b",
    r"no words|(?:i|we) won't look for any|when you can bear it|makes my (?:heart|blood|stomach)|(?:i|we)(?:'m| am| are|'re) (?:thinking of|with) you|my thoughts|our thoughts are|sorry (?:that )?you (?:had|were) (?:to |that |such|a |an |put|treated|stuck|stranded|kept)",
    r"(?:i|we|one) (?:really |truly |fully |completely |totally |can |can't |cannot |can only |can hardly |can't even |could |"
    r"only |well |do |don't |quite ){0,3}(?:imagine|understand|appreciate|see|get|believe|hear|know|guess)"
    r"(?!ing)(?: (?:that|how|why|what|the|your|it's|it|this|you|being|must)){1,3}[^.!?]{0,40}?" + _FEELING,
    r"(?:i|we) (?:can only |can |can't |cannot |could )(?:only |even |hardly |well )?(?:imagine|guess|believe)\b(?! why (?:we|our))",
    r"(?:i|we)(?: can| do| fully| completely| totally| really)* (?:understand|see|know|hear|get) (?:why|how|that|what) "
    r"(?:you|your|it|that|this|being|we|having)\b(?!'d like)",
    r"(?:i|we)(?: can| do| fully| completely| totally| really)* understand (?:your (?:anger|frustration|worry|upset|disappointment|fear|"
    r"distress)|what you|it's)",
    r"must(?: have|'ve)? (?:be|been|feel|felt|read|still be|hurt|stung|worn|weighed|broken your heart)\b|(?:that|it|you|this) must be\b|must be (?:an? |so |very |absolute )?"
    + _FEELING
    + r"|must be agony",
    r"(?:i|we)'d (?:be (?!happy|glad|delighted|pleased|able|grateful)|have been|have (?:walked|thrown)|want to|feel|hate)|i would(?:n't| not)? (?:be|have|want|feel)|i wouldn't want",
    r"every (?:right|reason) to|(?:you(?:'re| are| were|'ve| have)) (?:\w+ )?(?:a )?right to (?:be|feel|expect better)",
    r"\w+ (?:about|who) \w+[^.]{0,40} is entirely fair",
    rf"(?:that's|that is|that was|it's|it is|this is|this was|which is|is|was|how|what an?|so|a|and|are) (?:\w+ ){{0,3}}?{_FEELING}",
    r"(?:i|we)(?:'m| am| are|'re)? (?:\w+ )?(?:feel (?:for|terrible|sick|awful|dreadful)|shaken|horrified|heartbroken|relieved)",
    r"my (?:heart|stomach) \w+|went cold|it (?:hurts|stings)|that hurts|nobody who loves|no one should|you should (?:feel|never have to)",
    r"sorry (?:that )?(?:it was )?you (?:had to|were left|spent|went through|have to|who had to)|sorry for your loss|to your loss|"
    r"what we added to it|for your loss",
    r"would (?:try|be hard on|wear) any(?:one|body)|wears? any(?:one|body) down|takes the joy|drive (?:me|anyone) up the wall",
    r"(?:should never|shouldn't) have to feel|can't be put right|will give you those \w+ back|no small thing|poor (?:lad|thing|girl)",
    r"how (?:stressful|frustrating|upsetting|infuriating|dismal|revolting|awful|annoying|worrying|disheartening)",
    r"mortified|(?:i'm|i am|we're|we are|so|very|truly|deeply|terribly|really)? ?sorry (?:about|for|to hear about|to hear of) (?:your (?:loss|dad|mum|mom|father|mother|son|daughter|dog|cat|husband|wife|pain|injury|distress|ordeal|wasted)|"
    r"the (?:stress|distress|upset|worry|anxiety|frustration|pain|anguish|hurt|embarrassment|trauma|scare|ordeal|disappointment|heartache|humiliation|fear))|(?:any|the|your|for the|cause\w*|added) (?:\w+ )?(?:stress|distress|worry|anxiety|"
    r"frustration|anguish|embarrassment|trauma|ordeal|heartache|humiliation)\b(?! (?:if|that may|may))|(?:nobody|no one|no-one|no (?:parent|child|family|customer|guest|passenger|patient)) (?:should|deserves)|you deserve(?:d)? (?:better|so much)|"
    r"(?:not|isn't|wasn't) (?:an? )?(?:easy|fun|pleasant|nice) (?:for you|situation|thing|time)|at a time like this|(?:the )?last thing you (?:need|want)\w*|on top of (?:everything|it all|that)|(?:we|i) share your|"
    r"(?:i|we) (?:really |truly |do |deeply )?(?:empathi[sz]e|sympathi[sz]e|feel your)|(?:totally|completely|perfectly|entirely) understandable|understandably|your (?:anger|frustration|upset|disappointment|worry) is (?:\w+ )?(?:\w+)|"
    r"(?:relieved|grateful|glad|thankful) (?:that )?(?:you're|you are|your \w+ (?:is|are)|no one|nobody|everyone)|how (?:\w+ )?(?:hard|difficult|worrying|terrifying|scary|tough|awful|painful|exhausting|disappointing|annoying|embarrassing)",
    r"the one who has to look|a (?:violation|parent's nightmare)|i hope you're on the mend|glad you're safe",
    r"(?:sorry|sad|gutted) (?:to (?:hear|read|learn) )?(?:that )?you (?:and [^.;]{2,25} )?(?:ended up|were (?:left|cut off|stuck|kept|made|turned away|passed|stranded|locked|ignored|spoken to|soaked)|had (?:to|such)|spent|waited|stood|sat|slept|walked|queued|(?:have|'ve) (?:had to|spent|waited|been (?:left|stuck|kept|passed)))",
    r"(?:sounds?|seems?|looks?|feels?|felt) (?:\w+ ){0,3}?" + _FEELING,
    r"(?:that's|that is|that was|it's|it was|how|so|sounds?|is|was|pretty|really|what an?|utterly|feels?|a) (?:\w+ ){0,2}?(?:gutting|gut-?wrenching|crushing|draining|grim|rough|hellish|chilling|saddening|sad|tiring|soul-?destroying|demoralising|demoralizing|bewildering|"
    r"mortifying|nerve-?racking|heart-?breaking|intimidating|disturbing|isolating|ghastly|grinding|a slog|hell|torture|wretched|sickening|a lot to (?:carry|deal with|take)|a blow)\b",
    r"(?:i|we)(?:'d| would| really| absolutely)? hate (?:that|to think|knowing|how|the thought)|in tears|(?:i|we) don't blame you|you(?:'re| are) (?:\w+ )?(?:right|entitled) to (?:be|feel)|took (?:its|a) toll|sleepless|(?:i|we)(?:'m| am|'re| are) (?:\w+ )?(?:gutted|heartsick|saddened)",
    r"(?:is|was|are|were) no (?:joke|fun|picnic|way to \w+)|(?:can't|cannot|can not|couldn't|won't) (?:have been|be|feel|have felt) (?:\w+ )?(?:pleasant|easy|fun|nice|comfortable|good|great)|condolences",
)
NOT_SYMPATHISED = any_of(
    r"while (?:we|i) (?:regret|apologi[sz]e)[^.;]*|(?:sorry|regret)[^.;]{0,25} (?:unhappy|dissatisfied|not happy)[^.;]*",
    r"(?:sorry|regret)[^.!?]{0,20} (?:you feel|you felt|that you felt)[^.!?]*",
    r"understand (?:your|you have) (?:concerns?|query|point)|if any\w*[^.;,]*",
    r"we understand this has been a difficult time(?= never)",
    r"(?:i|we)(?:'m| am| are|'re) (?:so |very |really )?ashamed",
    r"must have used|must be (?:made|in writing|received|submitted)|you must have (?:used|missed|entered)",
)

_WHEN = (
    r"(?:today|tonight|tomorrow|this (?:morning|afternoon|evening|week)|(?:on )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|at \d|"
    r"at (?:noon|eight|nine|ten|four|five|six|seven|once)|by (?:\d|noon|six|five|four|eight|tuesday|thursday|friday|monday)|before|"
    r"within|in (?:\d+|five|ten) minutes|straight away|right now|now|by courier|for nothing)"
)
REPAIR = any_of(
    r"(?:i|we)(?:'ll| will) (?!not|never|always|also pass|be (?:looking|investigating|reviewing|in touch|sure|happy|passing|sharing)|look|do (?:our|my) (?:best|utmost)|try|pass|share|feed|continue|need|take (?:this|it|your)|keep (?:working|trying|improving)|consider|forward|note|learn|see what|make sure|ensure|"
    r"do better|miss|improve|strive|work|use (?:this|your)|send (?:you )?(?:a goodie|some)|upgrade|no longer|give you (?:a (?:free|discount)))\w+",
    r"(?:is|are|'s|has been|have been|'s been) (?:been )?(?:put back|locked in|paid back|on site|out there now|on the scene|back on your|on the phone)|(?:may|can|could|shall) (?:i|we) (?:call|ring|phone|visit|come)",
    r"(?:'ll|will) (?:now |then |also )?(?:have|receive|get|see) [^.;]{0,30}(?:by|today|tomorrow|tonight|within|in your|on \w+day|before|this)\b|(?:'ll|will) (?:redo|swap|mend|replant|reprint|remake|recook|retype|rebuild|clean it|put it right|be paid|be refunded)\b",
    r"(?:courier|engineer|technician|driver|plumber|visit|slot|appointment|collection|replacement|van) (?:is |has been |already )?(?:booked|arranged|lined up|scheduled)|at no (?:extra )?(?:cost|charge)|at our (?:own )?expense|by (?:close of (?:business|play)|end of (?:the )?day|the end of (?:the|today))|"
    r"(?:'ll|will) text you|are out looking|wants to speak to you|(?:'ll|will) be (?:in your account|with you (?:by|on|at|before|today|tomorrow))|nothing will be billed|(?:i've|we've) (?:sent|posted|shipped) (?:you )?(?:a|an|the|another|out)",
    r"(?:will be|is being|are being|has been|have been|is|are|being|were|was) (?:now |already |just |also |fully )?(?:fitted|repaired|replaced|refunded|re-?sent|collected (?:today|tomorrow)|ordered|waived|credited|reinstated|reversed|"
    r"corrected|dispatched|re-?shipped|rebooked|bagged up|reserved for you|held for you|set aside|waiting (?:at|for)|ready (?:at|for) (?:the|you)|at no charge|put right)\b",
    r"which i've held|i've (?:held|waived|spoken (?:to|with) \w+|had a word with|escalated this to \w+ (?:who|and)|double)|a (?:refund|replacement|courier|new \w+|credit note) (?:is|will|has|was|went|of)|(?:full|immediate) refund|"
    r"(?:issu|process|arrang|send|ship|order|expedit|schedul|rebook|replac|refund)ing (?:you |your )?(?:a |an |the |your |it )?(?:full |new )?(?:refund|replacement|\w+)?[^.;]{0,15}(?:today|now|tomorrow|for you|right away|straight away|immediately)",
    r"(?:i'm|we're|i am|we are) (?:\w+ )?(?:refunding|sending|replacing|issuing|arranging|processing|shipping|rebooking|fixing|waiving|reversing|expediting|crediting|on (?:my|our) way to)|your (?:refund|replacement|new \w+) (?:is|will|has|was|should|went|arrives)|"
    r"(?:i|we)(?:'ve| have) (?:\w+ )?(?:issued|processed|scheduled|shipped|dispatched|expedited|raised a refund|upgraded|rescheduled|reinstated|updated your|amended|assigned|organised|organized|extended your|secured|reached out to|contacted the)",
    r"(?:i|we)(?:'ve| have) (?:already |just |now |also )?(?:refunded|rebooked|booked|re-?sent|sent|reset|credited|cancelled your|"
    r"canceled|ordered|arranged|put|taken (?:\d|his|your)|got (?!this|it wrong)|paused|withdrawn|met with|asked|called|withdrawn|removed|restored|fixed|waived|reopened|"
    r"blocked your|unblocked|corrected|replaced|set aside|emailed|found|stopped|pulled|made|reversed|transferred|worked it out|given|closed|"
    r"returned|rung|checked|suspended|upgraded you|switched|activated)\b",
    r"(?:i'll|we'll|i will|we will|i'm going to|i'd like to|i would like to|let me|i can|we can|we'd like to) (?:\w+ )?(?:call|ring|phone|"
    r"refund|send|pay|replace|bring|collect|drive|come|be there|be up there|put the|put it|cover|fix|rebook|stop by|find|sit down|sort|"
    r"reimburse|repay|tell you|meet|get back to you|come back to you|let you know|walk you|give you|return|deliver|remove|credit|"
    r"ship|repair|write to|hold|cancel|update you|apologise to|be on the phone|talk you|open another|take it|take the old)",
    r"(?:we|i) (?:pay|refund)\b|we're (?:sending|refunding|restoring|paying|replacing)|i'm (?:sending|refunding|driving|coming|bringing|"
    r"checking|calling|paying|replacing|putting|arranging|rebooking)|i'm here until",
    r"(?:is|are|was|has|have|'s|'ve)(?: now| already| all)? (?:on (?:its|his|her|their|the) way|back (?:on|in|with)|gone back|going back|been refunded|"
    r"refunded|cancelled (?:as|and)|being (?:repeated|picked|towed|sent|collected)|in the van|off the bill|off your bill|undone|"
    r"withdrawn|found|in tomorrow's|waiting (?:for you|at)|been (?:withdrawn|called off|sent (?:out|again)))",
    r"(?:went|goes|gone|come|comes|coming) (?:back|home)? ?(?:to|out|on|up|there|here|with)? ?(?:your (?:card|account)|by courier|"
    r"tomorrow|tonight|today|at noon|thursday|on (?:mon|tues|wednes|thurs|fri|satur|sun)day|\d)",
    r"(?:went|goes|gone) (?:back|out)\b[^.]{0,30}(?:card|account|today|tonight|tomorrow|this|a minute|courier|price)?",
    r"(?:comes?|leaves?|leave|flies|departs|restarts?|arrives?|will be (?:with you|there|at)|stands at your|starts)\b[^.;]{0,40}?"
    + _WHEN,
    r"will (?:\w+ )?(?:call|ring|phone|meet|see|bring|come|visit|collect|write to|contact you (?:by|before|today)|be with you|be at|have it|"
    r"look at it with)|(?:calls?|rings) you|has your number and|a \w+ will (?:bring|call)",
    r"(?:repair|dentist|hotel|taxi|tow|vet|bill|costs?|both|everything|all of it)[^.;]{0,30} (?:is|are) (?:on us|ours|on our account|paid)|"
    r"ours to pay|at our (?:cost|expense)|(?:on|from) our (?:account|cost)|(?:was|is|are|4,) on us\b(?= )|it works now|it's open again|try it now",
    r"(?:fine|fee|fees|penalty|charge|letter)(?: is|'s| has been|s are)? (?:cancelled|gone|withdrawn|waived|struck|off|refunded|back)|fine's cancelled|"
    r"(?:you're|you are) (?:on the|booked|down for|rebooked|first on|owed)|struck off,|you needn't|here is (?:my own number|a line)",
    r"(?:your )?money(?:'s| is| has)? (?:back|gone back|waiting|at the desk|in an envelope)|there's your money|there is your money|money is in",
    r"(?:a|the) (?:new|proper|right|missing|sealed|second|third|courtesy|loan|replacement) \w+[^.;]{0,40} (?:is on its|is in the|goes out|goes|leaves|comes|in tomorrow's|for you is)\b",
    r"are on (?:the press|their way|the press now)|(?:it's on|on) \w+day's lorry|(?:they're|they are) (?:back|yours)|you can (?:pay with me|draw)",
    r"in your account (?:on|by)|as of \d|until (?:eight|\d)|back today|come by any day|come on any evening|i cook for|be at the depot",
    r"(?:an engineer|someone|a driver|a colleague|an? \w+ \w+)[^.;]{0,25} (?:is waiting|will be|is coming|comes|picks)",
    r"(?:set|put|kept|laid|held) (?:\w+ ){1,3}aside|(?:it's|it is|that's|everything is) (?:all |already )?paid for|(?:is|are|you're|you'll be|be) getting [^.;]{0,40} back\b|back (?:in|into|to) your account",
    r"(?:they|he|she|reception|the [a-z]+|our [a-z]+|\w+ team|\w+ dealer|manager|(?!that|this|it|which)[a-z]+ from \w+)(?:'ll| will) (?:now |also |then )?(?:move|swap|book|drop|post|pop|fetch|text|refund|replace|credit|collect|deliver|fit|repair|reopen|rebook|reimburse|send|pay|cover|waive|hand|install|"
    r"clear|empty|pick|fix|redeliver|reissue|transfer|cancel) (?:you|your|it|this|that|the|them|up|in|out|a|an|both)\b",
)
NOT_REPAIR = any_of(
    r"so (?:that )?(?:i|we) can (?:\w+ ){0,3}(?:help|look|investigate|assist|check|see)",
    r"(?:look(?:ing)? into|see what)[^.;]*",
    r"(?:get|have) (?:this|it|that) looked[^.;]*",
    r"(?:team|member of the team|someone) will be in touch[^.;]*|in due course",
    r"(?:we'll|we will|i'll) (?:\w+ )?(?:pass|share|forward|send you a goodie|send you some|upgrade your next)[^.;]*",
    r"(?:we'd|we would) (?:love|like|be happy) to (?:send you|offer|give you)[^.;]*",
    r"(?:we|i) (?:are|is|were) (?:unable|not able)[^.;]*",
    r"will be (?:investigated|looked into|reviewed)[^.;]*",
    r"come when he comes|will be with you soon|with you soon|on its way and should",
    r"so (?:that )?(?:we|i) can (?:continue|keep)[^.;]*|no \w+(?: \w+)? (?:goes|leaves|comes|ships|flies|starts)[^.;]*|(?:goes|leaves|ships|comes)(?: out)? without[^.;]*|to (?:continue|keep)(?: to)? bring\w*[^.;]*|continue to \w+",
)

REPENTANCE = any_of(
    r"(?:will|to|must) (?:all |now |also )?(?:complete|receive|get|undergo|have|attend|go through|sit through|take)[^.;]{0,40}(?:training|course|refresher|coaching)",
    r"so (?:that )?(?:\w+ ){1,4}(?:is|are|can|will) (?:never|no longer|not|always)\b|(?:we|i)(?:'re| are|'m| am) hiring|no longer lets",
    r"(?:two of us|everyone|everybody|both of us|they|all of us|my team|the team) now \w+|(?:every|each) \w+ (?:i|we) \w+ (?:now|from now)|gets? a (?:visit|call|reply|second|check)",
    r"(?:going|moving) forward|in (?:the )?future\b(?! (?:orders?|visits?|purchase|trips?))|so (?:that )?(?:this|it|no one|nobody|other|others|your next)[^.;]{0,30}(?:again|never|go through|same thing|same way)|(?:never|not) (?:be )?repeated|"
    r"prevent(?:ing)? (?:this|it|that|a repeat|anything)|(?:make|making|made) sure (?:that )?(?:this|it|that|nobody|no one|other)[^.;]{0,30}(?:again|never|n't|not|else)|ensure (?:that )?(?:this|it|no one|nobody)[^.;]{0,30}(?:again|never|n't|not)|"
    r"(?:stop|keep) (?:this|it) (?:from )?happening|learn(?:ed|t|ing)? (?:from (?:this|it)|a (?:\w+ )?lesson)|lessons? (?:learned|learnt)",
    r"(?:we|i)(?:'re| are|'m| am|'ve| have|'ll| will)? (?:\w+ )?(?:retrain\w*|chang\w+ (?:how|the way|our|the (?:process|system|rule))|overhaul\w*|redesign\w*|rewrit\w+|add(?:ed|ing)? (?:a|an) (?:\w+ )?(?:check|step|alarm|sensor|person|test)|"
    r"introduc\w+ (?:a|an|new)|put(?:ting)? (?:\w+ )?(?:checks|measures|safeguards|steps|in place)|tighten\w*|improv\w+ (?:how|our (?:training|process|checks|packaging|system))|review(?:ing|ed)? (?:how we|our (?:process|training|procedure|hiring|checks)))",
    r"until [^.;]{0,40}(?:redesigned|fixed|safe|checked|retrained|trained|tested|proven)|(?:all (?:our|my|of our)|every|each|any) (?:\w+ ){1,4}(?:will|must|now|has to|have to|is now|are now|gets?|goes)\b|\w+s(?: \w+){0,3} (?:now get|will now|now have|are now|must now|now go)\b|"
    r"(?:will|must|is|are|being) (?:be )?(?:retrained|redesigned|trained again|double.?checked|reviewed every)",
    r"(?:won't|will not|can't|cannot|doesn't|does not|shall not|must not|must never|should not) happen(?: to (?:you|anyone))? (?:again|once more)?",
    r"never (?:again|once more|happens? again)|never more|happens? again|again (?:without|before|until|unless)",
    r"(?:from|as of|starting|beginning) (?:now(?: on)?|today|tomorrow|tonight|this|next|here on|monday|the (?:first|next))\b(?! i am)",
    r"(?:we|i)(?:'ve| have) (?:now |since |already )?(?:changed|struck it|retrained|rewritten|set up|closed that|blocked|shown|taken the script)",
    r"(?:we|i)(?:'re| are|'m| am) (?:re)?(?:training|having|checking every|changing|rewriting|reviewing every|putting in place)",
    r"(?:do|be|get|learn to do) better\b(?! offer)",
    r"(?:we|i) now \w+|(?:we|i) no longer|no longer|(?:we|i) don't (?:publish|put|send|release|let|rely) [^.;]{0,40}(?:any ?more|again|unless|without)",
    r"(?:no|nothing|nobody|every|each|all) [^.;]{0,60} (?:without|before it's|until|unless|passes|goes through|goes past|has a photo|stands|"
    r"sits through|hears|closes? on|with a second|stops its|now goes|carry a sign|rely)\b",
    r"(?:is|are|be) (?:now )?(?:checked|locked|made apart|published)[^.;]{0,40} (?:by two|since|within|from now)",
    r"stays? off until|so (?:that )?(?:it|this|a box|nobody|no one)[^.;]{0,15} (?:can't|cannot|never|doesn't)(?! again)",
    r"(?:tickets older|reports?|receipts|addresses|keys|vegan plates|bills)[^.;]{0,40} (?:now|from|from now on|any more|no longer)",
    r"the next version|the (?:bills|word) [^.;]{0,30} (?:from may|until the)|all shops close|is off the website until|we won't (?:release|send|let|put|ask|do)|gets? a (?:taxi|letter) at once",
    r"(?:we|i)(?:'ve| have) (?:now |just )?stopped \w+ing\b(?! (?:it|your|this|that)\b)|(?:we|i)(?:'ve| have|'ll| will) (?:now )?put (?:a|an|one|two|another) (?:\w+ )?(?:person|people|guard|colleague)",
    r"(?:is|are|'re|'m|am) going to change (?:the|how|our|that|this)|next time (?:a|an|we|i|our|somebody|someone|there)\b|^\s*no more \w+ \w+",
    r"(?:the|that|this) (?:rule|script|form|sign|notice|poster|line|clause|letter|practice) (?:is|was|comes|came|goes|went|has) (?:gone|down|off|scrapped|dropped|history)",
    r"we (?:hold|buy|print) [^.;]{0,40} (?:from now on|now|before)|(?:two|some) \w+ by the door now|it takes apostrophes",
    r"(?:will|must|(?:have|has|are going|is going) to) (?:now |all |always |also |both |only )?be (?:\w+ )?(?:read|checked|tested|signed|counted|inspected|audited|approved|seen|tasted|weighed|scanned|logged|watched|looked at|walked|trained|briefed)\b"
    r"[^.;]{0,40} (?:before|twice|daily|weekly|(?:every|each) \w+|by (?:two|a second|someone|somebody|another|people|an? (?:independent|outside|senior|qualified)))\b",
    r"retrain\w*|(?:team|crew|staff|colleagues|managers|drivers|agents|everyone|everybody|branch|shift)(?: there| here| involved)? (?:is being|are being|has been|have been|will(?: all)? be|'ll be|are(?: all)?(?= going)|is(?= going)) (?:going through|briefed|trained|taken through|shown how)\b|"
    r"(?:going|been|go|run|talk\w*|work\w*) through [^.;]{0,40} with (?:the|our|my|all|every) (?:\w+ )?(?:team|crew|staff|colleagues|driver|drivers|branch|kitchen|shift)|(?:refresher|training) (?:session|course|day|for (?:the|all|every|our))",
    r"(?:i|we)(?:'ve| have|'re| are|'ll| will|'m| am)(?: now| also| already| going to)? (?:doubl(?=ed|ing)|tripl|scrap|abolish|ax|bin|ditch|hir|recruit|install|ban|phas|overhaul|rebuil|redr)\w*\b|(?:i|we)(?:'ve| have|'re| are|'ll| will) (?:now |also )?(?:bring in|brought in|bringing in|take on|taken on|taking on|"
    r"add|added|adding) (?:more|extra|another|a second|two|three|additional|new) (?!points|credit|month|week)\w+",
    r"(?:two|a second|another|a senior) (?:\w+ ){1,4}?(?:will|must|now|has to|have to) (?:\w+ )?(?:check|count|sign|read|look|test|confirm|stand|watch|walk|approve|listen)\w*",
    r"(?:i|we)(?:'ll| will| won't| shall| are| do)? (?:not |never )[^.;]{0,50}\b(?:again|any ?more|any longer|ever)\b|(?:i|we) (?:won't|don't) [^.;]{0,50}\b(?:again|any ?more|any longer)\b|you (?:won't|will not|shouldn't|will never) [^.;]{0,40} again\b",
    r"(?:from|as of|starting|by) (?:january|february|march|april|june|july|august|september|october|november|december|next (?:week|month)|the new year)[^.;]{0,20} (?:every|all|each|our|we|no|any|the)\b",
    r"(?:is|are|was|were|has been|have been|will be) (?:now |being |also )*(?:rewritten|rebuilt|scrapped|overhauled|redrawn|redesigned|audited|phased out|taken out of use)\b|there(?:'s| is| are| will be|'ll be) (?:now|always) (?:be )?(?:an?|two|one|some)\w*",
    r"(?:^|(?<=[,;:] )|(?<=and ))(?:for |before )?(?:our |the )?next (?:launch|season|year|month|event|show|tour|winter|summer|term|sale|spring|autumn|festival|edition)[^.;]{0,8},? (?:we|i|there|it|every)\b",
    r"(?:the same day|every time|each time|every single time), always|, always\b\W*$|without exception\b|(?:two|one|both|every|all) [^.;]{0,20} now before (?:i|we|any|every|each|it|anything)\b",
    r"(?:comes?|came|taken|goes|pulled|gone) off (?:all|every|the|our) (?:packs?|shelves|menus?|site|shelf|shop|list)\b",
    r"(?:stays?|remains?|is|are) (?:shut|closed|off|out of (?:service|use)|grounded|suspended|locked) until (?!\w+day|further|\d|noon|tonight|tomorrow|next|the (?:end|morning))",
)
NOT_REPENTANCE = any_of(
    r"every (?:half |two |three |few )?(?:hours?|minutes?|\d+)[^.;]*",
    r"(?:tickets|service|app|site|it|this|they|orders|you|lines?|trains?|stores?|refunds?|we) (?:is|are) now[^.;]*",
    r"always (?:work|striv|try|look|aim)(?:e|ing)?\b[^.;]*|chang(?:ed|ing) (?:your|his|her|their)\b[^.;]*|from (?:\w+day|now|today|tomorrow|this \w+) you (?:can|may|will)[^.;]*",
    r"do not contact us again[^.;]*",
    r"(?:i'm|i am) here[^.;]*|nothing can be done[^.;]*|open to you from today",
    r"(?:trips?|refund|flight|order|price|cancelled|gone|is) (?:as of|from) (?:now|today|this)",
    r"(?:approved|accepted|confirmed|covered|open|ready|valid) as of [^.;]*|no longer (?:available|possible|valid|eligible|open|covered|supported|under|in stock|employed)[^.;]*|(?:won't|never|not) (?:hear|trouble|bother|contact|ask)[^.;]{0,15} (?:you )?again",
    r"chang(?:ed|ing) (?:the|a|this) (?:name|booking|date|address|time|seat|ticket|reservation|password|card|number|order|appointment|room)\b[^.;]*",
)

_SORRY = r"(?:sorry|apologi[sz]e|apologies|apology|regret|apologising)"
CONDITIONAL = any_of(
    rf"{_SORRY} (?:to hear |that )*(?:you're|you are|you were|you've been) (?:unhappy|disappointed|dissatisfied|not (?:happy|satisfied)|displeased|unsatisfied|offended|upset)(?: \w+)?",
    rf"(?<![^,;:!] )(?:if|should|in case) (?!i\b|possible)[^.;]{{3,120}}?\b{_SORRY}",
    rf"(?:we |we're |we are |i'm |i |do |our )?{_SORRY}(?: to (?:hear|learn|see|say))?(?: that| to anyone| to you| for it| and apologi[sz]e)? ?(?:,)? ?if\b(?: \w+)?",
    rf"{_SORRY} (?:to (?:hear|learn) )?(?:that )?(?:you|some|people|customers|anyone|they) (?:may |might |could |have )?(?:feel|felt|found|find|took|see it|believe|perceived?|"
    rf"were (?:offended|hurt|upset)|was offended|have been)\b",
    rf"{_SORRY} to (?:anyone|any|those|all|everyone|people|customers|any \w+)(?: \w+)? who (?:was|were|may|might|felt|feel|found|took|has|have)(?: have| been| be)?",
    rf"{_SORRY} (?:for )?any (?!inconvenience)(?:\w+ ){{1,4}}?(?:that |which |this |it |we )?(?:may|might|could) have",
    r"if (?:anyone|anybody|you|we|this|it|our \w+|some)[^.;]{0,50},? (?:we|i)(?:'re| are|'m| am| do)? (?:truly |very |deeply |so )?(?:sorry|apologi[sz]e|regret)",
    rf"{_SORRY} for any (?:offen[cs]e|upset|hurt|distress|confusion|misunderstanding)",
    rf"{_SORRY} (?:you )?(?:that )?you (?:feel|felt|found)\b",
    r"may have (?:caused|upset|offended|been)|might have (?:caused|upset|offended)",
    rf"{_SORRY} (?:if|should) ",
    r"(?:sorry|apologi[sz]e|apologies|regret)[^.;]{0,20} (?:any|whatever) (?:\w+ )?(?:offen[cs]e|upset|hurt|distress|disappointment|frustration|concern|confusion|embarrassment|anxiety|alarm|impression)\b",
    r"(?:sorry|apologi[sz]e|apologies|regret)[^.;]{0,30} (?:was|were|has been|may be|might be|could be|could have been|may have been) (?:perceived|seen|felt|experienced|received|viewed|read|taken) as\b|(?:perceived|seen|viewed|come across|came across) as (?:rude|offensive|insensitive|dismissive|unfair)",
)
NOT_CONDITIONAL = any_of(
    r"(?:let (?:me|us) know|see|ask|tell me|wonder) if", r"inconvenience (?:this|that|it|we)?[^.;]{0,12}may have \w+"
)
INCONVENIENCE = any_of(r"(?:(?:for )?(?:any|the|this|your|all the) )?inconvenienc(?:e|es|ed)\b")
NOT_INCONVENIENCE = any_of(
    r"(?:more than|not (?:just )?|isn't|is not|call\w*|too small|hardly|beyond)[^.;]{0,25}inconvenienc\w+",
    r"inconvenience (?:is|isn't|doesn't|would be|hardly)[^.;]*",
)
BUT = any_of(
    r"(?:while|whilst|although|though|even though) (?:we|i)(?:'re| are|'m| am| do)? (?:\w+ )?(?:regret|apologi[sz]e|sorry|sympathi[sz]e)[^,.;]{0,60}",
    r"albeit|(?:but|although|though)(?: it was| this was| that was)? (?:completely |entirely |totally |purely |wholly )?(?:unintentional|unintended|inadvertent)\w*",
    rf"(?:{_SORRY}|unfortunate\w*)[^.!?;]{{0,90}}?(?:,|;)? ?\b(?P<x>but|however|although|though|albeit|nevertheless|that said)\b",
)
NOT_BUT = any_of(
    r"(?:not only|nothing|all|anything|no one|nobody|none)[^.;]{0,40}? but(?: also)?\b", r"but (?:also|for you)\b"
)
_FAULT = (
    r"(?:mistakes?|errors?|faults?|mix-?ups?|mishaps?|oversights?|miscommunications?|misunderstandings?|confusion|discrepanc\w+|"
    r"glitch(?:es)?|hiccups?|hitch(?:es)?|blips?|issues?|problems?|lapses?|failures?|shortcomings|irregularit\w+|failings)"
)
PASSIVE = any_of(
    rf"(?:customers|users|you|some|people|guests|passengers|members) (?:may have |have |had |might have )?(?:experienced|encountered|faced|seen) (?:an? |some |a few )?(?:\w+ )?{_FAULT}",
    rf"{_FAULT}(?: (?:that|which))? (?:was|were|has been|have been|had been|may have been|got) (?:\w+ )?(?:made|encountered|identified|found|detected|introduced|"
    rf"committed|discovered|uncovered)",
    rf"{_FAULT} (?:has |have |may have |had )?(?:occurred|happened|arose|arisen|crept in|slipped (?:in|through))(?: \w+)?",
    rf"there (?:was|were|has been|have been|had been|appears to have been|seems to have been) (?:an? |some |a few |certain )?(?:\w+ ){{0,2}}?{_FAULT}\b",
    r"(?:was|were|has been|have been|been|got|is|are) (?:\w+ )?(?:misinterpreted|misunderstood|misconstrued|misread|taken out of context|mishandled|misrepresented|"
    r"miscommunicated)",
    r"taken out of context",
    r"(?:procedures?|steps|standards|processes|guidelines|protocols?|the proper \w+) (?:was|were|have been|had)(?: not|n't) (?:\w+ )?(?:followed|met|observed|upheld|respected)",
    r"(?:incorrect|wrong|inaccurate|erroneous) \w+ (?:was|were|has been|have been) (?:\w+ )?(?:displayed|sent|given|provided|issued|applied|shown)",
    r"(?:no issues?|nothing wrong) (?:was|were) (?:found|identified)",
    r"(?:issues?|errors?|glitch(?:es)?|outages?|bugs?|incidents?|faults?) (?:has |have )?(?:affected|impacted|prevented|disrupted|led to|resulted)|it has been (?:determined|established|brought to our attention) that [^.;]{0,60}",
    r"things (?:went|have gone) wrong|something went wrong",
    r"(?:due to|because of|caused by|(?:the )?result of|owing to|down to|following) (?:an? |some |the )?(?:\w+ )?(?:technical|system|human|clerical|software|administrative|admin|unforeseen|unexpected|operational|processing|internal) (?:\w+ )?"
    + _FAULT,
    r"(?:this|it|that|what happened) (?:was|is|appears to be|appears to have been|seems to be|seems to have been) (?:simply |purely |just )?(?:an? |the result of an? )(?:unfortunate |genuine |simple |honest |technical |system |human |clerical |administrative )+"
    + _FAULT,
    r"(?:got|was|were|been|gets?|are) (?:\w+ )?(?:mixed up|muddled(?: up)?|crossed over|overlooked|mis-?routed|mis-?directed|swapped (?:over|round|around))|slipped through (?:the|our) (?:net|cracks)|(?:fell|fallen) through the cracks|crossed (?:wires|lines)|wires (?:got|were) crossed",
    r"(?:was|were|has been|have been|been|got) (?:\w+ ){1,2}(?:in error|by mistake|by accident|erroneously|inadvertently|accidentally|mistakenly)\b|(?:was|were|has been|have been|been) (?:incorrectly|erroneously|inadvertently|accidentally|mistakenly) \w+",
    r"(?:an?|the|some) (?:incorrect|wrong|inaccurate|erroneous|outdated) (?:\w+ ){1,2}(?:was|were|has been|have been|got) (?:\w+ )?(?:entered|used|applied|recorded|selected|printed|loaded|quoted|dispatched|shipped|keyed|picked|attached|uploaded|published|sent|given|issued)",
    rf"{_FAULT} (?:was|were|has been|have been) (?:\w+ )?(?:experienced|noted|observed|recorded|suffered)",
)
NOT_PASSIVE = any_of(
    r"[^.;]{0,120}(?:on our (?:side|part|end)|by (?:us|me|our \w+|one of us|the \w+ i)|that (?:we|i) made|mistake of ours)",
)
POLICY = any_of(
    r"(?:as )?per (?:our|the|your|company) (?:\w+ ){0,2}\w+",
    r"(?:as )?(?:per|under|in (?:line|accordance|compliance|keeping) with|according to|due to|because of|based on|pursuant to|following|within|outside|against|"
    r"see|by|as stated in|as set out in|in)? ?(?:our |the |your |company |a )?(?:\w+ )?(?:\w+ )?"
    r"(?:polic(?:y|ies)\b|terms and conditions|terms of (?:use|service|the guarantee)|warranty terms|ticket terms|t&cs|terms & conditions|guidelines|offer conditions|"
    r"conditions of carriage|(?:company |standard |internal )procedures?|tenancy agreement|dress code|fair use|terms state)",
    r"as (?:stated|set out|specified|outlined) in (?:your|the|our) \w+",
    r"(?:in accordance with|in line with|in compliance with) (?:the |their |local |our |your )?[\w ]{3,30}",
    r"(?:see |section |clause |article )(?:clause |section )?\d[^,.;]*(?:\.\d)? of (?:the|our|your) \w+|see rule \d|our rules",
    r"(?:guidelines|policy|rules|regulations|terms) (?:require|state|say|do not allow|don't allow|prohibit)s?",
    r"strictly in accordance|(?:our |within our |the |your )?contractual \w+|(?:legal|regulatory) (?:obligations?|requirements?)|under (?:your|the|our) (?:contract|agreement|terms|tariff|rules)|"
    r"(?:your|the) (?:contract|agreement|terms) (?:clearly )?(?:states?|says?|provides?|requires?)|(?:our|the|house|company) rules\b|protocol (?:is|requires|states)|standard (?:procedure|practice|process)|company guidelines|small print",
    r"(?:follow|follows|followed|following|apply|applies|applied|adheres? to|adhered to|comply with|complies with|complied with|bound by|observes?|enforces?|operates? under|abides? by|governed by) (?:\w+(?:'s)? ){0,4}?(?:procedures?|protocols?|polic(?:y|ies)\b|rules|regulations?|guidelines|standards|code of conduct|terms)",
    r"(?:terms|conditions|t&cs|restrictions|exclusions|rules) (?:\w+ )?apply\b|rules are (?:rules|clear|the same)|code of conduct|(?:our|the|standard|strict|internal|established|published|normal|usual) (?:\w+ )?(?:protocols?|procedures|eligibility criteria|criteria)\b|(?:required|obliged|not permitted|not allowed) (?:by law|by (?:the|our) (?:rules|regulator|terms))",
)
NOT_POLICY = any_of(
    r"(?:insurance|cover|home|travel|life) polic(?:y|ies)|your polic(?:y|ies)\b|policyholders?",
    r"(?:our |the |that |this )(?:\w+ )?(?:polic(?:y|ies)|rules?|procedures?|guidelines?)(?: (?:on|about|for|of) (?:\w+ ){0,2}\w+| here)? (?:is|was|are|were|has been|should)[^.;]{0,30}(?:wrong|silly|stupid|unfair|"
    r"changed|bad|never|not have|struck|gone)",
    r"(?:wrong|silly|bad|stupid|unfair|change|changed|changing|rewrit\w+|follow) (?:of our |our |the |that |a )?(?:polic(?:y|ies)|rules?|procedures?)",
    r"silly rule of ours|no polic(?:y|ies)|not (?:a|our) policy",
    r"(?:in accordance with|in line with|under|per|according to|terms of) your (?:\w+ )?polic(?:y|ies)\b|policyholder\w*[^.;]*|(?:did not|didn't|not|never|failed to) follow\w*[^.;]*|(?:new|change\w*|changing|review\w*|rewrit\w+|updat\w+) (?:to )?(?:our |the |that |this )?(?:\w+ )?(?:procedures?|protocols?|criteria)",
)
BLAME = any_of(
    r"(?:it is|it's|it was) you (?:who|which) (?!had|have|has)\w+|(?:that's|that is|this is) what happens (?:when|if)|(?:this|that) is what comes of",
    r"(?:since|as) you (?:didn't|did not|never|failed|left|chose|hadn't|haven't|were (?:late|not|out|absent))\b|by (?:not|never) \w+ing|by (?:skipping|ignoring|refusing) \w+",
    r"(?:nobody|no one|no-one) (?:was (?:at home|home|in)\b|answered the|opened the door|came to the door|at the address)|you were (?:late|not (?:at home|in|there|present|on time)|absent|unreachable|unavailable)\b",
    r"next time,? (?:please |do |just |kindly |why not |maybe |perhaps )*(?:try|read|check|remember|bring|plan|arrive|leave|allow|apply|don't|make sure|turn up|let us)\b|(?:in future|in the future|going forward),? (?:please|kindly|do) (?:read|check|remember|bring|plan|arrive|leave|allow|apply|make sure|ensure)\b",
    r"it(?:'s| is) (?:really )?(?:on|down to) (?:you|the (?:customer|passenger|guest|tenant|buyer|user|parent|patient|owner)) to\b",
    r"(?:wrong|incorrect|incomplete|old|outdated) (?:\w+ )?(?:address|postcode|e-?mail|number|date|name|details|pin|code|size|form|account)[^.;]{0,15} you (?:gave|entered|provided|sent|typed|put|used|wrote)",
    r"you (?:gave|entered|provided|sent|typed|put in|used|wrote|selected|picked|clicked|pressed|ticked) (?:us |in |on )?(?:the|an?) (?:wrong|incorrect|incomplete|old)\b|you (?:left it|waited) (?:too|until|till) |you (?:turned up|checked in|contacted us|reported it|returned it|cancelled) (?:\w+ ){0,3}(?:late|too late|without)\b",
    r"(?:not|n't) (?:been )?(?:\w+ )?(?:followed|respected|observed|read|used|installed|stored|provided|completed|returned) (?:\w+ )?by (?:the (?:customer|user|client|owner|passenger|guest)|you)",
    r"unless you [^.;]{3,50}|which you (?:did not|didn't|never|failed)[^.;]{0,15}|(?:client|customer|guest|tenant|passenger|user|member|parent|owner|buyer|traveller)'?s?'? (?:own )?(?:duty|responsibility|obligation|job|fault)(?: to \w+)?|you (?:arrived|called|came|wrote|claimed|applied) (?:too )?late",
    r"you (?:really |probably |also )?(?:should|ought to|could|might|needed to|were supposed to|must|shouldn't|should not|were meant to)(?:'ve| have|n't have| not have)? "
    r"(?:\w+ )?(?:bought|read|checked|asked|known|used|told|contacted|called|noticed|kept|keep|ensured?|made|followed|taken|booked|reported|entered|chosen|"
    r"waited|arrived|left|provided|submitted|updated|backed|selected|brought|planned|mentioned|realised|expected|ticked|opted|registered|cancelled)\b",
    r"(?:if you|had you) (?:had |would have |'d |only )?(?:\w+ )?(?:read|checked|followed|used|looked|contacted|told|called|asked|arrived|listened|bothered|kept|taken|"
    r"registered|informed|booked|reported)\b[^,.;]{0,30}",
    r"you (?:failed|neglected|forgot|refused|omitted|chose(?: not)?|didn't bother|clearly (?:didn't|did not|never|haven't|failed)) ?(?:to|didn't)? ?\w*",
    r"you (?:didn't|did not|don't|hadn't|haven't|never) (?:\w+ )?(?:prime|read|follow|check|provide|tell us|ask|inform|respond|reply|use|update|select|enter|"
    r"contact|notice|submit|register|opt|tick|declare|report|keep|mention|bother|cancel|confirm|leave enough|give us)\b",
    r"(?:due to|because of|result of|caused by|down to)(?: an?| the| your)? (?:own |user |customer |improper |incorrect |wrong |misuse|mishandling)(?: ?\w+){0,2}(?: on your part)?",
    r"(?:your|user|customer) (?:own )?(?:error|fault|mistake|negligence|misuse|responsibility)\b|your own (?:fault|error|mistake|doing|making|choice|negligence)|on your part|by yourself",
    r"(?:it's|it is|is|remains) (?:the (?:passenger|customer|user|tenant|guest)'s|your|up to you) ?(?:own )?(?:responsibility|duty|job|to)(?: to \w+)?",
    r"you (?:were|'ve been|have been|had been) (?:\w+ )?(?:informed|warned|advised|told|notified|banned|made aware|reminded)(?: (?:of|that|about|for|in)\b[^,.;]{0,20})?",
    r"you (?:signed|agreed|accepted|violated|breached|broke|consented|entered the wrong|gave us the wrong|misread|misunderstood|confirmed the)\b",
    r"you must have (?:used|missed|entered|misread|done|left|dropped|overlooked|forgotten|clicked|deleted)\b",
    r"did you (?:remember|even|not|overload|actually|forget|read|bother|use|follow|check|make sure|try|set|charge|clean|keep|store|wash|plug|enter)(?: to)?|as (?:mentioned|stated|explained|described|indicated|noted) in (?:your|the|our) (?:user |welcome )?(?:guide|manual|e-?mail|instructions|booklet|leaflet|description|listing)|(?:please )?(?:make sure|ensure|be sure|remember|be more careful|pay attention|be careful|double.?check)[^.;]{0,25} (?:next time|in (?:the )?future|before (?:ordering|booking|buying|posting))|next time,? (?:please |try |do )?(?:make sure|check|read|try|ensure|use|follow|arrive|be)|(?:address|details|name|number|information|e-?mail)[^.;]{0,15} (?:you|was|were) (?:\w+ )?(?:entered|provided|gave|supplied|typed)[^.;]{0,15}(?:incorrect\w*|wrong\w*|incomplete)|you would (?:know|have known|have seen)|as you were told",
    r"you (?:should|must|need to|have to|ought to) (?:always|at least|really|first)(?! (?:have been|be able|feel|get|be (?:told|treated|given)))(?: \w+){1,2}|(?:customers|passengers|guests|members|users|travellers|travelers|parents|clients|players|patients|tenants|visitors|\w+holders|drivers|residents|shoppers) (?:should|must|need to|"
    r"are (?:always |strongly )?(?:advised|reminded|expected|required|responsible|asked)) ?\w*",
    r"(?:the|a|an|each|every|any) (?!company|airline|bank|driver|courier|staff)\w+(?:'s|s') (?:own |sole )?(?:responsibility|duty)(?: to \w+)?|responsibility of (?:the|each|every) (?:customer|passenger|guest|user|tenant|policyholder|parent|buyer|traveller|account holder|owner|patient|member)",
    r"you (?:may have |must have |might have |probably |have |had |clearly |simply )?(?!are|were|received|waited|got|had|have|paid|found)[a-z]+(?:ed|t|n|d) (?:it|them|this|the \w+|your \w+) (?:\w+ )?(?:wrongly|incorrectly|the wrong way|badly|improperly|upside down|too (?:long|hot|late|hard|high))\b",
    r"(?:incorrect|improper|wrong|careless|inappropriate|poor) (?:use|usage|storage|handling|installation|washing|set-?up|assembly|maintenance|care)\b|you (?:may|might|could) (?:simply |just |well )?have (?:missed|overlooked|misread|misunderstood|misheard|entered|used|forgotten|clicked|deleted|ordered|selected|mistyped|confused|ignored)|"
    r"(?:perhaps|maybe) you (?:missed|overlooked|misread|misunderstood|forgot|clicked|didn't)",
    r"(?:issue|problem|error|fault|connection|settings|mistake)s? (?:\w+ ){0,3}?(?:on|at|from|with) your (?:own )?(?:end|side|part|device|phone|browser|bank|router|wi-?fi|network)\b|avoided (?:if|had|by) (?:you|checking|reading|booking|arriving|following)\w*",
    r"(?:is|are|was|were) (?:all |very )?(?:clearly|plainly|explicitly) (?:stated|marked|written|labelled|labeled|communicated|explained|listed|indicated|visible|signposted|advertised|mentioned|set out)|we (?:did|had|clearly|already|repeatedly) (?:warn|tell|told|inform|informed|warned|advise|advised|remind|reminded|notify|notified) you(?! (?:the wrong|wrongly))",
    r"you (?:decided|opted|elected|chose) (?:not )?to (?!trust|stay|spend|celebrate|come|fly|share|give|tell|join)\w+|read (?:the |our |your )?(?:\w+ )?(?:label|instructions|small print|description|menu|terms|conditions|manual|faqs?|listing) (?:carefully|before|properly|first|more)",
    r"you (?:will |'ll |just |simply |really )?(?:need|have|ought) to (?:\w+ )?(?:check|read|look at|ensure|be (?:more )?careful|take (?:more|better) care|follow|plan|learn)\b",
    r"you (?:most likely|probably|presumably|no doubt|surely|likely) (?:just |simply |have |had )?(?!waited|wanted|hoped|wished|expected|needed|felt|deserved|noticed|planned|missed out|guessed|imagined)(?:\w{3,}ed|left|put|gave|forgot|set|lost|sent|let|did|didn't|ran|took|bought|wrote)\b",
    r"you (?:really |probably |also )?(?:should|ought to)(?:'ve| have| not have|n't have) (?:\w+ )?(?:done|worn|given us|let us|tried|stored|washed|locked|looked|returned|spoken|written|stopped|removed|turned|packed|weighed|measured|cleaned|charged|tested|applied|set|switched|thought|put|opened|saved|signed|shown|insured|allowed|rinsed|dried|unplugged)\b",
)
NOT_BLAME = any_of(
    r"you (?:could not|couldn't|can't|cannot) (?:possibly )?have \w+|no way you could have[^.;]*|(?:which|what) (?:\w+ ){1,3}did you \w+|if you had(?:n't| not) (?:told|asked|called|written|come|said)[^.;]*",
    r"you (?:were|'ve been|have been) (?:told|informed|advised) [^.;]{0,60}(?:false|untrue|wrong|a lie|nonsense)|you (?:signed|clicked|pressed|ticked|entered) (?:\w+ )?where (?:we|our|the)[^.;]*|(?:alone|left to \w+[^.;]{0,30}) by yourself",
    r"you confirmed the [^.;]*(?:anyway|nevertheless|all the same|and (?:we|our|the van|the driver))|you chose us[^.;]*",
    r"you should(?:'ve| have| never have| not have)? (?:been|had|got|received|heard|never|not have (?:had|been))[^.;]{0,40}",
    r"(?:sorry|sad|regret)[^.;]{0,20} you (?:didn't|did not|haven't|never|were not|weren't)[^.;]{0,40}",
    r"you (?:were|'ve been|have been) (?:told|informed|advised) (?:wrong|the wrong|incorrectly|something|that it would|one thing)",
    r"you should (?:feel|be able|expect|never have|not have to|hear|receive|get|have to)|(?:we|i) (?:know|see|understand) you (?:didn't|asked)",
    r"you (?:did not|didn't) (?:deserve|ask for|get|receive|do anything|cause)",
    r"(?:not|isn't|wasn't|never|no) (?:your|user) (?:own )?(?:fault|error|mistake|responsibility)",
    r"(?:you told us|you asked|you'd|you say) [^.;]*|(?:isn't|is not) you",
    r"(?:is|are|was) not (?:the|your) \w+(?:'s|s')? ?responsibility|you (?:should|must) (?:not|never) have to[^.;]*|(?:wasn't|weren't|isn't|aren't|not) (?:made )?clearly[^.;]*|should (?:have been|be) (?:\w+ )?clear\w*[^.;]*",
    r"(?:terms|conditions|contract|agreement|rules|policy)(?: and conditions)? (?:that |which )?you (?:\w+ )?(?:agreed|accepted|signed)\b(?: to)?",
)
MINIMISE = any_of(
    r"few and far between|once in a (?:while|blue moon)|(?:not|hardly|barely) ever happens|hardly ever|almost never",
    r"(?:than|above|below|better than) (?:the )?(?:industry )?average|industry (?:average|standard)|they affect very few|some (?:minor|slight) \w+",
    r"(?:an? )?(?:isolated|one-?off|rare|exceptional|unusual|extremely rare) (?:incidents?|cases?|occurrences?|events?|instances?|situation|issue)",
    r"(?:it's|it is|this is|that's|very|extremely|such cases are|these are) (?:very |extremely |quite |really |indeed )?(?:rare|unusual|uncommon)(?:ly)?(?: for)?|rarely happens?",
    r"(?:only |just )(?:a )?(?:few|small|tiny|handful|minor|one or two|two|three|small number|small (?:portion|part|share|percentage)|couple)(?: (?:of|number of))? ?(?:out of \d+ )?\w+|isolated\b|blown out of proportion|overreact\w*|not the end of the world|no big deal|(?:hardly|barely) (?:noticeable|an issue|a problem)|teething \w+",
    r"(?:a |very )?(?:handful|limited number|small number|tiny fraction|small minority|small percentage) of \w+|very (?:few|limited) \w+|a very limited",
    r"(?:the )?(?:vast |great |overwhelming )?majority of|(?:most|many) (?:of our )?(?:\w+ )?(?:customers|guests|users|passengers|people|players|bouquets|travellers|diners|clients|"
    r"rides|orders|visitors|patients|viewers|members)",
    r"(?:these|such|those) things (?:do |can |will )?happen|it happens|mistakes happen|can happen to|things happen|nobody's perfect|no one is perfect",
    r"(?:slight|minor|small|little|tiny|temporary|brief|short) (?:delays?|issues?|glitch(?:es)?|hiccups?|scratch(?:es)?|blips?|problems?|mistakes?|errors?|setbacks?|bumps?|"
    r"mix-?ups?|details?|wait)",
    r"in (?:actual )?fact|in reality|to be fair|it's worth noting|(?:^|[,;:] ?)actually,?|(?:is|are|was|it's|this|that|were) actually|actually,",
    r"\d\d(?:\.\d)? ?(?:%|per ?cent) of (?:our |all )?(?:customers|guests|users|orders|passengers|people|deliveries|flights|clients|patients|cases)|no other (?:customers?|guests?|passengers?|complaints?)|(?:has|have) been well received[\w ]*|generally rate|"
    r"(?:well )?within (?:the )?normal(?: range)?|can occasionally|normal wear|nobody else has|no one else has|first (?:time|complaint) (?:we|anyone|this)|not (?:that|so|as) bad",
    r"just a (?:\w+ )?(?:glitch|joke|delay|mistake|misunderstanding|bit)",
    r"(?:our |all |the |many |most )?other (?:\w+ )?(?:customers|guests|diners|passengers|visitors|users|members|callers|patients|parents|residents|players|people|clients) (?:\w+ )?(?:love|enjoy|are|were|have|had|rate|tell|find|found|seem)\w*|(?:thousands|hundreds|millions) of (?:happy|satisfied|other|customers|people)\b[^.;]{0,20}|overwhelmingly positive",
    r"(?:can|may|do|does|will) (?:sometimes |occasionally |unfortunately |inevitably |still |very rarely |rarely |from time to time )+(?:happen|occur|arise|vary|take|be)\b|(?:can|may|do|will) (?:happen|occur|arise)\b(?! again)|(?:every )?now and (?:then|again)|from time to time|to be expected|part and parcel|inevitabl[ey]|unavoidable",
    r"(?:are|is) (?:quite |fairly |very |perfectly |entirely |completely |relatively )?(?:common|commonplace|frequent) (?:at|in|on|during|with|for|among|between|this)|no (?:real |lasting |serious |actual )?harm(?: (?:was )?done)?\b|storm in a teacup|nothing (?:serious|to worry about|major|dangerous|unusual)|not an? (?:big|major|serious|huge) (?:deal|issue|problem)|"
    r"a bit of (?:fun|banter|humou?r|a (?:delay|wait|mix-?up|blip))|(?:only|just) (?:a )?(?:\d+|five|ten|fifteen|twenty|thirty) (?:minutes|mins|hours|days)\b(?! (?:before|ago|after|left|later|until))",
    r"(?:the )?(?:only|single|first) (?:case|complaint|report|instance|occurrence|bad review|negative review)(?: of \w+)?,? (?:we|that|i|in|to|like|about|this|from|so)\b",
    r"(?:some |very |certain |a few |only )?(?:limited|rare|isolated|exceptional|very few) (?:circumstances|cases|instances|occasions|incidents)|(?:are|is|remain|remains|was|were) (?:\w+ )?(?:rare|uncommon|infrequent)\b",
    r"(?<!what )(?<!who )(?<!nobody )(?<!that )(?<!we )(?<!had )(?<!has )(?<!have )actually (?:came|was|is|did|had|arrived|shows?|showed|says?|states?|worked|called|went|left|received)\b",
)
NOT_MINIMISE = any_of(
    r"(?:will|who'll|who will|can|to|that) actually|actually (?:read|help|help\w*|fix\w*|answer\w*|solve\w*)",
    r"(?:not|isn't|wasn't|no|hardly) (?:just )?(?:an? )?(?:isolated|minor|small|slight|little|one-?off)[^.;]{0,20}|no small",
    r"a little (?:girl|boy|one)|only three lines|(?:long|small) wait\?",
    r"just a (?:few )?(?:minute|minutes|moment|second)s?",
    r"(?:no|never|don't|doesn't|not) [^.;]{0,25}(?:can|may|will) happen[^.;]*|(?:not|n't|never|hardly) (?:something )?to be expected|(?:was|were) (?:\w+ )?(?:avoidable)|how (?:this|it|that|something)[^.;]{0,20} (?:can|may) happen",
)
WALL = any_of(
    r"(?:cannot|can't|can not|could not|couldn't) be (?!overstated|forgiven|excused|undone|put right|easy|hard)(?:\w+ )?\w+(?:ed|en)\b",
    r"limited (?:ability|options?|scope|control)|not at liberty|(?:we|i) (?:have to|must|are going to have to) (?:decline|refuse)|no (?:refunds?|exceptions?|exchanges?)\b(?! (?:has|have|was))",
    r"(?:we|i)(?:'re| are|'m| am| were|'ve been)? (?:\w+ ){0,2}?(?:unable to|not able to|not in a position to|not authori[sz]ed to|not permitted to|not allowed to|"
    r"powerless)(?: \w+)?",
    r"(?:we|i) (?:\w+ )?(?:cannot|can't|can not|could not|couldn't|won't be able to|will not be able to|aren't able to|don't)"
    r"(?: (?:accept|guarantee|give|disclose|discuss|offer|process|proceed|provide|refund|replace|move|exchange|amend|comment|do (?:anything|more)|help|change|make exceptions?|"
    r"issue|share|confirm|cancel|reinstate|control|take responsibility|be held|go into|say more|extend|waive|assist|honou?r|compensate|reimburse|answer|speed|intervene|"
    r"control|act|override|tell you|promise))",
    r"(?:it's|it is|is|that's|was|this is|'s) (?:\w+ )?(?:not |im)possible(?: for us)?(?: to)?|isn't possible|impossible (?:for us )?to",
    r"(?:there's|there is|there was) (?:\w+ )?(?:nothing|little|not much) (?:\w+ )?(?:we|i|that) ?(?:can|could)?(?: do)?|nothing (?:we|i) can do|nothing can be done|nothing more",
    r"(?:cannot|can't|can not) be (?:\w+ )?(?:exchanged|refunded|amended|changed|replaced|returned|cancelled|guaranteed|reinstated|processed|reversed|altered|made|transferred|offered)"
    r"(?: by us)?",
    r"(?:we have|there is|there's|have) no (?:way of|way to|control over|influence|option|choice but|possibility)|(?:beyond|outside|out of) our (?:control|hands|power)(?= never)|our hands are tied",
    r"unable to (?:\w+)",
    r"(?:we|i) (?:\w+ )?(?:cannot|can't|can not) (?!imagine|apologi[sz]e|excuse|say|believe|thank|undo|stress|begin|even|wait|have|let|express|think|see|put|stand|forget|ask|expect|blame|argue|pretend|hide|find|locate|trace|reach|defend|justify|only|give you (?:back|that|those)|take (?:it|that|those) back|read|hear|help but|possibly|know|understand|find|be (?:proud|happy|sorry))\w+(?: \w+)?",
    r"(?:would not|wouldn't|will not|won't|may not|not going to) be (?:able to|in a position to|possible)(?: \w+)?|not (?:something|anything) (?:that )?(?:we|i)(?:'re| are)? (?:can|able|offer|do|cover)|(?:we|i) (?:do not|don't) (?:have|hold) (?:the |any )?(?:ability|authority|means|option|power|control|access|possibility)|"
    r"(?:decision|response|answer) is final|final (?:decision|position)|(?:consider (?:this|the)|this) (?:case|matter)(?: is| as)?(?: now)? closed|(?:we|i) (?:are|were|'re) not (?:liable|responsible)\b|(?:accept|take|assume|bear|have) no (?:liability|responsibility)|(?:will|shall) not be (?:refunded|reimbursed|reviewed|reopened|replaced|compensated|reinstated|reconsidered)",
    r"(?:we|i) (?:will not|won't) (?:\w+ )?(?:discuss|comment|negotiate|enter into|respond|engage|reply|refund|reimburse|debate|correspond|consider|accept)\b(?: \w+)?|(?:not|n't) (?:always|currently|usually|normally) possible",
    r"(?:but|and|so|therefore|,) (?:unfortunately |sadly )?(?:cannot|can't) (?:\w+ )?(?:carry|offer|refund|replace|accept|process|provide|exchange|discuss|comment|guarantee|amend|waive|extend|intervene)\b(?: \w+)?",
)
NOT_WALL = any_of(
    r"(?:can't|cannot|can not) (?:\w+ )?(?:imagine|apologi[sz]e enough|excuse|say how|believe|thank you|undo|stress|begin|even|wait to)[^,.;]*",
    r"(?:you|they|customers) (?:were|are|was|have been|weren't) (?:unable|not able)[^,.;]*|if you(?:'re| are) unable[^,.;]*|sorry you (?:were|are) unable[^,.;]*",
    r"(?:we|i) (?:couldn't|can't|cannot) (?:promise|guarantee)[^.;]{0,30} but (?:we|i) (?:can|will)",
    r"(?:we|i) (?:didn't|couldn't) (?:answer|help|tell you)[^.;]*(?:sooner|then|when you)|so (?:that )?you (?:can't|cannot)[^.;]*",
)
THANKS_PATIENCE = any_of(
    r"(?:thank|appreciat|grateful)[^.;!?]{0,60}?(?:patience|bearing with)|(?:thank|appreciat)[^.;!?]{0,30}? your (?:\w+ )?understanding",
    r"(?:thank(?:s| you)?|grateful|appreciate|appreciated|appreciation)\b(?: \w+){0,4}? (?:(?:your|for|the|continued|and) ){0,4}(?:patience|understanding|bearing with|"
    r"being (?:so )?(?:patient|understanding)|hanging in|sticking with)(?: us)?(?: and (?:understanding|patience))?",
    r"(?:please )?(?:bear with us|be patient|we ask for your (?:patience|understanding)|your patience is)",
    r"we appreciate (?:your )?(?:feedback and )?your patience|appreciate (?:your|you) (?:patience|understanding|bearing)",
    r"thank(?:s| you)(?: so much| very much| again| all| in advance)?,? (?:for )?(?:your )?(?:understanding|patience|waiting)",
    r"your patience as",
)
NOT_THANKS = any_of(r"understanding (?:why|how|what|of what)")
COMPENSATION = any_of(
    r"(?:we've|i've|we have|i have) (?:just |also )?(?:dropped|popped|added|put|credited) (?:you )?(?:an? (?:extra )?)?[$£€] ?\d+|make it up to you (?:with|-)[^.;]{0,30}",
    r"(?:(?:we'd love to |we'd like to |we're happy to |happy to )?(?:send|offer|give|accept|have|enjoy|popped|added|add|here's|here is|credit|gift)[^.;!]{0,30}?)?"
    r"(?:gift ?cards?|vouchers?|discount(?: code)?s?|promo ?codes?|coupon|loyalty points|bonus points|reward points|store credit|goodie bag|goody bag|gift bag|freebie|"
    r"hamper on us|air ?miles|bonus miles)",
    r"(?:[$£€]? ?\d+(?:[.,]\d+)? ?(?:%|per ?cent)|half) (?:off|discount)|code for [^.;]{0,10}off",
    r"(?:[$£€] ?\d+|\d+ ?[$£€]|a \d+|\d+ (?:euros?|pounds?|dollars?)|a)(?:\.\d+)? (?:\w+ )?credit\b|credit of [$£€]? ?\d+|\d[\d,]* (?:\w+ )?(?:points|miles)",
    r"(?:gesture of goodwill|goodwill gesture|as a (?:gesture|token)(?: of (?:goodwill|our appreciation|apology))?|with our compliments|complimentary (?:\w+))",
    r"(?:a |one |two |your next |next |an extra )?free (?:month|months|meal|night|coffee|drink|dessert|ticket|pizza|upgrade|ride|delivery|session|week|year|\w+ on us)|free of charge|"
    r"(?:month|meal|dessert|drink|coffee|drinks|one|night|week|round|lunch)(?: \w+)?(?:'s| is| are) (?:on (?:us|the house)|free)|months? (?:for )?free|upgrade your next",
    r"(?:offer|offering|pay|give) (?:you )?(?:some |a )?compensation",
    r"(?:little|small|special|nice|tasty|sweet) (?:something|treat|gift|token|surprise|present|thank[- ]you)\b|something (?:nice |special |small |extra |little |tasty )?(?:in the post|on us|on the house|for your trouble|to say sorry|to make up for)|for your troubles?\b|gift (?:box|set|basket|hamper|voucher|certificate|pack)s?\b|thank-?you gift",
    r"(?:round|drinks?|coffees?|meals?|dinner|starters?|pint|cake|bottle|breakfast|lunch|dessert|tickets?|night|next (?:one|\w+)|first \w+|treat)(?:'s| is| are| will be)? on (?:us|me|the house)\b|(?:double|bonus|extra) (?:points|miles|stars|gems|coins|credits?)|money off|half[- ]price|(?:[$£€] ?\d+|\d+ ?[$£€]) (?:towards|to spend|bonus|off|in (?:vouchers|credit|points))|"
    r"(?:free|complimentary|pair of|two) (?:tickets|passes|nights|upgrade|stay|delivery|shipping|returns|class(?:es)?|session|trial|gift)\b|(?:extend|extended|extending) your (?:membership|subscription|trial|pass|plan) by|as an? (?:apology|thank[- ]you|gesture)\b,? (?:here|we|please|i)",
    r"\d[\d,.]* (?:\w+ )?(?:coins|gems|crystals|tokens|points|miles|diamonds|loyalty \w+)\b|(?:plus|with|throw\w* in|added|add|adding|pop\w* in|slip\w* in|included?|including) (?:you )?(?:a|an|two|some) (?:\w+ )?(?:crate|hamper|goody|treat|bottle of|box of (?:chocolates|cakes|doughnuts|biscuits)|slice|bonus|extra \w+|sample|little something)\b",
)
NOT_COMPENSATION = any_of(
    r"(?:your|the|that|this|our) (?:\w+ )?(?:voucher|gift ?card|coupon|discount(?: code)?|promo ?code|code|loyalty points|points|credit|hamper)s?\b[^.;]{0,25}"
    r"(?:that|was|is|works?|isn't|wasn't|didn't|doesn't|wouldn't|should|were|has|had|failed|back|you)",
    r"we sold you a gift ?card[^.;]*|the (?:voucher|hamper|gift ?card) [^.;]*|we called it complimentary[^.;]*|miles expire[^.;]*|credit card",
    r"a \d* ?credit (?:card|check|score|limit)|your (?:gift card|voucher|discount|points|coupon)",
    r"no (?:gift ?card|voucher|discount|card|coupon)[^.;]*(?:give|make|bring|put)[^.;]*",
    r"two (?:tickets|nights|passes|sessions|classes)\b[^.;]*|(?:paid|charged|billed|booked|bought)[^.;]{0,25} (?:half[- ]price|free delivery|free shipping|two nights)",
)
HEATED = any_of(
    r"you (?:clearly |obviously |really |evidently )?(?:have no (?:idea|clue|manners|shame)|haven't (?:a clue|got a clue|the faintest)|don't (?:know|have a clue)) ?(?:what|how|anything|about)?[^.;!?]{0,25}",
    r"(?:^|(?<=[.!?] ))funny[,:][^.;!?]{0,40}|we'd rather (?:have|not|serve)[^.;!?]{0,30}|(?:customers|people|guests) (?:like you|with manners)|you (?:seemed|looked) (?:to enjoy|happy) [^.;!?]{0,30}|rich coming from|says the (?:person|one|man|woman) who",
    r"(?:you're|you are) (?:\w+ )?(?:the liar|a liar|lying|an idiot|ridiculous|pathetic|rude|stupid|delusional|clueless|just bitter|being (?:silly|childish|dramatic|ridiculous|abusive|rude)|"
    r"a (?:troll|joke|disgrace|child|clown|fool))[^.;!?]{0,20}|liars?\b",
    r"(?:idiots?|morons?|cretins?|clowns?|crybab(?:y|ies)|snowflakes?|trolls?|princess|drama queen|whin(?:e|ing|er)\w*|moan(?:ing|er)|loser|stupid|pathetic|bitter)\b",
    r"(?:calling|accusing) us[^.;]{0,30}(?:libel|slander|ridiculous|false|defamat\w+|is an insult)|libel\w*|slander\w*|defamat\w+|(?:hear|hearing) from our (?:lawyers|solicitors|attorneys)|"
    r"see you in court|legal action against you|we will sue|our (?:lawyers|solicitors) ",
    r"(?:swearing|shouting|yelling|screaming) (?:at|won't|doesn't|will)[^.;]*",
    r"(?:nobody|no one|no-one) (?:forced|forces|asked|made|is forcing|cares) (?:you|what)?[^.;]{0,15}",
    r"(?:how (?:original|brave|clever|mature|classy|charming|witty)|wow,? [^.;]{0,25}|slow clap|cry me a river|boo hoo|congratulations on being|give (?:us|me) a break|get over it|grow up|calm down|"
    r"get a (?:life|grip)|good riddance|we won't miss you|bye then|whatever[.!]|cool story|nice try|do us a favou?r|spare us|suit yourself|tough luck|deal with it|boring)",
    r"(?:maybe|perhaps)(?: if you| you should| start| learn| try)[^.;!?]{0,40}(?:read\w*|manners|showed|shown|learn\w*|stopp?\w*|shout\w*|polite\w*|attention|bit of|listen\w*|yourself)",
    r"(?:your|these) (?:accusations?|lies|attitude|behaviou?r|tone|comments?|tantrum) (?:is|are) (?:\w+ )?(?:ridiculous|serious|baseless|unacceptable|disgraceful|outrageous|pathetic|false|abusive|a joke|"
    r"a disgrace|laughable)|(?:serious|baseless|wild|absurd) accusations? [^.;]{0,40}|frankly,? your",
    r"(?:is|that's|this is|counts as) harassment|you (?:can't|cannot) just throw|forgot his manners|forgot (?:your|her|their) manners|it takes two|learn (?:to read|some manners|how to)|"
    r"what(?:'s| is) wrong with you|are you (?:serious|blind|stupid|for real|kidding)|do you even|how dare you|stop (?:lying|whining|moaning|complaining|spreading|being)|"
    r"can you (?:even )?read|when he comes(?= never)|your problem, not ours|not our problem|rubbish you|nonsense",
    r"(?:nobody|no one) (?:is|was) (?:obliged|forced|forcing)|(?:maybe|perhaps) (?:you|it's you)(?: are|'re)? (?:the problem|should|need|just)|if you don't like it|(?:don't|do not) (?:come|bother|shop|order|fly|eat|let the door)[^.;]{0,20}(?:then|back|again)|"
    r"go (?:elsewhere|somewhere else|cry|away|bother)|take your (?:business|money|custom|drama) elsewhere|(?:what|quite|such) (?:a|an) (?:surprise|drama|tantrum|performance|charmer|joy|delight)|get your facts|do your (?:homework|research)|first world problem|"
    r"you(?:'re| are) (?:just |only |clearly |obviously |simply )?(?:after|looking for|trying to get|fishing for|making (?:this|it|things) up|a (?:nuisance|bully)|unreasonable|impossible|confused|wasting)|lol|haha|so sorry your (?:majesty|highness)|"
    r"(?:some|other) people have real|with that attitude|watch your (?:tone|language|mouth)|mind your|what did you expect|(?:did|do) you expect|oh (?:please|boo)|yawn|here we go again|cheer up|lighten up|chill out|relax,",
    r"bless your heart|poor you|diddums|shame on you|you people|people like you|pay attention next time",
    r"(?:don't|do not|stop) (?:\w+ ){1,3}(?:and|then) (?:you (?:won't|wouldn't|will)|maybe|we)[^.;!?]{0,25}|you (?:obviously|clearly|just|only|simply|evidently) (?:want|like|love|enjoy|need|came)(?:ed|s)? [^.;!?]{0,25}|attention[- ]seek\w*|keyboard warrior\w*|jog on\b|get (?:lost|real|over yourself)|good luck (?:with that|finding)|try (?:reading|listening|being (?:nice|polite|honest))|use your (?:eyes|brain|head)",
    r"(?:why don't|how about) you (?:just )?(?:read|learn|try|stop|go|get|grow|think)[^.;!?]{0,20}|hope you(?:'re| are) (?:proud|pleased with yourself|ashamed)|(?:have|show|showed) (?:some|a little|a bit of) (?:respect|manners|decency|class)|bit rich\b|you were (?:\w+ )?(?:abusive|aggressive|drunk|offensive|vile)\b|"
    r"(?:your|this) (?:story|version)(?: of events)? (?:is|isn't|doesn't|does not|keeps|makes)[^.;!?]{0,20}|you(?:'ve| have)? made (?:it|this|that) up|(?:fake|false|malicious) (?:review|claim|account|stor(?:y|ies))s?|(?:so|such|how|being|bit|that|an) entitled\b(?! to)|ungrateful|obnoxious|dishonest|don't flatter yourself|nobody likes",
    r"^\W*wow[.!,]|another (?:one|1)[- ]star\b|you were (?:\w+ )?(?:rude|nasty|horrible|insulting|hostile|unpleasant) to|you(?:'ll| will) be (?:\w+ )?(?:asked to leave|banned|barred|shown the door)\b",
    r"be (?:very |more )?careful (?:with|about|what|who)[^.;!?]{0,15}(?:accus|say|said|post|writ|claim|call|publish|spread|alleg|words|throw)\w*|we (?:have|know|employ|also have)(?: very| some| a| good| excellent)* (?:lawyers?|solicitors?|attorneys?)|accusations like (?:that|this|these)",
    r"aren't (?:we|you|they) (?:\w+ )?(?:lucky|clever|special|brave|charming|precious|delightful|blessed|a (?:joy|treat|ray))|(?:internet|facebook|twitter|armchair|self-appointed|self-proclaimed|instagram|tiktok|google|youtube|so-called|overnight) (?:experts?|lawyers?|doctors?|critics?|warriors?|professors?|detectives?|judges?|heroe?s?)|so many (?:\w+ )?experts",
    r"(?:trying|try|out|determined|seek|seeking|want|wanting) to (?:destroy|smear|blackmail|bully|extort|trash|slag off|tear down|drag)\b|(?:before|instead of) (?:you )?(?:smear|slander|trash|slag|bad-?mouth|spouting|posting (?:lies|rubbish|nonsense))\w*",
    r"must be (?:nice|lovely|wonderful|great) to (?:have|be|live|never|get)\b|(?:sorry|apologies) (?:that )?(?:reality|the world|life|the laws? of|physics|our (?:\w+ )?(?:cow|chef|crystal ball|staff))\w* (?:doesn't|does not|isn't|don't|didn't|can't|aren't)|(?:enjoy|have fun with) your (?:five minutes|moment|little|outrage|day in)|(?:feel|feeling) (?:better|big|important|clever) now\b|thank(?:s| you) (?:so much )?for (?:the|your) (?:lecture|lesson|sermon|rant|wisdom|novel|essay|(?:kind |charming |lovely )?insults?|drama|performance|expertise|expert \w+|masterclass|pearls)",
)
NOT_HEATED = any_of(
    r"(?:being|one of us|told|telling you to|to|we|you to|say) calm down|(?:i|we) (?:was|were|are|am) (?:\w+ )?(?:stupid|pathetic|rude|clueless)|(?:stupid|silly) (?:of|rule|mistake|error)[^.;]*",
    r"(?:that|it|this)(?:'s| is| was) (?:pathetic|stupid|nonsense)|we (?:called|were|wrote)[^.;]*|by a clown|screaming for|want to scream",
    r"(?:lol|haha)[^.;]{0,8}(?:love|thanks)|haha we see[^.;]*|bitter (?:taste|pill)|you're not (?:\w+)",
    r"wow[,.!]{0,2} (?:that(?:'s| is| must| sounds| should)|i(?:'m| am)|we(?:'re| are)|so sorry|sorry)[^.;!?]{0,40}|haha,? (?:oh dear|fair|good|brilliant|you got)[^.;]*|(?:ha|lol|haha)[^.;]{0,4} sorry",
)

_COMMON = """
a about after again all also am an and any anyone are as at back be because been before being better bit both but by can cannot could day days did do
does don done each even ever every few first for from full get gets getting give given go goes going gone good got great had has have having he her here him his
how i if in into is isn it its just keep know last later least left let like little long look made make many me mine more most much my myself need needs
never new next no nobody none not nothing now of off ok on once one only or other our out over own people please put really right said same say says see
seem sent she should since so some someone something sorry still such sure take team tell than thank thanks that the their them then there these they
thing things this those though through time times to today together told tomorrow too took try two under until up us use used very via want wanted was way
we well went were what when where which while who whole why will with without won would yes yesterday yet you your yours yourself
didn doesn wasn weren couldn wouldn shouldn hasn haven hadn ain re ve ll let hello hi hey dear customer customers help hear feel happy bad
is whose onto per etc lol oh well three four five six seven eight nine ten dont cant didnt
everyone everybody months month weeks week hours hour minutes minute years year morning night am pm
twice third second time every ask asked tried contact message dm reply email emails
work works working come came find found think happen happened happening issue issues problem problems experience service services
feedback apologise apologies apologize inconvenience patience understanding number info details information brand company
real way best love loved kind nice thought away stop stopped run leave paid pay buy bought sold sell call called show showed change changed start
""".split()  # noqa: SIM905
# Numbers and spans of time tell a detail when they are the complaint's own: they come back by `_TIMES`.
_TIMES = """three four five six seven eight nine ten twelve fourteen fifty months weeks hours minutes years twice third fourth night morning""".split()  # noqa: SIM905
_GENERAL = """order deliver parcel flight ticket two three five twelve refund product account delivery ship offer app website site staff store shop bill price delay late train bus driver room
hotel food phone card money charg cancel queu wait item packag compan support line custom book system updat
thre four fiv six seven eight nine ten twelv month week hour minut year twice third fourth night morn""".split()  # noqa: SIM905

ENGLISH = Tongue(
    lang="en",
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
        "two 2",
        "three 3 thre",
        "four 4",
        "five 5 fiv",
        "six 6",
        "seven 7",
        "eight 8",
        "nine 9",
        "ten 10",
        "twelve 12 twelv",
        "medic med pill",
        "late delay overdue wait",
        "brok break broken smash shatter crack damag bent",
        "charg bill debit",
        "refund reimburs",
        "parcel packag box",
        "child kid son daughter toddler baby",
        "cold freez",
        "mum mother mom",
        "dad father",
        "rude laugh",
        "engineer technician plumber",
        "lost lose missing",
        "los lost",
        "flat apartment",
        "email mail",
    ),
    requests=re.compile(
        r"\b(?:please|could you|can you|would you mind|dm us|dm me|send us|let us know|message us|pm us|we'd ask you)\b"
    ),
    suffixes=re.compile(r"(?:ations?|ions?|ing|ings|edly|ed|es|s|e|er|ers|ly|'s)$"),
    intense=re.compile(
        r"\b(?:disgust\w*|furious|livid|fuming|angry|outrag\w*|shame\w*|disgrac\w*|scam\w*|thie\w+|liars?|worst|never again|unbelievable|ridiculous|damn|hell|"
        r"f+u+c*k\w*|shit\w*|wtf|crap|joke|terrified|scared|crying|cried|horrible|awful|appalling|died|dying|die|killed|danger\w*|unacceptable|fed up|sick of|ruined)\b"
    ),
    messages={
        "conditional": "\u201cIf\u201d and \u201cyou feel\u201d leave open whether anything happened. It did, to them.",
        "inconvenience": "\u201cInconvenience\u201d is your word for it. What would they call it?",
        "but": "What comes after \u201cbut\u201d takes the regret back.",
        "passive": "Nobody does anything in this sentence. Who did it?",
        "policy": "A rule explains you to yourself. It answers nothing for them.",
        "blame": "This says that it is their own fault. They will argue, not listen.",
        "minimise": "This makes it small. For the person who writes it is not.",
        "wall": "This closes a door. Is there anything that you can do?",
        "thanks_patience": "They are not patient. Thanking them for it sounds like being told to wait.",
        "compensation": "A gift in public, this early, looks like buying silence. Hear them first; it can follow in private.",
        "heated": "This answers anger with anger. Let a second person read it before it goes.",
    },
    questions={
        "heard": "Which detail of their own story shows that you have read it?",
        "acknowledged": "What did you, as \u201cwe\u201d or \u201cI\u201d, get wrong?",
        "sympathised": "What was it like for them?",
        "repair": "What happens now for this person, and by when?",
        "repentance": "What changes, so that it does not happen again?",
    },
    listen="They are upset: show first that you have heard them. Explanations can wait.",
    explain="They are calm: a clear explanation will be heard.",
    twin="This text went out before. Each person gets words of their own.",
)
