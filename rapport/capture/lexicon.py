"""The English words that understanding rests on, sorted by what they tell."""

from __future__ import annotations

from rapport.capture.reading import Kind


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Past verbs whose object is a person, and how such an interaction took place.
LOG_VERBS: dict[str, Kind] = {
    **dict.fromkeys(_set("met saw visited introduced interviewed"), Kind.MET),
    **dict.fromkeys(_set("called phoned rang"), Kind.CALL),
    **dict.fromkeys(_set("emailed mailed"), Kind.EMAIL),
    **dict.fromkeys(_set("messaged texted dm'd dmed whatsapped slacked pinged"), Kind.MESSAGE),
    **dict.fromkeys(_set("zoomed facetimed skyped"), Kind.VIDEO),
}
# Past verbs that need one of these words before the person.
LOG_PHRASES: dict[str, tuple[frozenset[str], Kind]] = {
    "ran": (_set("into"), Kind.MET),
    "bumped": (_set("into"), Kind.MET),
    "caught": (_set("up"), Kind.MET),
    "spoke": (_set("to with"), Kind.CALL),
    "talked": (_set("to with"), Kind.CALL),
    "chatted": (_set("to with"), Kind.MET),
    "hung": (_set("out"), Kind.MET),
    "connected": (_set("with"), Kind.MET),
    "reconnected": (_set("with"), Kind.MET),
    "heard": (_set("from"), Kind.MESSAGE),
    "wrote": (_set("to"), Kind.MESSAGE),
    "met": (_set("with up"), Kind.MET),
    "synced": (_set("with"), Kind.MEETING),
}
# Things done with somebody.
LOG_NOUNS: dict[str, Kind] = {
    **dict.fromkeys(_set("coffee coffees tea chai cuppa matcha espresso"), Kind.COFFEE),
    **dict.fromkeys(_set("lunch brunch"), Kind.LUNCH),
    **dict.fromkeys(_set("dinner supper"), Kind.DINNER),
    **dict.fromkeys(_set("drinks drink beer beers pint pints wine cocktails"), Kind.DRINKS),
    "breakfast": Kind.BREAKFAST,
    **dict.fromkeys(_set("call phone-call"), Kind.CALL),
    **dict.fromkeys(_set("zoom facetime video teams skype videocall"), Kind.VIDEO),
    **dict.fromkeys(_set("meeting sync 1:1 meet interview demo standup workshop"), Kind.MEETING),
    **dict.fromkeys(_set("chat catchup catch-up convo conversation walk hike word"), Kind.MET),
    **dict.fromkeys(_set("email mail"), Kind.EMAIL),
    **dict.fromkeys(_set("message text dm whatsapp"), Kind.MESSAGE),
}
# What the owner did for somebody known: "sent Ana the deck", "sent the deck to Ana".
DELIVERIES = _set("sent forwarded shared mailed emailed messaged")
# What a person did towards the owner: "Ana called".
APPROACHES: dict[str, Kind] = {
    **dict.fromkeys(_set("called rang phoned"), Kind.CALL),
    **dict.fromkeys(_set("emailed mailed replied"), Kind.EMAIL),
    **dict.fromkeys(_set("texted messaged sent pinged wrote dm'd whatsapped"), Kind.MESSAGE),
    **dict.fromkeys(_set("visited"), Kind.MET),
}
# "over zoom", "by email", "on the phone".
CHANNELS: dict[str, Kind] = {
    **LOG_NOUNS,
    "phone": Kind.CALL,
    "linkedin": Kind.MESSAGE,
    "telegram": Kind.MESSAGE,
    "slack": Kind.MESSAGE,
}

# What turns a verb into a plan: nothing after them has happened yet.
PLANS = _set(
    "should will shall must might may could would can want wanna need needs gotta going plan "
    "planning planned scheduled rescheduled booked arranged postponed let's lets hope hoping to "
    "have tomorrow don't didn't not never won't haven't if meeting seeing"
)

# An order the owner gives to be reminded of.
TASKS = _set(
    "ping nudge call ring phone email mail text message dm write reach follow check circle catch "
    "ask send invite thank congratulate book buy get tell contact reply respond schedule visit "
    "meet see touch wish try bring share forward introduce intro connect look chase reconnect grab"
)
# "Thank you", "thank God" and "wish I knew" give no order.
EXCLAIMED = _set("you i god goodness heaven heavens")
# Orders that are nothing without a person or a date.
LOOSE_TASKS = _set(
    "get see look bring share try meet tell ask write grab check reply respond buy book"
)

OWED_BY_ME = _set("promised promise owe agreed offered pledged committed")

PRONOUNS = _set("he she they him her them his their theirs hers")
SUBJECTS = _set("he she they")

STOP = _set(
    "a an the and or but so because at in on of from to for with about re by via through over "
    "during after before since until as is are was were be been am has have had do does did will "
    "would could should can may might must shall i i'm i'll i've i'd we we'll you he she they it "
    "him her them me us his their our my your its this that these those who whom whose which "
    "what when where why how not no yes if then than there here just also too very really "
    "again today yesterday tomorrow tonight last next now later soon never ever still already "
    "yet met talked discussed promised said told asked wants needs want need looking working "
    "works hiring send sent follow remind great nice good lovely quick long brief super fun "
    "interesting amazing gr8 both all some any someone somebody everyone everybody nobody "
    "anyone people folks guys team guy girl woman man lady person dude bloke into loves likes "
    "enjoys hates runs leads owns called named ex former currently building got gets getting "
    "while near around out up down off back between first briefly finally recently "
    "lol haha ok okay thanks please hey hi hello well quite however though maybe perhaps"
)
# Common nouns that follow "met" and "with" without being anybody's name.
ORDINARY = _set(
    "deadline milk sugar friends friend family kids wife husband partner colleague colleagues "
    "client clients customer customers boss parents mum mom dad brother sister cousin investor "
    "investors founder founders designer engineer students student neighbour neighbor others "
    "two three four five lots many several few couple new old cream cake food snacks coffee tea "
    "lunch dinner drinks goals target targets expectations requirements resistance success "
    "approval demand criteria respect care ease difficulty joy pleasure regard regards "
    "legal marketing sales product engineering finance hr ops everything nothing something "
    "work home school progress love hate ai ml rest group class board cat dog myself yourself "
    "himself herself themselves ourselves each other one another strangers randoms recruiters "
    "recruiter doctor lawyer dentist teacher management leadership stakeholders vendors "
    "standards half halfway instead minds eyes budget quota kpis kpi"
)
PERSON_NOUNS = _set(
    "guy girl woman man lady person dude bloke chap fella someone somebody friend colleague "
    "neighbour neighbor founder"
)
FAMILY = _set(
    "wife husband partner son daughter kid kids child children mum mom mother dad father brother "
    "sister cousin aunt uncle nephew niece boyfriend girlfriend fiance fiancee fiancé fiancée "
    "dog cat baby girl boy"
)

ROLE_WORDS = _set(
    "ceo cto cfo coo cmo cpo cio ciso vp svp evp md gm pm tpm pmm em sre swe hr founder cofounder "
    "co-founder founding engineer developer dev designer researcher scientist analyst manager mgr "
    "director head lead leader chief president chair chairman chairwoman partner principal "
    "associate consultant advisor adviser investor angel vc recruiter teacher professor lecturer "
    "student phd postdoc doctor physician surgeon radiologist nurse lawyer attorney counsel "
    "journalist editor writer author reporter photographer producer musician artist curator "
    "architect accountant economist trader banker broker salesperson sales marketer marketing "
    "growth product procurement bizdev operations ops strategist strategy owner organizer "
    "organiser host speaker officer secretary attaché attache ambassador diplomat coach trainer "
    "therapist psychologist pilot chef barista librarian translator entrepreneur freelancer "
    "intern programmer coordinator administrator representative rep agent publisher dean "
    "minister mayor politician activist evangelist devrel comms pr legal finance accounting "
    "talent people sommelier farmer scout buyer planner controller"
)
# Roles that say of what before they say where: "head of data", not "head of Klarwerk".
ROLES_OF = _set(
    "head vp svp evp director chief professor dean chair lecturer president svp manager "
    "minister lead"
)
# Words that stand in a role without being one.
ROLE_HELPERS = _set("of the senior junior staff global regional deputy vice general and in for")
# What is a role word elsewhere and a common word in a sentence.
WEAK_ROLES = _set(
    "people product growth strategy legal finance sales marketing lead head partner host "
    "angel principal student chair pr hr dean scout owner agent"
)

NEEDS = _set("needs wants seeking hiring recruiting wanted need want hires")
LIKES = _set(
    "loves likes enjoys hates plays collects speaks runs knows dislikes prefers love like "
    "enjoy teaches builds writes sells owns"
)
INTEREST_VERBS = _set("loves likes enjoys plays collects love like enjoy")

# The first word of a clause that says something of its own.
OPENERS = (
    OWED_BY_ME
    | NEEDS
    | LIKES
    | _set(
        "he she they i i'll i'm i've i'd we we'll it there talked discussed chatted spoke said "
        "told mentioned will owes remind follow ping nudge call email text check circle send ask "
        "looking into works working his her their talks has just got need met introduced "
        "gave should must gotta todo try birthday congratulate thank invite who due now birthday's "
        "he'll she'll they'll he'd she'd they'd"
    )
)
# Openers that after a comma, without "and", still belong to what stands before.
WEAK_OPENERS = _set("call email text love like now talks")

TOPIC_VERBS = _set("talked discussed chatted spoke covered discussing debated brainstormed")
TOPIC_CUES = _set("about re regarding topics topic")

GREETINGS = _set(
    "hey hi hello please kindly so and but then also btw oh ok well just can could would you"
)

# What a correction begins with.
OBJECTIONS = _set("no nope actually sorry correction wait oops wrong")

# What one promises to do.
ACTS = _set(
    "send share forward intro introduce give get review deliver pay return connect help bring "
    "draft write prepare lend set make put let email show check provide buy invite call ask look "
    "revert confirm reply respond update"
)
# What others do for the owner when they say that they will.
THEIR_ACTS = ACTS | _set(
    "loop cc copy ping text message email follow sign fix sort arrange organise organize book host "
    "pass pick drop recommend refer chase circle speak talk come"
)
SENDING = _set("send share forward introduce intro")
# After "I'll" these are reminders to oneself rather than promises to somebody.
FOLLOW_UPS = _set("ping follow check circle nudge chase reach call catch remind text message")
# What makes the verb after it something to be done.
DUTIES = _set(
    "need should must have gotta got remember todo let's lets want ought plan planning going "
    "don't dont"
)
# Verbs after which a clause about somebody is a statement.
FINITE_VERBS = _set(
    "is are was has had said says did does knows thinks told mentioned just might may can could "
    "used grew started asked studied lives lived came comes turned turns got gave speaks still "
    "really wrote went likes will won't can't couldn't didn't doesn't hasn't isn't wasn't never "
    "promised promises"
)
# Names that are words first: in lower case they are words.
WORDS_FIRST = _set(
    "will mark rose may grace art bill sky hope joy faith april june august summer rich frank "
    "jack pat sue drew chase hunter mason page dean dawn eve ivy lily ray rob guy sunny amber "
    "ruby jade pearl olive sage max miles wade bob gene"
)

# What may stand between "promised" or "said" and the deed.
DEED_FILLERS = _set(
    "to that i'd i'll i would will me us he she they he'd she'd they'd he'll she'll they'll"
)
# A subject and its verb in one word.
CONTRACTED = _set("he'll she'll they'll he'd she'd they'd they're they've")
# After "Ana's" they make it "Ana is"; anything else makes it something of hers.
AFTER_IS = _set("now just a the at into looking moving hiring getting leaving joining been started")
# What comes before the point of a statement: "she is now also really into …".
BEING = _set("is are was now a an the currently also still really super very big huge")
# "at all" and "in person" are no places.
NO_PLACES = _set("person all least once first general touch his her")
PLACE_JOINTS = _set("of the for to de in")
HOMES = _set("place house home flat apartment")
